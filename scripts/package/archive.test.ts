import { describe, expect, it } from 'vitest';
import {
  checkFiles,
  checkImports,
  checkPreload,
  checkText,
  ENTRIES,
  type PackedFile,
  packageFolder,
} from './archive.ts';

const file = (path: string, unpacked = false): PackedFile => ({ path, bytes: 1, unpacked });
const GOOD: readonly PackedFile[] = [
  ...ENTRIES.map((path) => file(path)),
  file('dist/renderer/assets/index.css'),
  file('src/main/db/migrations/0000_first/migration.sql'),
  file('node_modules/zod/package.json'),
  file('node_modules/better-sqlite3/package.json'),
  file('node_modules/better-sqlite3/prebuilds/linux-x64.node', true),
];
const PRODUCTION = new Set(['zod', 'better-sqlite3']);
const checksOf = (files: readonly PackedFile[]): string[] =>
  checkFiles(files, PRODUCTION).map((p) => p.check);

describe('packed files', () => {
  it('pass when nothing is wrong', () => {
    expect(checkFiles(GOOD, PRODUCTION)).toEqual([]);
  });

  it.each(ENTRIES)('fail without %s', (entry) => {
    expect(checksOf(GOOD.filter((f) => f.path !== entry))).toEqual(['entry points']);
  });

  it('fail without migrations', () => {
    expect(checksOf(GOOD.filter((f) => !f.path.endsWith('.sql')))).toEqual(['migrations']);
  });

  it('fail without the native part of the database', () => {
    expect(checksOf(GOOD.filter((f) => !f.unpacked))).toEqual(['native code unpacked']);
  });

  it.each([
    ['only the build', 'README.md'],
    ['only the build', 'scripts/package.mjs'],
    ['only the build', 'dist/package/stand-in/electron'],
    ['no TypeScript source', 'dist/main/compose.ts'],
    ['no TypeScript source', 'node_modules/zod/src/index.ts'],
    ['no source map', 'dist/main/index.js.map'],
    ['no test', 'dist/main/x.test.js'],
    ['no test', 'node_modules/zod/tests/a.js'],
    ['no secret file', 'node_modules/zod/.env'],
    ['no secret file', 'dist/main/server.pem'],
    ['no model in the archive', 'dist/renderer/face_landmarker.task'],
    ['no FFmpeg in the archive', 'dist/main/ffmpeg'],
    ['no local data', 'dist/main/local.db'],
    ['native code unpacked', 'node_modules/better-sqlite3/prebuilds/darwin-arm64.node'],
    ['production packages only', 'node_modules/vitest/index.js'],
    ['production packages only', 'node_modules/zod/node_modules/@scope/left/index.js'],
  ])('fail %s: %s', (check, path) => {
    expect(checksOf([...GOOD, file(path)])).toContain(check);
  });

  it('know the package a path belongs to', () => {
    expect(packageFolder('node_modules/@a/b/c/d.js')).toBe('node_modules/@a/b');
    expect(packageFolder('node_modules/a/node_modules/b/index.js')).toBe('node_modules/a/node_modules/b');
    expect(packageFolder('dist/main/index.js')).toBeNull();
  });
});

describe('imports of the bundles', () => {
  const check = (specifier: string): number =>
    checkImports(new Map([['dist/main/index.js', [specifier]]]), GOOD, new Set(['ffmpeg-static'])).length;

  it('resolve inside the archive', () => {
    for (const good of ['node:fs', 'fs', 'electron', './media.js', 'zod', 'zod/v4', 'ffmpeg-static']) {
      expect(check(good), good).toBe(0);
    }
  });

  it('are told when nothing answers them', () => {
    for (const bad of ['./chunks/gone.js', '../compose.ts', 'react', '@scope/left', 'ws']) {
      expect(check(bad), bad).toBe(1);
    }
  });
});

describe('texts', () => {
  it('pass when they hold nothing to hide', () => {
    expect(
      checkText('a.js', 'const url = "rtmp://127.0.0.1:1935/live"; new URL("http://localhost");'),
    ).toEqual([]);
  });

  it.each([
    `-----BEGIN ${'PRIVATE KEY-----'}`,
    `sk_live_${'a1'.repeat(10)}`,
    `whsec_${'a1'.repeat(14)}`,
    `sb_secret_${'a1'.repeat(10)}`,
    `AKIA${'ABCD'.repeat(4)}`,
    `ghp_${'a1b2'.repeat(9)}`,
    `live_12345678_${'aB3'.repeat(8)}`,
    'fetch("http://localhost:5173/src/main.tsx")',
    'const at = "/home/someone/project/x.js"',
  ])('are refused with %s', (text) => {
    expect(checkText('a.js', text)).toHaveLength(1);
  });

  it('are refused with the folder they were built in', () => {
    expect(checkText('a.js', 'x = "/srv/build/vida/src"', '/srv/build/vida')).toHaveLength(1);
  });
});

describe('the preload', () => {
  it('is CommonJS that loads electron only', () => {
    expect(checkPreload(`'use strict';\nconst e = require("electron");\n`)).toEqual([]);
    expect(checkPreload(`import { ipcRenderer } from 'electron';\n`)).toHaveLength(1);
    expect(checkPreload(`const fs = require('fs');\n`)).toHaveLength(1);
  });
});
