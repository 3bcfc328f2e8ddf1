import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '..');

interface Import {
  /** Importing file, from src, with forward slashes. */
  readonly from: string;
  /** A file from src (`main/db/open.ts`), or a package name. */
  readonly to: string;
}

interface Rule {
  readonly says: string;
  readonly breaks: (edge: Import) => boolean;
  /** A file and what it must not import: the proof that the rule sees it. */
  readonly examples: readonly (readonly [from: string, specifier: string])[];
}

const inside = (path: string, ...folders: string[]) =>
  folders.some((folder) => path.startsWith(`${folder}/`));
const isApp = (path: string) => inside(path, 'main', 'preload', 'renderer', 'shared');
const isPackage = (path: string, ...names: string[]) =>
  names.some((name) => path === name || inside(path, name));
const isNode = (path: string) => path.startsWith('node:');
const REACT = ['react', 'react-dom', 'react-i18next', 'radix-ui', 'zustand', 'lucide-react'];
/** What a service may know of the rest of main: interfaces, rules, and its own neighbours. */
const PORTS = ['main/host/port.ts', 'main/media/protocol.ts', 'main/logging/log.ts'];

const RULES: readonly Rule[] = [
  {
    says: 'only the Electron host and the preload import electron',
    breaks: ({ from, to }) => isPackage(to, 'electron') && !inside(from, 'main/host/electron', 'preload'),
    examples: [
      ['main/host/browser/index.ts', 'electron'],
      ['renderer/bridge/client.ts', 'electron/renderer'],
    ],
  },
  {
    says: 'shared imports nothing of the app, no Node and no other package than the schema library',
    breaks: ({ from, to }) =>
      inside(from, 'shared') && (isApp(to) ? !inside(to, 'shared') : !isPackage(to, 'zod')),
    examples: [
      ['shared/errors.ts', '../main/ipc/router.ts'],
      ['shared/domain/report.ts', 'node:fs'],
      ['shared/domain/report.ts', 'three'],
    ],
  },
  {
    says: 'the pipeline knows no React',
    breaks: ({ from, to }) =>
      inside(from, 'renderer/pipeline') &&
      (isPackage(to, ...REACT) || inside(to, 'renderer/ui', 'renderer/state')),
    examples: [
      ['renderer/pipeline/pipeline.ts', 'react'],
      ['renderer/pipeline/camera/camera.ts', 'react-dom/client'],
      ['renderer/pipeline/pipeline.ts', '../state/session.ts'],
    ],
  },
  {
    says: 'services import ports, never adapters',
    breaks: ({ from, to }) => {
      if (!inside(from, 'main/services')) return false;
      if (inside(to, 'main')) return !inside(to, 'main/services') && !PORTS.includes(to);
      return isPackage(to, 'better-sqlite3', 'drizzle-orm', 'ws', 'pino');
    },
    examples: [
      ['main/services/destinations/destinations.ts', '../../db/open.ts'],
      ['main/services/stream/stream-service.ts', '../../host/browser/index.ts'],
      ['main/services/stream/stream-service.ts', '../../media/ffmpeg/locate.ts'],
      ['main/services/sessions/sessions.ts', 'drizzle-orm/sqlite-core'],
    ],
  },
  {
    says: 'the renderer imports nothing of main, and no Node',
    breaks: ({ from, to }) => inside(from, 'renderer') && (inside(to, 'main', 'preload') || isNode(to)),
    examples: [
      ['renderer/bridge/client.ts', '../../main/ipc/router.ts'],
      ['renderer/ui/app.tsx', 'node:path'],
    ],
  },
  {
    says: 'main and the preload import nothing of the renderer',
    breaks: ({ from, to }) => inside(from, 'main', 'preload') && inside(to, 'renderer'),
    examples: [['main/host/browser/index.ts', '../../../renderer/bridge/client.ts']],
  },
];

/** Names a specifier stands for: a file from src, else the package. */
function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(dirname(from), specifier) : specifier;
}

/** Every module that a file names: imports, re-exports, types, `import()` and `new URL(…, import.meta.url)`. */
function importsOf(from: string, code: string): Import[] {
  const { module, errors } = parseSync(from, code);
  if (errors.length > 0) throw new Error(`${from}: ${errors[0]!.message}`);
  const specifiers = [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap((each) => each.entries.map((entry) => entry.moduleRequest?.value)),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => unquoted(code.slice(start, end))),
    ...[...code.matchAll(/\bimport\(\s*(['"])([^'"]+)\1\s*\)\s*\./g)].map((match) => match[2]),
    ...[...code.matchAll(/new URL\(\s*(['"])([^'"]+)\1,\s*import\.meta\.url/g)].map((match) => match[2]),
  ];
  return specifiers.filter((each) => each !== undefined).map((each) => ({ from, to: resolve(from, each) }));
}

function unquoted(text: string): string | undefined {
  return /^(['"`])([^'"`$]+)\1$/.exec(text)?.[2];
}

const files = globSync('**/*.{ts,tsx}', { cwd: SRC })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/\.test\.tsx?$/.test(file));
const edges = files.flatMap((file) => importsOf(file, readFileSync(join(SRC, file), 'utf8')));

describe.each(RULES)('$says', ({ breaks, examples }) => {
  test('holds', () => {
    expect(edges.filter(breaks).map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test.each(examples)('would see %s import %s', (from, specifier) => {
    const written = [
      `import { a } from '${specifier}';`,
      `import type { A } from '${specifier}';`,
      `import '${specifier}';`,
      `export { a } from '${specifier}';`,
      `export * from '${specifier}';`,
      `const a = await import('${specifier}');`,
      `let a: import('${specifier}').A;`,
    ];
    for (const code of written) {
      expect(importsOf(from, code).some(breaks), code).toBe(true);
    }
  });
});

test('the files are really read', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(edges).toContainEqual({ from: 'main/ipc/router.ts', to: 'shared/errors.ts' });
  expect(edges.some(({ from }) => from.endsWith('.tsx'))).toBe(true);
});
