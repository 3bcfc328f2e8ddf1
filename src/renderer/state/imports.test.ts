import { expect, test } from 'vitest';
import { importKindOf } from './imports.ts';

test('a file is an avatar, a picture or nothing of ours by its name', () => {
  expect(['a.vrm', 'B.GLB', 'c.jpeg', 'd.webp', 'e.gif', 'vrm', 'f.glb.zip'].map(importKindOf)).toEqual([
    'avatar',
    'avatar',
    'image',
    'image',
    null,
    null,
    null,
  ]);
});
