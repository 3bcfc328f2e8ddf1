import { expect, test } from 'vitest';
import type { LocalChange } from '../../services/sync/ports.ts';
import { temporaryDatabase } from '../fixtures.ts';
import { createDestinationStore } from './rtmp-sources.ts';

test('destinations send what has changed, and the default that gives way first', () => {
  const database = temporaryDatabase('00000000-0000-4000-8000-000000000001');
  const changes: LocalChange[] = [];
  const store = createDestinationStore({ ...database, enqueue: (change) => changes.push(change) });
  const one = { id: 'd1', name: 'One', url: 'rtmp://a/b', isDefault: true };
  const two = { id: 'd2', name: 'Two', url: 'rtmp://c/d', isDefault: true };
  const taken = () => changes.splice(0).map(({ uid, kind, patch }) => [uid, kind, patch]);
  store.save({ ...one, sealedKey: Buffer.from([1]) });
  expect(taken()).toEqual([
    ['d1', 'upsert', { name: 'One', url: 'rtmp://a/b', bitrate: 2500, is_default: true }],
  ]);
  store.save(two);
  expect(taken()).toEqual([
    ['d1', 'upsert', { is_default: false }],
    ['d2', 'upsert', { name: 'Two', url: 'rtmp://c/d', bitrate: 2500, is_default: true }],
  ]);
  // A new key is nothing for the server.
  store.save({ ...two, sealedKey: Buffer.from([2]) });
  expect(taken()).toEqual([]);
  store.save({ ...two, name: 'Zwei' });
  expect(taken()).toEqual([['d2', 'upsert', { name: 'Zwei' }]]);
  store.remove('d2');
  expect(taken()).toEqual([
    ['d2', 'delete', undefined],
    ['d1', 'upsert', { is_default: true }],
  ]);
  store.remove('d2');
  expect(taken()).toEqual([]);
  database.close();
});
