import { expect, test } from 'vitest';
import { discardKind, ownDetail } from './refused-words.ts';

test('a word of the server is shown only where the reason does not say it', () => {
  expect(ownDetail({ reason: 'sync.suspended', detail: 'suspended' })).toBeNull();
  expect(ownDetail({ reason: 'sync.suspended', detail: 'blocked' })).toBe('blocked');
  expect(ownDetail({ reason: 'sync.not-allowed', detail: '42501' })).toBeNull();
  expect(ownDetail({ reason: 'sync.plan-limit', detail: 'avatar_max_count' })).toBe('avatar_max_count');
  expect(ownDetail({ reason: 'sync.gone', detail: null })).toBeNull();
});

test('what the server never had is removed by discarding it, what it has comes back', () => {
  expect(discardKind({ isNew: true, kind: 'upsert' })).toBe('new');
  expect(discardKind({ isNew: false, kind: 'delete' })).toBe('delete');
  expect(discardKind({ isNew: false, kind: 'upsert' })).toBe('change');
});
