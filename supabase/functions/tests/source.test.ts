import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DENO, FUNCTIONS, hasDeno, names } from './support.ts';

const sources = globSync('**/*.{ts,json}', { cwd: FUNCTIONS })
  .filter((path) => !path.startsWith('tests'))
  .map((path) => ({ path, text: readFileSync(join(FUNCTIONS, path), 'utf8') }));

test.skipIf(!hasDeno)(
  hasDeno
    ? 'every function passes the type check of Deno'
    : 'type check of the functions: Deno is not installed',
  () => {
    const cache = mkdtempSync(join(tmpdir(), 'vida3-deno-'));
    try {
      execFileSync(
        DENO,
        [
          ...['check', '--quiet', '--no-lock', '--node-modules-dir=manual'],
          ...names.map((name) => `${name}/index.ts`),
        ],
        {
          cwd: FUNCTIONS,
          env: { ...process.env, DENO_DIR: cache, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' },
          stdio: 'pipe',
        },
      );
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  },
);

test('there is a function for everything that the studio and the forms call', () => {
  expect(names.sort()).toEqual(
    ['account', 'coming-soon', 'create-checkout', 'create-portal', 'dmca', 'stripe-webhook'].sort(),
  );
});

test('packages come from npm alone, in the versions that are installed', () => {
  const installed = JSON.parse(readFileSync(join(FUNCTIONS, '..', '..', 'package.json'), 'utf8'));
  const versions: Record<string, string> = { ...installed.dependencies, ...installed.devDependencies };
  for (const name of names) {
    const { imports } = JSON.parse(readFileSync(join(FUNCTIONS, name, 'deno.json'), 'utf8'));
    for (const [from, to] of Object.entries(imports)) expect(to).toBe(`npm:${from}@${versions[from]}`);
  }
  for (const { path, text } of sources) {
    for (const [, specifier] of text.matchAll(/from '([^']+)'/g)) {
      expect(specifier, path).toMatch(/^(\.\.?\/[\w./-]+\.ts|@supabase\/supabase-js|stripe|zod)$/);
    }
  }
});

test('no secret is in the source, and nothing but codes is logged', () => {
  for (const { path, text } of sources) {
    expect(text, path).not.toMatch(
      /sk_(live|test)_|rk_(live|test)_|whsec_|sb_secret_|eyJ[\w-]{10}|postgres(ql)?:\/\//,
    );
    if (!path.endsWith(join('_shared', 'http.ts'))) expect(text, path).not.toMatch(/console\./);
  }
});
