import { describe, expect, it } from 'vitest';
import { importedModules, packageNames } from './bundled.ts';
import { closureOf, type Lock, nameOf, resolveIn } from './lock.ts';

const LOCK: Lock = {
  packages: {
    '': { dependencies: { a: '1' }, devDependencies: { d: '1' } },
    'node_modules/a': { version: '1.0.0', dependencies: { b: '2', '@s/c': '1' } },
    'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { e: '1' } },
    'node_modules/b': { version: '1.0.0' },
    'node_modules/@s/c': {
      version: '1.0.0',
      peerDependencies: { p: '1', q: '1' },
      peerDependenciesMeta: { q: { optional: true } },
    },
    'node_modules/d': { version: '1.0.0', dependencies: { b: '1' } },
    'node_modules/e': { version: '1.0.0', dependencies: { a: '1' }, optionalDependencies: { gone: '1' } },
    'node_modules/p': { version: '1.0.0' },
    'node_modules/q': { version: '1.0.0' },
  },
};

describe('the lock file', () => {
  it('is walked as Node resolves, nested before hoisted, in circles too', () => {
    expect([...closureOf(LOCK, ['a'])].sort()).toEqual([
      'node_modules/@s/c',
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/e',
      'node_modules/p',
    ]);
  });

  it('knows names and places', () => {
    expect(nameOf('node_modules/a/node_modules/@s/c')).toBe('@s/c');
    expect(resolveIn(LOCK, 'b', 'node_modules/d')).toBe('node_modules/b');
    expect(resolveIn(LOCK, 'nothing', '')).toBeNull();
  });
});

describe('imports of sources', () => {
  it('are packages that run, not types, files or Node', () => {
    const text = `
import type { Only } from 'types-only';
import { a } from 'alpha';
import {
  b,
} from '@scope/beta/deep';
import './local.css';
import 'gamma/style.css';
import fs from 'node:fs';
export { c } from 'delta';
const late = await import('epsilon');
@import "zeta";
`;
    expect(packageNames(importedModules(text)).sort()).toEqual([
      '@scope/beta',
      'alpha',
      'delta',
      'epsilon',
      'gamma',
      'zeta',
    ]);
  });
});
