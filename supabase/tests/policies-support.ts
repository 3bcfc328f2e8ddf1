import type { Engine } from '../../scripts/cloud/types.ts';
import { WRITABLE_TABLES } from '../../src/main/services/sync/wire.ts';
import { makeUser, op, openEngine, pushOne } from './support.ts';

/** Who attack each other: a member with rows in every table, a neighbour, and somebody of the staff. */
export interface Neighbours {
  readonly engine: Engine;
  readonly ann: string;
  readonly bob: string;
  readonly staff: string;
  readonly asAnon: (sql: string, params?: unknown[]) => Promise<unknown[]>;
  readonly asUser: (user: string, sql: string, params?: unknown[]) => Promise<unknown[]>;
  /** What a token that was signed with a stolen secret might say; the database role stays what it is. */
  readonly forged: (user: string, sql: string) => Promise<unknown[]>;
}

export async function openNeighbours(kind: Engine['kind']): Promise<Neighbours> {
  const engine = await openEngine({ engine: kind });
  const ann = await makeUser(engine, { plan: 'spartan' });
  const bob = await makeUser(engine);
  const staff = await makeUser(engine, { role: 'moderator' });
  for (const table of WRITABLE_TABLES) await pushOne(engine, ann, op(table));
  await engine.query(`insert into user_add_ons (user_id, addon_id) values ($1, 'stream_hours')`, [ann]);
  await engine.query(
    `insert into user_suspensions (user_id, suspension_type, suspension_level, reason, is_active)
       values ($1, 'manual', 1, 'long ago', false)`,
    [ann],
  );
  await engine.query(`insert into user_warnings (user_id, warning_type, reason) values ($1, 'dmca', 'x')`, [
    ann,
  ]);
  await engine.query(
    `insert into gpu_usage_logs (uid, user_id, operation, usage, memory_used, service_id, resource_usage)
       values (gen_random_uuid(), $1, 'tracking', 1, 1, 'x', 1)`,
    [ann],
  );
  return {
    engine,
    ann,
    bob,
    staff,
    asAnon: (sql, params = []) => engine.as('anon', { role: 'anon' }, (query) => query(sql, params)),
    asUser: (user, sql, params = []) => engine.asUser(user, (query) => query(sql, params)),
    forged: (user, sql) =>
      engine.as(
        'authenticated',
        {
          sub: user,
          role: 'service_role',
          app_metadata: { role: 'admin' },
          user_role: 'admin',
          is_admin: true,
        },
        (query) => query(sql),
      ),
  };
}
