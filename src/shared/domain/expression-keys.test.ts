import { expect, test } from 'vitest';
import { expressionKeys, expressionsOnKey, pressWithoutRelease } from './expression-keys.ts';
import type { ExpressionSlot } from './expressions.ts';
import { DEFAULT_SHORTCUTS } from './shortcuts.ts';

const slot = (
  id: string,
  key: string | null,
  mode: ExpressionSlot['trigger']['mode'] = 'toggle',
): ExpressionSlot => ({
  id,
  name: id,
  trigger: { key, gesture: null, mode },
  weight: 1,
  fadeInMs: 100,
  fadeOutMs: 100,
  holdMs: 500,
  stacking: 'replace',
  mutes: { eyes: false, mouth: false },
});
const SLOTS = [slot('joy', 'F1'), slot('none', null), slot('blush', 'F1'), slot('cut', 'Mod+Shift+X')];

test('one key may mean several expressions; a key of the studio stays the studio’s, by name', () => {
  expect(expressionKeys(SLOTS, DEFAULT_SHORTCUTS)).toEqual([
    { accelerator: 'F1', ids: ['joy', 'blush'], conflict: null },
    { accelerator: 'Mod+Shift+X', ids: ['cut'], conflict: 'panic' },
  ]);
  expect(expressionsOnKey('F1', SLOTS, DEFAULT_SHORTCUTS)).toEqual(['joy', 'blush']);
  expect(expressionsOnKey('Mod+Shift+X', SLOTS, DEFAULT_SHORTCUTS)).toEqual([]);
  expect(expressionsOnKey('Mod+Shift+X', SLOTS, { ...DEFAULT_SHORTCUTS, panic: null })).toEqual(['cut']);
  expect(expressionsOnKey('F2', SLOTS, DEFAULT_SHORTCUTS)).toEqual([]);
});

test('a press without a release is a whole one, or holds until the next', () => {
  const held = new Set<string>();
  expect(pressWithoutRelease(slot('a', 'F1', 'flash'), held)).toEqual([true, false]);
  const hold = slot('b', 'F1', 'hold');
  expect([1, 2, 3].map(() => pressWithoutRelease(hold, held))).toEqual([[true], [false], [true]]);
});
