import { getTableColumns, is } from 'drizzle-orm';
import { getTableConfig as cloudConfig, PgTable } from 'drizzle-orm/pg-core';
import { getTableConfig as localConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { expect, test } from 'vitest';
import * as cloudSchema from '../../../supabase/schema.ts';
import { CATALOGUE_TABLES, OWN_TABLES } from '../services/sync/wire.ts';
import { columnKind } from './columns.ts';
import * as localSchema from './schema/index.ts';

/** What a column is, said in words that both databases share. */
interface Fact {
  readonly kind: string;
  readonly nullable: boolean;
  /** `table.column, what happens on its deletion` */
  readonly refers: string | null;
}

const KINDS: Readonly<Record<string, string>> = {
  PgText: 'text',
  PgUUID: 'text',
  PgInteger: 'integer',
  PgSerial: 'integer',
  PgBigInt53: 'integer',
  PgNumeric: 'real',
  PgBoolean: 'bool',
  PgJsonb: 'json',
  PgTimestampString: 'time',
};

const cloud = new Map<string, Map<string, Fact>>();
for (const table of Object.values(cloudSchema)) {
  if (!is(table, PgTable)) continue;
  const { name, schema, foreignKeys } = cloudConfig(table);
  if (schema) continue;
  const facts = new Map<string, Fact>();
  for (const column of Object.values(getTableColumns(table))) {
    const key = foreignKeys.find((candidate) => candidate.reference().columns[0] === column);
    facts.set(column.name, {
      kind: KINDS[column.columnType] ?? column.columnType,
      nullable: !column.notNull,
      refers: key
        ? `${cloudConfig(key.reference().foreignTable).name}.${key.reference().foreignColumns[0]?.name}, ${key.onDelete ?? 'no action'}`
        : null,
    });
  }
  cloud.set(name, facts);
}

const local = new Map<string, Map<string, Fact>>();
for (const table of Object.values(localSchema)) {
  if (!is(table, SQLiteTable)) continue;
  const { name, foreignKeys } = localConfig(table);
  const facts = new Map<string, Fact>();
  for (const column of Object.values(getTableColumns(table))) {
    const key = foreignKeys.find((candidate) => candidate.reference().columns[0] === column);
    facts.set(column.name, {
      kind: columnKind(column),
      nullable: !column.notNull && !column.primary,
      refers: key
        ? `${localConfig(key.reference().foreignTable).name}.${key.reference().foreignColumns[0]?.name}, ${key.onDelete ?? 'no action'}`
        : null,
    });
  }
  local.set(name, facts);
}

/** Where the two differ on purpose: `table.column` or `*.column`, what differs, and why. */
const EXCEPTIONS: readonly (readonly [column: string, differs: 'local only' | keyof Fact, why: string])[] = [
  ['streaming_sessions.avatar_uid', 'local only', 'what `avatar_id` is called on the wire'],
  [
    'streaming_sessions.avatar_id',
    'refers',
    "rows refer to each other by uid here; the server's ids come later",
  ],
  ['avatars.id', 'nullable', 'the server gives it'],
  ['streaming_sessions.id', 'nullable', 'the server gives it'],
  ['rtmp_sources.id', 'nullable', 'the server gives it'],
  ['avatars.user_id', 'nullable', 'a guest has no account'],
  ['streaming_sessions.user_id', 'nullable', 'a guest has no account'],
  ['rtmp_sources.user_id', 'nullable', 'a guest has no account'],
  ['avatars.required_plan', 'nullable', 'a guest has no plans to refer to'],
  ['users.subscription_plan_id', 'refers', 'the own feed and the catalogue come apart'],
  ['subscription_plans.price', 'kind', 'whole cents here, so that nothing is computed with fractions'],
  ['user_suspensions.issued_by', 'refers', 'the only profile here is the own one'],
  ['user_warnings.issued_by', 'refers', 'the only profile here is the own one'],
  ['user_suspensions.related_dmca_id', 'refers', 'complaints stay on the server'],
  ['dmca_complaints.resolved_by', 'refers', 'the only profile here is the own one'],
  ['stream_backgrounds.created_by', 'refers', 'the only profile here is the own one'],
];

const allowed = (table: string, column: string, differs: string): boolean =>
  EXCEPTIONS.some(([name, what]) => name === `${table}.${column}` && what === differs);

test('the server has the 19 tables, and all of them are here', () => {
  expect(cloud.size).toBe(19);
  expect([...cloud.keys()].filter((name) => !local.has(name))).toEqual([]);
});

test.each([...cloud.keys()])('%s agrees with the server column by column', (name) => {
  const there = cloud.get(name)!;
  const here = local.get(name)!;
  const differences: string[] = [];
  for (const column of new Set([...there.keys(), ...here.keys()])) {
    const a = there.get(column);
    const b = here.get(column);
    if (!a || !b) {
      const differs = a ? 'server only' : 'local only';
      if (!allowed(name, column, differs)) differences.push(`${column}: ${differs}`);
      continue;
    }
    for (const fact of ['kind', 'nullable', 'refers'] as const) {
      if (a[fact] !== b[fact] && !allowed(name, column, fact))
        differences.push(`${column}.${fact}: ${a[fact]} there, ${b[fact]} here`);
    }
  }
  expect(differences).toEqual([]);
});

test('no exception has outlived its difference', () => {
  const idle = EXCEPTIONS.filter(([name, differs]) => {
    const [table = '', column = ''] = name.split('.');
    const a = cloud.get(table)?.get(column);
    const b = local.get(table)?.get(column);
    return differs === 'local only' ? Boolean(a) || !b : !a || !b || a[differs] === b[differs];
  });
  expect(idle).toEqual([]);
});

test('every table that is pulled has the stamp on both sides', () => {
  for (const name of [...OWN_TABLES, ...CATALOGUE_TABLES])
    for (const side of [cloud, local])
      expect([...(side.get(name)?.keys() ?? [])]).toEqual(
        expect.arrayContaining(['sync_seq', 'created_at', 'updated_at', 'deleted_at']),
      );
});
