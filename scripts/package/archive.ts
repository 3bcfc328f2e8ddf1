import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { nameOf } from './lock.ts';
import type { Problem } from './problem.ts';

/** One file of the packed program, path with forward slashes, as seen from the archive's root. */
export interface PackedFile {
  readonly path: string;
  readonly bytes: number;
  /** Lies beside the archive, where the system can load it. */
  readonly unpacked: boolean;
}

/** What must be there, whatever else is. */
export const ENTRIES = [
  'package.json',
  'dist/main/index.js',
  'dist/main/media.js',
  'dist/main/inspect-worker.js',
  'dist/preload/index.cjs',
  'dist/renderer/index.html',
] as const;

interface Rule {
  readonly check: string;
  readonly bad: (path: string) => boolean;
}

const own = (path: string): boolean => !path.startsWith('node_modules/');

/** What must not be there, by path. */
const RULES: readonly Rule[] = [
  {
    check: 'only the build',
    bad: (p) =>
      own(p) &&
      p !== 'package.json' &&
      !/^(dist\/(main|preload|renderer)|src\/main\/db\/migrations)\//.test(p),
  },
  { check: 'no TypeScript source', bad: (p) => /\.(ts|tsx|mts|cts)$/.test(p) },
  { check: 'no source map', bad: (p) => p.endsWith('.map') },
  {
    check: 'no test',
    bad: (p) => /\.(test|spec|bench)\.[^/]+$/.test(p) || /(^|\/)(tests?|__tests__|e2e|bench)\//.test(p),
  },
  {
    check: 'no secret file',
    bad: (p) => /(^|\/)(\.env(\..*)?|\.npmrc|id_[a-z0-9]+)$|\.(pem|p12|pfx|keystore|kdbx)$/i.test(p),
  },
  { check: 'no model in the archive', bad: (p) => /\.(task|tflite|onnx)$/.test(p) },
  {
    check: 'no FFmpeg in the archive',
    bad: (p) => /(^|\/)ff(mpeg|probe)(\.exe)?$/.test(p) || p.startsWith('node_modules/ffmpeg-static/'),
  },
  {
    check: 'no local data',
    bad: (p) => /\.(db|sqlite3?|log)$/.test(p) || /(^|\/)\.(cache|git|DS_Store)(\/|$)/.test(p),
  },
];

/** The package folder a path lies in, for example `node_modules/@a/b`; null for the program's own files. */
export const packageFolder = (path: string): string | null => {
  const match = /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
  return match?.[1] ?? null;
};

/**
 * Everything that can be said about the packed program from its list of files.
 * @param production names of the packages that may be packed (a nested one may be lifted when packed)
 */
export const checkFiles = (files: readonly PackedFile[], production: ReadonlySet<string>): Problem[] => {
  const problems: Problem[] = [];
  const paths = new Set(files.map((f) => f.path));
  for (const entry of ENTRIES) {
    if (!paths.has(entry)) problems.push({ check: 'entry points', detail: `${entry} is not in the archive` });
  }
  if (![...paths].some((p) => /^src\/main\/db\/migrations\/.+\.sql$/.test(p))) {
    problems.push({ check: 'migrations', detail: 'no src/main/db/migrations/*.sql in the archive' });
  }
  if (!files.some((f) => f.unpacked && /\/better-sqlite3\/prebuilds\/.+\.node$/.test(f.path))) {
    problems.push({
      check: 'native code unpacked',
      detail: 'no part of better-sqlite3 for any system is there',
    });
  }
  for (const { path, unpacked } of files) {
    for (const { check, bad } of RULES) if (bad(path)) problems.push({ check, detail: path });
    if (/\.(node|dll|dylib|so|exe)(\.\d+)*$/.test(path) && !unpacked) {
      problems.push({ check: 'native code unpacked', detail: `${path} is inside the archive` });
    }
  }
  const strangers = new Set<string>();
  for (const { path } of files) {
    const folder = packageFolder(path);
    if (folder !== null && !production.has(nameOf(folder))) strangers.add(folder);
  }
  for (const folder of [...strangers].sort()) {
    problems.push({ check: 'production packages only', detail: `${folder} is packed` });
  }
  return problems;
};

/** Modules that Electron brings itself. */
const BUILT_IN = new Set<string>(['electron', ...builtinModules]);

/** Whether the packed files hold what `specifier` in the file `from` means. */
const resolves = (specifier: string, from: string, paths: ReadonlySet<string>): boolean => {
  if (specifier.startsWith('node:') || BUILT_IN.has(specifier)) return true;
  if (specifier.startsWith('.'))
    return paths.has(posix.join(posix.dirname(from), specifier.replace(/[?#].*$/, '')));
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return paths.has(`node_modules/${name}/package.json`);
};

/**
 * Imports of the main bundles that nothing in the archive answers.
 * @param imports specifiers by the file that has them
 * @param optional packages that may be absent
 */
export const checkImports = (
  imports: ReadonlyMap<string, readonly string[]>,
  files: readonly PackedFile[],
  optional: ReadonlySet<string>,
): Problem[] => {
  const paths = new Set(files.map((f) => f.path));
  return [...imports].flatMap(([from, list]) =>
    list
      .filter((specifier) => !optional.has(specifier) && !resolves(specifier, from, paths))
      .map((specifier) => ({ check: 'imports resolve', detail: `${from} imports ${specifier}` })),
  );
};

/** Texts that give away a secret, a developer's machine or a development server. */
const SECRETS: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/],
  ['a Stripe secret', /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/],
  ['a webhook secret', /\bwhsec_[A-Za-z0-9]{24,}/],
  ['a Supabase secret', /\bsb_secret_[A-Za-z0-9_-]{16,}/],
  ['a cloud access key', /\bAKIA[0-9A-Z]{16}\b/],
  ['a code host token', /\bgh[pousr]_[A-Za-z0-9]{36}\b/],
  ['a token', /\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}/],
  ['a stream key', /\blive_\d{6,}_[A-Za-z0-9]{20,}/],
  ['a development server', /https?:\/\/(?:localhost|127\.0\.0\.1):(?:5173|3000|8080)\b|\/@vite\/client/],
  [
    'a path of the build machine',
    /(?:\/home\/[a-z][\w-]*|\/Users\/[A-Za-z][\w-]*|[A-Z]:\\\\Users\\\\[\w-]+)[/\\]/,
  ],
];

/** @param extra a folder of the machine that builds, which nobody needs to know */
export const checkText = (path: string, text: string, extra: string | null = null): Problem[] => {
  const found = SECRETS.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);
  if (extra && text.includes(extra)) found.push('the folder it was built in');
  return found.map((what) => ({ check: 'no secret inside', detail: `${path} holds ${what}` }));
};

/** A sandboxed preload is CommonJS and may load nothing but electron. */
export const checkPreload = (text: string): Problem[] => {
  const problems: Problem[] = [];
  const say = (detail: string): void => {
    problems.push({ check: 'preload', detail });
  };
  if (/^\s*(?:import\s[^(]|export\s)/m.test(text)) say('dist/preload/index.cjs is an ES module');
  for (const [, name] of text.matchAll(/\brequire\(\s*["'`]([^"'`]+)["'`]\s*\)/g)) {
    if (name !== 'electron') say(`dist/preload/index.cjs loads ${name}`);
  }
  return problems;
};
