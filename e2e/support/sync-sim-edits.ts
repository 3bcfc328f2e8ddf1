import type { LocalChange } from '../../src/main/services/sync/ports.ts';
import type { WritableTable } from '../../src/main/services/sync/wire.ts';
import type { Random } from './sync-random.ts';
import type { Device } from './sync-sim-device.ts';
import type { Ledger } from './sync-sim-ledger.ts';

type Values = Readonly<Record<string, string | number | boolean | null>>;

/** A column of each table that only one device writes, so that its last value must be the one that is there. */
const OWN: Readonly<Record<WritableTable, readonly [string, string, string]>> = {
  avatars: ['category', 'ipfs_hash', 'rigged_ipfs_hash'],
  streaming_sessions: ['platform', 'viewers', 'start_time'],
  rtmp_sources: ['url', 'bitrate', 'name'],
};

/** One change as a user makes it, on a row that this device sees. */
export function editSomething(device: Device, ledger: Ledger, random: Random): void {
  const table = random.pick(['avatars', 'avatars', 'streaming_sessions', 'rtmp_sources'] as const);
  const rows = device.rows(table);
  const what = random.next();
  if (rows.length === 0 || what < 0.12) insert(device, ledger, random, table);
  else {
    const row = random.pick(rows);
    if (what < 0.17) remove(device, ledger, table, row.uid);
    else if (table === 'avatars' && what < 0.45) use(device, ledger, row.uid);
    else if (table === 'streaming_sessions' && what < 0.3 && row.status === 'active') {
      edit(device, ledger, table, row.uid, { status: 'ended', end_time: at(random) });
    } else if (what < 0.6) edit(device, ledger, table, row.uid, shared(table, random));
    else edit(device, ledger, table, row.uid, own(device, table, random));
  }
}

function insert(device: Device, ledger: Ledger, random: Random, table: WritableTable): void {
  const uid = random.uuid();
  const values = firstValues(table, random);
  const names = Object.keys(values);
  device.write(
    `insert into "${table}" (uid, ${names.join()}) values (?, ${names.map(() => '?').join()})`,
    [uid, ...names.map((name) => sql(values[name]!))],
    { table, uid, kind: 'upsert', patch: values },
  );
  ledger.insert(table, uid, device.index, values);
}

function edit(device: Device, ledger: Ledger, table: WritableTable, uid: string, patch: Values): void {
  const names = Object.keys(patch);
  device.write(
    `update "${table}" set ${names.map((name) => `${name} = ?`).join()} where uid = ?`,
    [...names.map((name) => sql(patch[name]!)), uid],
    { table, uid, kind: 'upsert', patch },
  );
  ledger.edit(uid, device.index, patch);
}

function use(device: Device, ledger: Ledger, uid: string): void {
  const change: LocalChange = { table: 'avatars', uid, kind: 'upsert', add: { usage_count: 1 } };
  device.write('update avatars set usage_count = usage_count + 1 where uid = ?', [uid], change);
  ledger.use(uid);
}

function remove(device: Device, ledger: Ledger, table: WritableTable, uid: string): void {
  const also = table === 'rtmp_sources' ? ', is_default = 0' : '';
  device.write(
    `update "${table}" set deleted_at = ?${also} where uid = ?`,
    [new Date(device.clock.now()).toISOString(), uid],
    { table, uid, kind: 'delete' },
  );
  ledger.delete(uid);
}

function firstValues(table: WritableTable, random: Random): Values {
  switch (table) {
    case 'avatars':
      return {
        ...{ name: word(random), type: 'glb-upload', category: word(random), file_size: random.below(1e6) },
        ...{
          vertices: random.below(1e5),
          control_points: 0,
          ipfs_hash: word(random),
          rigged_ipfs_hash: null,
        },
      };
    case 'streaming_sessions':
      return {
        ...{ start_time: at(random), end_time: null, duration: 0, platform: word(random) },
        ...{ viewers: 0, status: 'active' },
      };
    case 'rtmp_sources':
      // Which one is the default is the server's to say, so it is no part of the story.
      return { name: word(random), url: `rtmp://${word(random)}/live`, bitrate: 2500 };
  }
}

function shared(table: WritableTable, random: Random): Values {
  switch (table) {
    case 'avatars':
      return { name: word(random), file_size: random.below(1e6) };
    case 'streaming_sessions':
      return { viewers: random.below(1000) };
    case 'rtmp_sources':
      return { bitrate: 1 + random.below(9000) };
  }
}

function own(device: Device, table: WritableTable, random: Random): Values {
  const column = OWN[table][device.index]!;
  if (column === 'bitrate' || column === 'viewers') return { [column]: 1 + random.below(9000) };
  return { [column]: column === 'start_time' ? at(random) : word(random) };
}

const sql = (value: string | number | boolean | null) => (typeof value === 'boolean' ? Number(value) : value);
const word = (random: Random) => `w${random.below(1e9).toString(36)}`;
/** Long before now: a broadcast of the last minutes would be counted against the plan. */
const at = (random: Random) =>
  new Date(Date.parse('2025-01-01T00:00:00Z') + random.below(1e10)).toISOString();
