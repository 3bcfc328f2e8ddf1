import { expect, test } from 'vitest';
import type { RefusedChange } from '../../shared/ipc/sync.ts';
import { changeLines, type Try, triesAfter } from './sync-tries.ts';

const refused = (number: number, part: Partial<RefusedChange> = {}): RefusedChange => ({
  opId: `op-${number}`,
  table: 'avatars',
  name: `Avatar ${number}`,
  kind: 'upsert',
  reason: 'sync.plan-limit',
  detail: 'avatar_max_count',
  at: `2026-11-22T21:04:0${number}.000Z`,
  kept: false,
  isNew: true,
  ...part,
});
const all = [refused(1), refused(2), refused(3)];
const others = [refused(1), refused(3)];
const sent: Try = { key: 'op-2', change: refused(2), at: 1, state: 'sent' };
const syncing = { mode: 'syncing', problem: null, refused: others } as const;
const keys = (changes: readonly RefusedChange[], tries: readonly Try[], kept = false) =>
  changeLines(changes, tries, kept).map(({ key }) => key);

test('a change that is tried stays in its place, whatever becomes of it', () => {
  expect(keys(all, [])).toEqual(['op-1', 'op-2', 'op-3']);
  expect(keys(all, [{ ...sent, state: 'asked' }])).toEqual(['op-1', 'op-2', 'op-3']);
  expect(keys(others, [sent])).toEqual(['op-1', 'op-2', 'op-3']);
  expect(keys([], [sent])).toEqual(['op-2']);
  expect(keys(others, [sent], true)).toEqual([]);
  const again = refused(2, { opId: 'op-9' });
  const [tried] = triesAfter([sent], { ...syncing, refused: [refused(1), again, refused(3)] });
  expect(tried).toEqual({ ...sent, change: again, state: 'refused' });
  expect(changeLines([refused(1), again, refused(3)], [tried!], false)[1]).toEqual({
    key: 'op-2',
    change: again,
    tried,
  });
});

test('a kept one that is refused again is one to decide about', () => {
  const kept = { ...sent, change: refused(2, { kept: true }) };
  expect(keys(others, [kept], true)).toEqual(['op-2']);
  const again = [refused(1), refused(2, { opId: 'op-9' }), refused(3)];
  const tries = triesAfter([kept], { ...syncing, refused: again });
  expect(keys(again, tries, true)).toEqual([]);
  expect(keys(again, tries)).toEqual(['op-1', 'op-2', 'op-3']);
});

test('it is taken once a sync came to its end without it, and waits while none does', () => {
  const tries = [sent];
  expect(triesAfter(tries, { ...syncing, mode: 'idle', refused: all })).toBe(tries);
  expect(triesAfter(tries, syncing)).toBe(tries);
  expect(triesAfter(tries, { mode: 'offline', problem: 'sync.offline', refused: others })).toBe(tries);
  expect(triesAfter(tries, { mode: 'idle', problem: 'sync.refused', refused: others })).toBe(tries);
  const taken = triesAfter(tries, { ...syncing, mode: 'idle' });
  expect(taken).toEqual([{ ...sent, state: 'taken' }]);
  expect(triesAfter(taken, syncing)).toBe(taken);
});

test('a decision ends the try', () => {
  const again = refused(2, { opId: 'op-9' });
  const tries: Try[] = [{ ...sent, change: again, state: 'refused' }];
  expect(triesAfter(tries, { ...syncing, refused: [again] })).toBe(tries);
  expect(triesAfter(tries, syncing)).toEqual([]);
});
