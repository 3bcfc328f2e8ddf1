import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { init, parse } from 'es-module-lexer';
import { beforeAll, describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const DIST = path.join(ROOT, 'dist');
const RENDERER = path.join(DIST, 'renderer');
const FIRST_LOAD_MAX_BYTES = 450_000;
const PRELOAD_MAX_BYTES = 3000;
/** Chunks of the two libraries that may be large. */
const LIBRARIES = { three: /^three-.*\.js$/, mediapipe: /^mediapipe-.*\.js$/ };
/** Loaded when the user opens a dialog, or when the load governor asks for simpler meshes: not with the page. */
const ASKED_FOR = ['settings-dialog-', 'inspector-dialog-', 'mapping-dialog-', 'scene-dialog-', 'meshopt_'];
/** What a build may not name: the development server, and any plain-text address that a page would load. */
const DEV_URL = /localhost:\d+|https?:\/\/localhost|@vite\/client|import\.meta\.hot/;

const read = (file: string): string => readFileSync(file, 'utf8');

beforeAll(async () => {
  await init();
});

interface Import {
  /** Null: computed at run time. */
  readonly to: string | null;
  readonly later: boolean;
}

function importsOf(code: string): Import[] {
  return parse(code)[0].flatMap((found) => {
    if (found.type === 'import-meta') return [];
    // A dynamic one may be written as a template without anything to fill in.
    const written = /^(['"`])([^'"`$]+)\1$/.exec(code.slice(found.start, found.end))?.[2];
    return [{ to: found.specifier ?? written ?? null, later: found.type === 'dynamic' }];
  });
}

test('the preload is a CommonJS script that asks for nothing but electron', () => {
  const code = read(path.join(DIST, 'preload', 'index.cjs'));
  expect(() => new Script(`(function (require) {${code}\n})`)).not.toThrow();
  expect(Buffer.byteLength(code)).toBeLessThan(PRELOAD_MAX_BYTES);
  const required = [...code.matchAll(/\brequire\s*\(\s*(['"`])([^'"`]*)\1\s*\)/g)].map((match) => match[2]);
  expect(required).toEqual(['electron']);
  expect(code.match(/\brequire\b/g)).toHaveLength(1);
  expect(code).not.toMatch(/\bimport\s*\(/);
});

test('every import of main’s bundle is there where it is installed', async () => {
  const dependencies: unknown = JSON.parse(read(path.join(ROOT, 'package.json'))).dependencies;
  const packages = new Set(Object.keys(dependencies as object));
  const files = globSync('main/**/*.js', { cwd: DIST }).map((file) => path.join(DIST, file));
  for (const entry of ['cli', 'index', 'media', 'inspect-worker']) {
    expect(files).toContain(path.join(DIST, 'main', `${entry}.js`));
  }
  const missing: string[] = [];
  for (const file of files) {
    const code = read(file);
    for (const { to } of importsOf(code)) {
      // Computed is the name of the optional package only, which may be missing.
      if (to === null && code.includes('ffmpeg-static')) continue;
      if (to === null || !resolves(to, file, packages)) missing.push(`${path.relative(DIST, file)}: ${to}`);
    }
  }
  expect(missing).toEqual([]);
});

test('only Electron’s own entry asks for electron', () => {
  const reached = (entry: string): Set<string> => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      for (const { to } of importsOf(read(file))) {
        const next = to?.startsWith('.') ? path.join(path.dirname(file), to) : to;
        if (!next || seen.has(next)) continue;
        seen.add(next);
        if (next !== to) visit(next);
      }
    };
    visit(path.join(DIST, 'main', entry));
    return seen;
  };
  for (const entry of ['cli.js', 'media.js', 'inspect-worker.js'])
    expect(reached(entry)).not.toContain('electron');
  expect(reached('index.js')).toContain('electron');
});

test('nothing that is built knows a development server', () => {
  const texts = globSync('**/*.{js,cjs,html,css}', { cwd: DIST });
  expect(texts.length).toBeGreaterThan(10);
  expect(texts.filter((file) => DEV_URL.test(read(path.join(DIST, file))))).toEqual([]);
});

describe('what the page loads first', () => {
  const assets = path.join(RENDERER, 'assets');

  /** Names of the chunks that a chunk or a page names: imports, `import()`, workers and worklets. */
  function named(code: string): { fixed: string[]; later: string[] } {
    const fixed: string[] = [];
    const later: string[] = [];
    for (const each of importsOf(code)) {
      if (each.to?.startsWith('.')) (each.later ? later : fixed).push(path.basename(each.to));
    }
    for (const [, file] of code.matchAll(/new URL\([^)]*?['"`]([^'"`]+\.js)['"`]/g)) {
      later.push(path.basename(file!));
    }
    return { fixed, later };
  }

  function entry(): string[] {
    const html = read(path.join(RENDERER, 'index.html'));
    const scripts = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map((match) =>
      path.basename(match[1]!),
    );
    expect(scripts.length).toBeGreaterThan(0);
    return scripts;
  }

  function everything(): Map<string, number> {
    const sizes = new Map<string, number>();
    const waiting = entry();
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (sizes.has(name)) continue;
      const file = path.join(assets, name);
      expect(existsSync(file), name).toBe(true);
      const code = readFileSync(file);
      sizes.set(name, gzipSync(code).length);
      const { fixed, later } = named(code.toString());
      waiting.push(...fixed, ...later);
    }
    return sizes;
  }

  test('is under 450 kB without three and MediaPipe', () => {
    const sizes = everything();
    const isLibrary = (name: string) => Object.values(LIBRARIES).some((pattern) => pattern.test(name));
    for (const part of ASKED_FOR) {
      expect(
        [...sizes].some(([name]) => name.startsWith(part)),
        part,
      ).toBe(true);
    }
    const own = [...sizes].filter(
      ([name]) => !isLibrary(name) && !ASKED_FOR.some((part) => name.startsWith(part)),
    );
    const total = own.reduce((sum, [, size]) => sum + size, 0);
    console.log(`first load: ${(total / 1000).toFixed(0)} kB gzip in ${own.length} files, without`, [
      ...[...sizes].filter(([name]) => isLibrary(name)).map(([name, size]) => `${name} ${size}`),
    ]);
    for (const part of ['index-', 'mount-', 'stage-worker-', 'tracker-worker-', 'chain-worklet-']) {
      expect(
        own.some(([name]) => name.startsWith(part)),
        part,
      ).toBe(true);
    }
    expect(total).toBeLessThan(FIRST_LOAD_MAX_BYTES);
  });

  test('has three and MediaPipe in files of their own, side by side: neither waits for the other or for the UI', () => {
    const sizes = everything();
    const names = [...sizes.keys()];
    const one = (pattern: RegExp) => {
      const found = names.filter((name) => pattern.test(name));
      expect(found).toHaveLength(1);
      return found[0]!;
    };
    const code = (name: string) => read(path.join(assets, name));
    const stage = one(/^stage-worker-/);
    const tracker = one(/^tracker-worker-/);
    const three = one(LIBRARIES.three);
    const mediapipe = one(LIBRARIES.mediapipe);
    expect(named(code(stage)).fixed).toContain(three);
    expect([...named(code(tracker)).fixed, ...named(code(tracker)).later]).toContain(mediapipe);
    for (const library of [three, mediapipe]) {
      const { fixed } = named(code(library));
      expect(fixed).not.toContain(three);
      expect(fixed).not.toContain(mediapipe);
      expect(fixed.filter((name) => /^(index|mount|client)-/.test(name))).toEqual([]);
    }
    // The window itself needs neither: it starts both workers before the user interface is fetched.
    const beforeUi = new Set(entry().flatMap((name) => [name, ...named(code(name)).fixed]));
    expect(beforeUi).not.toContain(three);
    const started = [...beforeUi].flatMap((name) => named(code(name)).later);
    expect(started).toContain(stage);
    expect(started).toContain(tracker);
  });
});

function resolves(specifier: string, from: string, packages: ReadonlySet<string>): boolean {
  if (specifier.startsWith('.')) return existsSync(path.join(path.dirname(from), specifier));
  if (specifier.startsWith('node:')) return builtinModules.includes(specifier.slice('node:'.length));
  if (specifier === 'electron') return path.relative(DIST, from).startsWith('main');
  const [scope, name] = specifier.split('/');
  return packages.has(specifier.startsWith('@') ? `${scope}/${name}` : scope!);
}
