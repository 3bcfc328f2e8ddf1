import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { assertNever } from '../../shared/assert-never.ts';
import type { AvatarUploads, ModelExtension } from '../services/library/ports.ts';
import { EDITABLE, type WritableTable } from '../services/sync/wire.ts';
import { columnKind, columnsOf } from './columns.ts';
import { avatars, rtmpSources, streamingSessions } from './schema/index.ts';
import type { DbSource } from './source.ts';

type Row = Record<string, unknown>;

/** Parents before what refers to them. */
const TABLES: readonly (readonly [WritableTable, SQLiteTable])[] = [
  ['avatars', avatars],
  ['rtmp_sources', rtmpSources],
  ['streaming_sessions', streamingSessions],
];
/** The server's to say; a row that was never sent has none of it. */
const SERVERS = new Set(['id', 'rev', 'sync_seq', 'user_id', 'required_plan', 'avatar_id']);

export interface RowCounts {
  readonly avatars: number;
  readonly destinations: number;
  readonly sessions: number;
}

/** What a guest would miss: a broadcast that is on the air is not counted, because it cannot be moved. */
export function countGuestWork(guest: Database.Database): RowCounts {
  const count = (sql: string) => guest.prepare(sql).pluck().get() as number;
  return {
    avatars: count(
      `select count(*) from avatars a left join avatar_files f on f.avatar_uid = a.uid
        where a.deleted_at is null and coalesce(f.listed, 1) = 1`,
    ),
    destinations: count('select count(*) from rtmp_sources where deleted_at is null'),
    sessions: count(
      `select count(*) from streaming_sessions where deleted_at is null and status <> 'active'`,
    ),
  };
}

/** Files that a guest's rows name, as they lie in its folder. */
export function avatarFileNames(guest: Database.Database): string[] {
  return guest
    .prepare(
      `select sha256 || '.' || extension from avatar_files
        union select thumbnail_sha256 || '.png' from avatar_files where thumbnail_sha256 is not null`,
    )
    .pluck()
    .all() as string[];
}

/**
 * Puts everything of a guest's database into an account's, as new rows that are to be sent, in one transaction. Of a
 * row that the account has already (it came by an archive, or a claim was interrupted) it takes what that lacks: the
 * stream key, the file. One that was deleted in the account comes back under a new name. The files must be in the
 * account's folder before. It can be done twice.
 * @param thumbnailBytes how long a picture in that folder is; null: it is not there
 * @returns what was new, and the uids that the guest need not keep
 */
export function copyGuestRows(
  guest: Database.Database,
  account: DbSource,
  uploads: AvatarUploads,
  thumbnailBytes: (sha256: string) => number | null,
): { readonly moved: RowCounts; readonly done: ReadonlyMap<WritableTable, readonly string[]> } {
  const { sqlite, owner } = account;
  const moved: Record<WritableTable, number> = { avatars: 0, rtmp_sources: 0, streaming_sessions: 0 };
  const done = new Map<WritableTable, string[]>();
  /** What the guest's avatars are called in the account, where that is something else. */
  const renamed = new Map<string, string>();

  function insert(table: WritableTable, schema: SQLiteTable, row: Row): void {
    const names = [...columnsOf(schema).keys()].filter((name) => !SERVERS.has(name));
    sqlite
      .prepare(
        `insert into ${table} (${names.join(', ')}, user_id)
          values (${names.map(() => '?').join(', ')}, (select id from users where id = ?))`,
      )
      .run(...names.map((name) => row[name]), owner);
  }

  function copy(table: WritableTable, schema: SQLiteTable, guests: Row): void {
    const old = String(guests['uid']);
    const known = sqlite.prepare(`select deleted_at from ${table} where uid = ?`).get(old) as
      | { deleted_at: string | null }
      | undefined;
    const isThere = known !== undefined && known.deleted_at === null;
    const twin = isThere ? old : twinOf(guest, sqlite, table, guests);
    const uid = twin ?? (known ? randomUUID() : old);
    if (uid !== old) renamed.set(old, uid);
    const isNew = twin === null;
    if (isNew) {
      const row: Row = { ...guests, uid };
      if (table === 'rtmp_sources' && hasDefault(sqlite)) row['is_default'] = 0;
      if (table === 'streaming_sessions') {
        row['avatar_uid'] = renamed.get(String(guests['avatar_uid'])) ?? guests['avatar_uid'];
      }
      insert(table, schema, row);
      guests = row;
    }
    const file = table === 'avatars' ? copyAvatarFile(guest, sqlite, old, uid) : null;
    if (table === 'rtmp_sources') copySecret(guest, sqlite, old, uid);
    const listed = file?.listed ?? true;
    if (isNew && listed) {
      moved[table] += 1;
      account.enqueue({ table, uid, kind: 'upsert', patch: patchOf(table, schema, guests) });
    }
    if (file?.isNew && listed) uploadFiles(sqlite, uid, uploads, thumbnailBytes);
  }

  sqlite.transaction(() => {
    for (const [table, schema] of TABLES) {
      const rows = guest.prepare(`select * from ${table} order by created_at`).all() as Row[];
      const over = rows.filter((row) => row['status'] !== 'active');
      for (const row of over) if (row['deleted_at'] === null) copy(table, schema, row);
      done.set(
        table,
        over.map((row) => String(row['uid'])),
      );
    }
  })();
  return {
    moved: {
      avatars: moved.avatars,
      destinations: moved.rtmp_sources,
      sessions: moved.streaming_sessions,
    },
    done,
  };
}

