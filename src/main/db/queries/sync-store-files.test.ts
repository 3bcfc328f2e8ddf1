import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SyncStore } from '../../services/sync/ports.ts';
import type { TransferStore } from '../../services/sync/transfer-ports.ts';
import { type PullAnswer, type PushOp, SYNC_SCHEMA } from '../../services/sync/wire.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../fixtures.ts';
import { createSyncStore } from './sync-store.ts';
import { createTransferStore } from './upload-queue.ts';

const ME = '00000000-0000-4000-8000-000000000001';
const UID = '00000000-0000-4000-8000-00000000000a';
const AT = '2026-01-02T03:04:05.678+00:00';
const [NOW, LATEST] = ['2026-01-02T00:00:00.000Z', '2026-01-02T01:00:00.000Z'];
const model = { avatarUid: UID, part: 'model', sha256: 'a'.repeat(64), extension: 'glb', bytes: 1 } as const;

let database: TemporaryDatabase;
let store: SyncStore;
let files: TransferStore;
beforeEach(() => {
  database = temporaryDatabase(ME);
  store = createSyncStore(database);
  files = createTransferStore(database);
});
afterEach(() => database.close());

/** As the server has it. */
const avatar = (seq: number, more: Record<string, unknown> = {}) => ({
  ...{ id: 1, uid: UID, user_id: ME, name: 'Kite', type: 'glb-upload', category: 'custom' },
  ...{ vertices: 3, control_points: 0, file_size: 1, metadata: {}, usage_count: 0 },
  ...{ rev: seq, sync_seq: seq, created_at: AT, updated_at: AT, deleted_at: null },
  ...more,
});
const page = (row: Record<string, unknown>): PullAnswer => ({
  schema: SYNC_SCHEMA,
  server_time: AT,
  own: {
    changes: [{ t: 'avatars', s: Number(row['sync_seq']), row }],
    cursor: Number(row['sync_seq']),
    more: false,
    purged_before: 0,
  },
  cat: { changes: [], cursor: 0, more: false, purged_before: 0 },
});

function insertNew(): void {
  database.sqlite
    .prepare(
      `insert into avatars (uid, name, type, vertices, control_points, file_size) values (?, 'Kite', 'glb-upload', 3, 0, 1)`,
    )
    .run(UID);
  database.enqueue({
    table: 'avatars',
    uid: UID,
    kind: 'upsert',
    patch: { name: 'Kite', type: 'glb-upload' },
  });
  files.addUpload(model);
}
function refuse(): PushOp {
  const [op] = store.takeBatch(1);
  const refusal = { status: 'rejected', code: 'VD402', detail: 'avatar_max_count', replayed: false } as const;
  store.settle([op!], [{ op_id: op!.op_id, ...refusal }]);
  return op!;
}
const next = () => files.next(NOW, LATEST)?.id ?? null;
const UP = `up:${UID}:model:${model.sha256}`;

describe('a file of a new avatar', () => {
  beforeEach(insertNew);

  test('waits until the server has the row, and nobody is woken for it', () => {
    expect([next(), files.nextTryAt()]).toEqual([null, null]);
    expect(files.list(9)).toMatchObject([{ id: UP, state: 'waiting' }]);
    const [op] = store.takeBatch(1);
    const tables = store.settle(
      [op!],
      [{ op_id: op!.op_id, status: 'applied', row: avatar(4), replayed: false }],
    );
    // Who hears of it looks at the queue again.
    expect([...tables]).toEqual(['avatars']);
    expect(next()).toBe(UP);
    expect(files.nextTryAt()).not.toBeNull();
  });

  test('is not tried while the row is refused, and is no news while it is kept here', () => {
    const { op_id } = refuse();
    expect(next()).toBeNull();
    store.keepLocal(op_id);
    expect([next(), files.list(9)]).toEqual([null, []]);
    store.retry(op_id);
    expect(files.list(9)).toMatchObject([{ id: UP }]);
  });

  test('goes with a row that is given up', () => {
    store.discard(refuse().op_id);
    expect(files.get(UP)).toBeNull();
  });
});

test('an avatar that was deleted elsewhere takes what is on its way along', () => {
  store.applyPull(page(avatar(1)));
  files.addUpload(model);
  files.addDownload({ ...model, part: 'thumbnail', extension: 'png', objectPath: 'x' });
  store.applyPull(page(avatar(2)));
  expect(files.list(9)).toHaveLength(2);
  store.applyPull(page(avatar(3, { deleted_at: AT })));
  expect(files.list(9)).toEqual([]);
  expect(next()).toBeNull();
});
