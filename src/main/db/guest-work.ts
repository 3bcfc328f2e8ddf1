import type Database from 'better-sqlite3';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { GuestWorkCounts } from '../services/account/ports.ts';
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

/** What a guest would miss: a broadcast that is on the air is not counted, because it cannot be moved. */
export function countGuestWork(guest: Database.Database): GuestWorkCounts {
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

/**
 * Puts everything of a guest's database into an account's, as new rows that are to be sent, in one transaction. What
 * the account has already (a claim that was interrupted) is left alone, so it can be done twice. The files must be in
 * the account's folder before.
 * @param thumbnailBytes how long a picture in that folder is; null: it is not there
 * @returns what was new
 */
export function copyGuestRows(
  guest: Database.Database,
  account: DbSource,
  uploads: AvatarUploads,
  thumbnailBytes: (sha256: string) => number | null,
): GuestWorkCounts {
  const { sqlite, owner } = account;
  const moved: Record<WritableTable, number> = { avatars: 0, rtmp_sources: 0, streaming_sessions: 0 };

  function copyRow(table: WritableTable, schema: SQLiteTable, row: Row): void {
    const names = [...columnsOf(schema).keys()].filter((name) => !SERVERS.has(name));
    sqlite
      .prepare(
        `insert into ${table} (${names.join(', ')}, user_id)
          values (${names.map(() => '?').join(', ')}, (select id from users where id = ?))`,
      )
      .run(...names.map((name) => row[name]), owner);
  }

  function copyAll(table: WritableTable, schema: SQLiteTable): void {
    const known = sqlite.prepare(`select 1 from ${table} where uid = ?`);
    const rows = guest
      .prepare(`select * from ${table} where deleted_at is null order by created_at`)
      .all() as Row[];
    for (const row of rows) {
      if (row['status'] === 'active' || known.get(row['uid'])) continue;
      if (table === 'rtmp_sources' && hasDefault(sqlite)) row['is_default'] = 0;
      copyRow(table, schema, row);
      const uid = String(row['uid']);
      const listed = table !== 'avatars' || copyAvatarFile(guest, sqlite, uid);
      if (table === 'rtmp_sources') copySecret(guest, sqlite, uid);
      if (!listed) continue;
      moved[table] += 1;
      account.enqueue({ table, uid, kind: 'upsert', patch: patchOf(table, schema, row) });
      if (table === 'avatars') uploadFiles(sqlite, uid, uploads, thumbnailBytes);
    }
  }

  sqlite.transaction(() => {
    for (const [table, schema] of TABLES) copyAll(table, schema);
  })();
  return {
    avatars: moved.avatars,
    destinations: moved.rtmp_sources,
    sessions: moved.streaming_sessions,
  };
}

/** Empties a guest's database of what was moved; its settings stay. Never sent, so nothing has to be told. */
export function clearGuestRows(guest: Database.Database): void {
  guest.transaction(() => {
    guest.prepare(`delete from streaming_sessions where status <> 'active'`).run();
    guest.prepare('delete from rtmp_sources').run();
    guest.prepare('delete from avatars').run();
  })();
}

function hasDefault(sqlite: Database.Database): boolean {
  return (
    sqlite.prepare('select 1 from rtmp_sources where is_default = 1 and deleted_at is null').get() !==
    undefined
  );
}

/** @returns whether the avatar is shown in the library */
function copyAvatarFile(guest: Database.Database, sqlite: Database.Database, uid: string): boolean {
  const file = guest.prepare('select * from avatar_files where avatar_uid = ?').get(uid) as Row | undefined;
  if (!file) return true;
  const names = Object.keys(file);
  sqlite
    .prepare(`insert into avatar_files (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`)
    .run(...Object.values(file));
  return file['listed'] === 1;
}

/** Sealed for this machine, so it is good for every profile on it. */
function copySecret(guest: Database.Database, sqlite: Database.Database, uid: string): void {
  const secret = guest
    .prepare('select sealed_key, updated_at from rtmp_source_secrets where source_uid = ?')
    .get(uid) as { sealed_key: Buffer; updated_at: string } | undefined;
  if (!secret) return;
  sqlite
    .prepare('insert into rtmp_source_secrets (source_uid, sealed_key, updated_at) values (?, ?, ?)')
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