/** Takes out of a guest's database what an account has now. Never sent, so nobody has to be told. */
export function clearGuestRows(
  guest: Database.Database,
  done: ReadonlyMap<WritableTable, readonly string[]>,
): void {
  guest.transaction(() => {
    // What refers to others first.
    for (const [table] of TABLES.toReversed()) {
      const remove = guest.prepare(`delete from ${table} where uid = ?`);
      for (const uid of done.get(table) ?? []) remove.run(uid);
    }
  })();
}

/** The same thing under another uid: it came by an archive. */
function twinOf(
  guest: Database.Database,
  sqlite: Database.Database,
  table: WritableTable,
  row: Row,
): string | null {
  const find = (sql: string, ...values: unknown[]) =>
    (sqlite
      .prepare(sql)
      .pluck()
      .get(...values) as string | undefined) ?? null;
  switch (table) {
    case 'avatars': {
      const sha256 = guest
        .prepare('select sha256 from avatar_files where avatar_uid = ?')
        .pluck()
        .get(row['uid']);
      return find(
        `select a.uid from avatars a join avatar_files f on f.avatar_uid = a.uid
          where a.deleted_at is null and f.sha256 = ? and a.name = ?`,
        sha256 ?? null,
        row['name'],
      );
    }
    case 'rtmp_sources':
      return find(
        'select uid from rtmp_sources where deleted_at is null and name = ? and url = ?',
        row['name'],
        row['url'],
      );
    case 'streaming_sessions':
      return find(
        'select uid from streaming_sessions where deleted_at is null and start_time = ? and duration = ?',
        row['start_time'],
        row['duration'],
      );
    default:
      return assertNever(table);
  }
}

function hasDefault(sqlite: Database.Database): boolean {
  return (
    sqlite.prepare('select 1 from rtmp_sources where is_default = 1 and deleted_at is null').get() !==
    undefined
  );
}

/** @returns null: the guest has no file of it */
function copyAvatarFile(
  guest: Database.Database,
  sqlite: Database.Database,
  old: string,
  uid: string,
): { readonly listed: boolean; readonly isNew: boolean } | null {
  const found = guest.prepare('select * from avatar_files where avatar_uid = ?').get(old) as Row | undefined;
  if (!found) return null;
  const file: Row = { ...found, avatar_uid: uid };
  const names = Object.keys(file);
  const { changes } = sqlite
    .prepare(
      `insert into avatar_files (${names.join(', ')}) values (${names.map(() => '?').join(', ')})
        on conflict do nothing`,
    )
    .run(...Object.values(file));
  return { listed: file['listed'] === 1, isNew: changes > 0 };
}

/** Sealed for this machine, so it is good for every profile on it. A key that the account has stays. */
function copySecret(guest: Database.Database, sqlite: Database.Database, old: string, uid: string): void {
  const secret = guest
    .prepare('select sealed_key, updated_at from rtmp_source_secrets where source_uid = ?')
    .get(old) as { sealed_key: Buffer; updated_at: string } | undefined;
  if (!secret) return;
  sqlite
    .prepare(
      `insert into rtmp_source_secrets (source_uid, sealed_key, updated_at) values (?, ?, ?)
        on conflict do nothing`,
    )
    .run(uid, secret.sealed_key, secret.updated_at);
}

function uploadFiles(
  sqlite: Database.Database,
  avatarUid: string,
  uploads: AvatarUploads,
  thumbnailBytes: (sha256: string) => number | null,
): void {
  const file = sqlite
    .prepare('select sha256, bytes, extension, thumbnail_sha256 from avatar_files where avatar_uid = ?')
    .get(avatarUid) as
    | { sha256: string; bytes: number; extension: ModelExtension; thumbnail_sha256: string | null }
    | undefined;
  if (!file) return;
  const { sha256, bytes, extension, thumbnail_sha256: thumbnail } = file;
  uploads.enqueue({ avatarUid, part: 'model', sha256, bytes, extension });
  const length = thumbnail === null ? null : thumbnailBytes(thumbnail);
  if (thumbnail === null || length === null) return;
  uploads.enqueue({ avatarUid, part: 'thumbnail', sha256: thumbnail, bytes: length, extension: 'png' });
}

/** The columns that are sent, as the server takes them. */
function patchOf(table: WritableTable, schema: SQLiteTable, row: Row): Row {
  const columns = columnsOf(schema);
  return Object.fromEntries(
    EDITABLE[table].map((name) => {
      const value = row[name] ?? null;
      if (value === null) return [name, null];
      const kind = columnKind(columns.get(name)!);
      if (kind === 'bool') return [name, value === 1];
      return [name, kind === 'json' ? (JSON.parse(String(value)) as unknown) : value];
    }),
  );
}
