import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../types.ts';
import { openEngine, postgresIsThere } from './index.ts';
import { postgresPrograms } from './postgres.ts';

const KINDS: readonly Engine['kind'][] = postgresIsThere() ? ['pglite', 'postgres'] : ['pglite'];

describe.each(KINDS)('the database %s in a folder', (kind) => {
  test("is the project's, says roles as PostgREST does, stays when it is closed, and is made anew for other migrations", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vida3-engine-'));
    const user = randomUUID();
    let engine = await openEngine({ engine: kind, folder });
    try {
      await engine.query(`insert into auth.users (id, email) values ($1, 'a@example.org')`, [user]);
      expect(await engine.query(`select 5::bigint as n, '{"a":[1]}'::jsonb as j`)).toEqual([
        { n: 5, j: { a: [1] } },
      ]);
      const who = await engine.asUser(user, (query) =>
        query('select current_user::text as role, auth.uid() as id'),
      );
      expect(who).toEqual([{ role: 'authenticated', id: user }]);
      expect(
        await engine.query(`select current_user::text <> 'authenticated' as back, auth.uid() as id`),
      ).toEqual([{ back: true, id: null }]);
      const failed = engine.as('service_role', null, async (query) => {
        await query(`update users set role = 'admin'`);
        throw new Error('not so');
      });
      await expect(failed).rejects.toThrow('not so');
      await engine.close();
      engine = await openEngine({ engine: kind, folder });
      expect(await engine.query('select id, role from users')).toEqual([{ id: user, role: 'user' }]);
      await engine.close();
      await writeFile(join(folder, `steps-${kind}`), 'those of another time');
      engine = await openEngine({ engine: kind, folder });
      expect(await engine.query('select id from users')).toEqual([]);
    } finally {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test('a server that was named and is not there is not replaced by another', () => {
  expect(postgresPrograms({ VIDA3_POSTGRES: join(tmpdir(), 'no-such-folder') })).toBe(null);
});
