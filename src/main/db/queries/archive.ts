import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { ArchivedRow, ArchiveTable, ImportedAvatar } from '../../services/data/archive/rows.ts';
import type { ArchiveRows } from '../../services/data/ports.ts';
import type { AvatarUploads } from '../../services/library/ports.ts';
import type { WritableTable } from '../../services/sync/wire.ts';
import { type ColumnKind, columnKind, columnsOf } from '../columns.ts';
import {
  avatars,
  gpuUsageLogs,
  rtmpSources,
  settings,
  streamingSessions,
  userAddOns,
  userSubscriptions,
  userSuspensions,
  users,
  userWarnings,
} from '../schema/index.ts';
import type { DbSource } from '../source.ts';
import { Statements } from '../statements.ts';
import { withReasons } from '../storage-reason.ts';

type SqlValue = string | number | null;

const TABLES: Readonly<Record<ArchiveTable, SQLiteTable>> = {
  avatars,
  rtmp_sources: rtmpSources,
  streaming_sessions: streamingSessions,
  gpu_usage_logs: gpuUsageLogs,
  settings,
  users,
  user_subscriptions: userSubscriptions,
  user_add_ons: userAddOns,
  user_suspensions: userSuspensions,
  user_warnings: userWarnings,
};
/** Rows that are not the user's to take along: removed, on the air, only used by path. */
const WANTED: Readonly<Partial<Record<ArchiveTable, string>>> = {
  avatars: `t.deleted_at is null and t.type = 'glb-upload'
    and not exists (select 1 from avatar_files f where f.avatar_uid = t.uid and f.listed = 0)`,
  rtmp_sources: 't.deleted_at is null',
  streaming_sessions: `t.deleted_at is null and t.status <> 'active'`,
  user_subscriptions: 't.deleted_at is null',
  user_add_ons: 't.deleted_at is null',
  user_suspensions: 't.deleted_at is null',
  user_warnings: 't.deleted_at is null',
};
/** Between one server and one machine only; of no meaning anywhere else. */
const SYNC_COLUMNS = ['sync_seq', 'deleted_at'];
/** Of rows that are made here: what only the server says of them, and where it keeps their files. */
const SERVER_COLUMNS = [
  ...SYNC_COLUMNS,
  'id',
  'rev',
  'user_id',
  'avatar_id',
  'thumbnail_url',
  'preview_url',
  'model_url',
  'file_url',
  'rigged_model_url',
  'supabase_url',
  'is_premium',
  'is_public',
  'required_plan',
];
const OWN = new Set<ArchiveTable>(['avatars', 'rtmp_sources', 'streaming_sessions', 'gpu_usage_logs']);

