import { randomUUID } from 'node:crypto';
import { openEngine, postgresIsThere } from '../../scripts/cloud/engine/index.ts';
import type { Engine } from '../../scripts/cloud/types.ts';
import {
  PULL_LIMIT,
  type PullAnswer,
  type PushOp,
  type PushResult,
  pullAnswerSchema,
  pushAnswerSchema,
  SYNC_SCHEMA,
  type WritableTable,
} from '../../src/main/services/sync/wire.ts';

export { openEngine };

/** Both databases; the real server where one is installed. */
export const ENGINES: readonly Engine['kind'][] = postgresIsThere() ? ['pglite', 'postgres'] : ['pglite'];

type Query = Engine['query'];

let made = 0;

/** A confirmed account, as the sign-up makes it. @returns its id */
export async function makeUser(
  engine: Engine,
  options: { plan?: string; role?: string; username?: string } = {},
): Promise<string> {
  const id = randomUUID();
  made++;
  await engine.query(
    `insert into auth.users (id, email, raw_user_meta_data, email_confirmed_at) values ($1, $2, $3, now())`,
    [
      id,
      `u${made}-${id.slice(0, 8)}@example.org`,
      JSON.stringify({ username: options.username ?? `user-${id.slice(0, 8)}` }),
    ],
  );
  if (options.plan && options.plan !== 'free') {
    await engine.query(
      `insert into user_subscriptions (user_id, plan_id, status, stream_time_remaining) values ($1, $2, 'active', 0)`,
      [id, options.plan],
    );
  }
  if (options.role) await engine.query('update users set role = $2 where id = $1', [id, options.role]);
  return id;
}

export const block = (engine: Engine, user: string): Promise<unknown> =>
  engine.query('update users set blocked = true where id = $1', [user]);

export const suspend = (engine: Engine, user: string): Promise<unknown> =>
  engine.query(
    `insert into user_suspensions (user_id, suspension_type, suspension_level, reason, expires_at)
     values ($1, 'manual', 1, 'a test', now() + interval '1 day')`,
    [user],
  );

export const AVATAR = {
  name: 'An avatar',
  type: 'glb-upload',
  vertices: 10,
  control_points: 0,
  file_size: 1000,
};
export const RTMP = { name: 'A server', url: 'rtmp://example.org/live' };
export const PATCH: Readonly<Record<WritableTable, Readonly<Record<string, unknown>>>> = {
  avatars: AVATAR,
  rtmp_sources: RTMP,
  streaming_sessions: {
    status: 'ended',
    start_time: '2026-01-05T10:00:00.000Z',
    end_time: '2026-01-05T10:10:00.000Z',
    duration: 600,
  },
};

export function op(t: WritableTable, over: Partial<PushOp> = {}): PushOp {
  return {
    op_id: randomUUID(),
    t,
    uid: randomUUID(),
    kind: 'upsert',
    patch: over.kind === 'delete' ? {} : PATCH[t],
    add: {},
    base_rev: null,
    ...over,
  };
}

export async function pushRaw(query: Query, ops: unknown, schema: unknown = SYNC_SCHEMA): Promise<unknown> {
  const [row] = await query<{ r: unknown }>('select public.sync_push($1::jsonb, $2::integer) as r', [
    typeof ops === 'string' ? ops : JSON.stringify(ops),
    schema,
  ]);
  return row?.r;
}

/** As the studio does it: the answer is read with the studio's own schema. */
export async function push(
  engine: Engine,
  user: string,
  ops: readonly PushOp[],
): Promise<readonly PushResult[]> {
  const answer = pushAnswerSchema.parse(await engine.asUser(user, (query) => pushRaw(query, ops)));
  return answer.results;
}

export async function pushOne(engine: Engine, user: string, one: PushOp): Promise<PushResult> {
  const [result] = await push(engine, user, [one]);
  if (!result) throw new Error('no result');
  return result;
}

export async function pull(
  engine: Engine,
  user: string,
  own = 0,
  cat = 0,
  limit = PULL_LIMIT,
): Promise<PullAnswer> {
  return engine.asUser(user, async (query) => {
    const [row] = await query<{ r: unknown }>('select public.sync_pull($1, $2, $3, $4) as r', [
      own,
      cat,
      limit,
      SYNC_SCHEMA,
    ]);
    return pullAnswerSchema.parse(row?.r);
  });
}

export function rowOf(result: PushResult): Record<string, unknown> {
  if (result.status === 'rejected') throw new Error(`rejected: ${result.code} ${result.detail}`);
  if (result.row === null) throw new Error('no row');
  return result.row;
}

/** The SQLSTATE that a query ends with, or what came of it. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    return `no error: ${JSON.stringify(await work)}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}

/** The limit's name that goes with a refusal. */
export async function detailOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error && 'detail' in error && typeof error.detail === 'string') return error.detail;
    throw error;
  }
  throw new Error('no error');
}
