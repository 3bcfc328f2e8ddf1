import { expect, test } from 'vitest';
import { expressionMapSchema } from '../../../../shared/domain/expressions.ts';
import { DEFAULT_SHORTCUTS } from '../../../../shared/domain/shortcuts.ts';
import { isFull, newSlot, sameKeys, withSlots } from './expression-slots.ts';

const withKey = (name: string, key: string | null) => {
  const slot = newSlot(name, []);
  return { ...slot, trigger: { ...slot.trigger, key } };
};

test('the same expression twice, and one with a very long name, can be saved', () => {
  const first = newSlot('joy', []);
  const second = newSlot('joy', [first]);
  const long = newSlot('x'.repeat(120), [first, second]);
  expect(new Set([first.id, second.id, long.id]).size).toBe(3);
  const map = withSlots({}, 'vida', [first, second, long]);
  expect(expressionMapSchema.safeParse(map).success).toBe(true);
  expect(withSlots(map, 'vida', [])).toEqual({});
});

test('keys that something else has are named, the studio’s own too', () => {
  const joy = withKey('joy', 'F2');
  const wink = withKey('wink', 'F2');
  const calm = withKey('calm', null);
  const panic = withKey('shock', DEFAULT_SHORTCUTS.panic);
  const all = [joy, wink, calm, panic];
  expect(sameKeys(joy, all, DEFAULT_SHORTCUTS)).toEqual({ slots: ['wink'], actions: [] });
  expect(sameKeys(calm, all, DEFAULT_SHORTCUTS)).toEqual({ slots: [], actions: [] });
  expect(sameKeys(panic, all, DEFAULT_SHORTCUTS).actions).toEqual(['panic']);
});

test('no more than the pose has room for', () => {
  const slots = Array.from({ length: 32 }, (_, at) => newSlot(`e${at}`, []));
  expect(isFull(slots.slice(1))).toBe(false);
  expect(isFull(slots)).toBe(true);
});