/** What an archive reads and writes of the open profile. */
export function createArchiveRows(
  source: DbSource,
  uploads: AvatarUploads | null = null,
  now: () => Date = () => new Date(),
): ArchiveRows {
  const statements = new Statements(source);

  function insert(table: ArchiveTable, values: Readonly<Record<string, SqlValue>>): void {
    const names = Object.keys(values);
    statements
      .get(`insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`)
      .run(...Object.values(values));
  }

  /** Before the first sync there may be no row of the user to refer to. */
  function userId(): string | null {
    const row = statements.get('select id from users where id = ?').get(source.owner) as
      | { id: string }
      | undefined;
    return row?.id ?? null;
  }

  function addOwn(table: WritableTable | 'gpu_usage_logs', row: Readonly<Record<string, unknown>>): void {
    insert(table, { ...encode(table, row), user_id: userId() });
    if (table === 'gpu_usage_logs') return;
    const { uid, created_at: _created, updated_at: _updated, ...patch } = row;
    const { usage_count, ...columns } = patch;
    source.enqueue({
      table,
      uid: String(uid),
      kind: 'upsert',
      patch: columns,
      ...(typeof usage_count === 'number' && usage_count > 0 ? { add: { usage_count } } : {}),
    });
  }

  function addAvatar({ row, model, thumbnail }: ImportedAvatar): void {
    const { file: _file, ...columns } = row;
    const { sha256, family, extension, bytes } = model;
    addOwn('avatars', {
      ...columns,
      file_size: bytes,
      metadata: { ...columns.metadata, sha256, family, extension },
    });
    statements
      .get(
        `insert into avatar_files (avatar_uid, sha256, bytes, extension, family, listed, thumbnail_sha256)
          values (?, ?, ?, ?, ?, 1, ?)`,
      )
      .run(row.uid, sha256, bytes, extension, family, thumbnail?.sha256 ?? null);
    if (source.owner === null || !uploads) return;
    uploads.enqueue({ avatarUid: row.uid, part: 'model', sha256, bytes, extension });
    if (thumbnail) uploads.enqueue({ avatarUid: row.uid, part: 'thumbnail', ...thumbnail, extension: 'png' });
  }

  function addDestination(row: ArchivedRow<'rtmp_sources'>): void {
    const hasDefault = statements
      .get('select 1 from rtmp_sources where is_default = 1 and deleted_at is null')
      .get();
    addOwn('rtmp_sources', { ...row, is_default: row.is_default && !hasDefault });
  }

  return withReasons<ArchiveRows>({
    owner: () => source.owner,
    page(table, after, limit) {
      const rows = statements
        .get(
          `select t.rowid as rowid_, t.* from ${table} t where t.rowid > ? and ${WANTED[table] ?? 'true'}
            order by t.rowid limit ?`,
        )
        .all(after, limit) as (Record<string, unknown> & { rowid_: number })[];
      const last = rows.at(-1);
      return {
        rows: rows.map(({ rowid_: _, ...row }) => ({
          ...decode(table, row),
          ...(table === 'avatars' ? { file: fileOf(statements, String(row['uid'])) } : {}),
        })),
        next: last && rows.length === limit ? last.rowid_ : null,
      };
    },
    has: (table, key) =>
      statements
        .get(
          `select 1 from ${table} where ${table === 'settings' ? 'key' : OWN.has(table) ? 'uid' : 'id'} = ?`,
        )
        .get(key) !== undefined,
    twin: (name, sha256) =>
      (statements
        .get(
          `select a.uid from avatars a left join avatar_files f on f.avatar_uid = a.uid
            where a.deleted_at is null and a.name = ? and coalesce(f.listed, 1) = 1
              and coalesce(f.sha256, json_extract(a.metadata, '$.sha256')) = ? limit 1`,
        )
        .pluck()
        .get(name, sha256) as string | undefined) ?? null,
    add(rows) {
      source.sqlite
        .transaction(() => {
          for (const avatar of rows.avatars) addAvatar(avatar);
          for (const row of rows.rtmp_sources) addDestination(row);
          for (const row of rows.streaming_sessions) addOwn('streaming_sessions', row);
          for (const row of rows.gpu_usage_logs) addOwn('gpu_usage_logs', row);
          for (const { key, value } of rows.settings) {
            insert('settings', { key, value: JSON.stringify(value), updated_at: now().toISOString() });
          }
        })
        .immediate();
    },
  });
}

function fileOf(statements: Statements, uid: string): unknown {
  return (
    statements
      .get('select sha256, extension, thumbnail_sha256 from avatar_files where avatar_uid = ?')
      .get(uid) ?? null
  );
}

interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

const columns = new Map<ArchiveTable, readonly Column[]>();

/** Columns of a table that an archive has. */
function archivedColumns(table: ArchiveTable): readonly Column[] {
  let known = columns.get(table);
  if (!known) {
    const left = new Set(OWN.has(table) ? SERVER_COLUMNS : SYNC_COLUMNS);
    known = [...columnsOf(TABLES[table])]
      .filter(([name]) => !left.has(name))
      .map(([name, column]) => ({ name, kind: columnKind(column) }));
    columns.set(table, known);
  }
  return known;
}

function decode(table: ArchiveTable, row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    archivedColumns(table).map(({ name, kind }) => {
      const value = row[name] ?? null;
      if (value === null) return [name, null];
      return [
        name,
        kind === 'bool' ? value === 1 : kind === 'json' ? (JSON.parse(String(value)) as unknown) : value,
      ];
    }),
  );
}

function encode(table: ArchiveTable, row: Readonly<Record<string, unknown>>): Record<string, SqlValue> {
  const given = archivedColumns(table).filter(({ name }) => row[name] !== undefined);
  return Object.fromEntries(
    given.map(({ name, kind }) => {
      const value = row[name] ?? null;
      if (value === null) return [name, null];
      if (kind === 'json') return [name, JSON.stringify(value)];
      return [name, kind === 'bool' ? Number(value === true) : (value as SqlValue)];
    }),
  );
}
