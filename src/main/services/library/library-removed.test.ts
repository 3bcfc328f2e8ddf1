import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSyncStore } from '../../db/queries/sync-store.ts';
import { glb, LibraryRows, OWNER, other, png, sha } from '../../testing/library-rows-support.ts';

const UID = '22222222-2222-4222-8222-222222222222';
const UID2 = '33333333-3333-4333-8333-333333333333';
const GONE = '2026-11-20T10:00:00.000Z';

let world: LibraryRows;
beforeEach(() => {
  world = new LibraryRows();
});
afterEach(() => world.close());

const removedElsewhere = (uid: string) =>
  world.sqlite().prepare('update avatars set deleted_at = ? where uid = ?').run(GONE, uid);

test('an avatar that was deleted elsewhere takes its files along, unless another one names them', async () => {
  const library = await world.open(OWNER);
  const picture = `${OWNER}/${UID}/${sha(png)}.png`;
  world.pulled(UID, glb, { thumbnail_url: picture });
  world.pulled(UID2, glb);
  expect(await library.fileArrived(UID, 'model', world.aside(glb), sha(glb))).toBeNull();
  expect(await library.fileArrived(UID, 'thumbnail', world.aside(png), sha(png))).toBeNull();
  removedElsewhere(UID);
  library.rowsChanged();
  await library.settled();
  // The other row has no file on record yet.
  expect(world.files()).toEqual([`${sha(glb)}.glb`]);
  removedElsewhere(UID2);
  library.rowsChanged();
  await library.settled();
  expect(world.files()).toEqual([]);
});

test('a picture that came before its model goes, too', async () => {
  const library = await world.open(OWNER);
  world.pulled(UID, glb, { thumbnail_url: `${OWNER}/${UID}/${sha(png)}.png` });
  expect(await library.fileArrived(UID, 'thumbnail', world.aside(png), sha(png))).toBeNull();
  removedElsewhere(UID);
  library.rowsChanged();
  await library.settled();
  expect(world.files()).toEqual([]);
});

test('a new avatar that the server refuses and the user gives up leaves no file', async () => {
  const library = await world.open(OWNER);
  await library.importAvatar('Hero', glb);
  await library.importAvatar('Other', other);
  const store = createSyncStore(world.database!);
  const sent = store.takeBatch(1);
  const refusal = { status: 'rejected', code: 'VD402', detail: 'avatar_max_count', replayed: false } as const;
  store.settle(sent, [{ op_id: sent[0]!.op_id, ...refusal }]);
  expect(store.refused()).toMatchObject([{ name: 'Hero', isNew: true }]);
  expect([...store.discard(sent[0]!.op_id)]).toEqual(['avatars']);
  library.rowsChanged();
  await library.settled();
  expect(world.files()).toEqual([`${sha(other)}.glb`]);
});
