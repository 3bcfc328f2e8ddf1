import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../scripts/cloud/types.ts';
import { type Service, serviceOf } from './services-support.ts';
import { block, codeOf, detailOf, ENGINES, makeUser, op, openEngine, push, pushOne } from './support.ts';

describe.each(ENGINES)('functions of the server on %s', (kind) => {
  let engine: Engine;
  let service: Service;
  beforeAll(async () => {
    engine = await openEngine({ engine: kind });
    service = serviceOf(engine);
  });
  afterAll(() => engine.close());

  describe('accounts', () => {
    const signUp = async (
      email: string | null,
      meta: object,
      app: object = {},
    ): Promise<Record<string, unknown>> => {
      const id = randomUUID();
      await engine.query(
        'insert into auth.users (id, email, raw_user_meta_data, raw_app_meta_data) values ($1, $2, $3, $4)',
        [id, email, JSON.stringify(meta), JSON.stringify(app)],
      );
      const [row] = await engine.query('select * from users where id = $1', [id]);
      return row ?? {};
    };

    test('a profile is made with the account, under the name that was wished', async () => {
      expect(await signUp('one@example.org', { username: 'One' })).toMatchObject({
        username: 'One',
        email: 'one@example.org',
        plan: 'free',
        role: 'user',
        email_verified: false,
        stream_time_remaining: 900,
      });
    });

    test('a name that is taken, too short, too long or made of signs never stops a sign-up', async () => {
      expect((await signUp('two@example.org', { username: 'one' }))['username']).toMatch(/^one-[0-9a-f]{6}$/);
      expect((await signUp('x@example.org', {}))['username']).toBe('user');
      expect((await signUp('y@example.org', { username: '; drop table users' }))['username']).toBe(
        'droptableusers',
      );
      expect((await signUp('z@example.org', { username: 'ö'.repeat(99) }))['username']).toBe('ö'.repeat(30));
      expect((await signUp('w@example.org', { username: { name: 1 } }))['username']).toBe('name1');
    });

    test('what does not show in a name, and what breaks out of an address, is left out', async () => {
      const row = await signUp('hidden@example.org', {
        username: 'a\u202enim\u200bda\ufeff',
        avatar_url: 'https://x.org/"><script>',
      });
      expect(row).toMatchObject({ username: 'animda', avatar_url: null });
    });

    test("nothing that users say about themselves gives them a role, a plan or somebody's identity", async () => {
      const row = await signUp('eve@example.org', {
        role: 'admin',
        plan: 'goat',
        subscription_plan_id: 'goat',
        email_verified: true,
        provider_id: 'somebody',
        avatar_url: 'javascript:alert(1)',
      });
      expect(row).toMatchObject({
        role: 'user',
        plan: 'free',
        email_verified: false,
        google_id: null,
        avatar_url: null,
      });
    });

    test('other ways to sign in bring their names', async () => {
      const x = { user_name: 'streamer', provider_id: '42', avatar_url: 'https://example.org/a.png' };
      expect(await signUp(null, x, { provider: 'twitter' })).toMatchObject({
        username: 'streamer',
        twitter_handle: 'streamer',
        twitter_id: '42',
        avatar_url: 'https://example.org/a.png',
        email: expect.stringMatching(/@users\.invalid$/),
      });
      expect(
        await signUp('g@example.org', { name: 'Ann Example', sub: '77' }, { provider: 'google' }),
      ).toMatchObject({
        username: 'AnnExample',
        google_id: '77',
      });
    });

    test('an address that was confirmed or changed is followed', async () => {
      const { id } = await signUp('before@example.org', {});
      await engine.query(
        `update auth.users set email = 'after@example.org', email_confirmed_at = now() where id = $1`,
        [id],
      );
      expect(await engine.query('select email, email_verified from users where id = $1', [id])).toEqual([
        { email: 'after@example.org', email_verified: true },
      ]);
    });
  });

  describe('forms', () => {
    const dmca = {
      complainant_name: 'Zoë',
      complainant_email: 'zoe@example.org',
      content_url: 'https://example.org/a',
      claimed_work: 'A model',
      description: 'It is mine.',
    };

    test('a complaint is filed, and finds its account by the avatar in the address', async () => {
      const user = await makeUser(engine);
      const avatar = op('avatars');
      await pushOne(engine, user, avatar);
      const filed = await service(
        'file_dmca',
        { ...dmca, content_url: `https://example.org/${user}/${avatar.uid}/x.vrm` },
        'ip-1',
      );
      const id = (filed as { id: number }).id;
      expect(await engine.query('select user_id, status from dmca_complaints where id = $1', [id])).toEqual([
        { user_id: user, status: 'pending' },
      ]);
    });

    test.each([
      ['complainant_name', ''],
      ['complainant_name', 5],
      ['complainant_email', 'not an address'],
      ['content_url', 'javascript:alert(1)'],
      ['claimed_work', ' '],
      ['description', 'x'.repeat(10_001)],
      ['description', null],
    ])('a complaint with %s %s is refused', async (field, value) => {
      expect(await codeOf(service('file_dmca', { ...dmca, [field]: value }, 'ip-2'))).toBe('22023');
      expect(await detailOf(service('file_dmca', { ...dmca, [field]: value }, 'ip-2'))).toBe(
        field === 'complainant_email' ? 'email' : field,
      );
    });

    test('a form has a limit for all senders together', async () => {
      await engine.query('delete from private.form_limits');
      await engine.query(
        `insert into private.form_limits (form, who, window_start, hits)
         select form, 'everybody', date_bin('1 hour', now() + h * interval '1 hour', '2020-01-01T00:00:00Z'), 299
         from unnest(array['dmca-all', 'coming-soon-all']) form, generate_series(0, 1) h`,
      );
      const soon = (n: number) => service('coming_soon', `all${n}@example.org`, 'goat', `ip-all-${n}`);
      const notice = (n: number) =>
        service('file_dmca', { ...dmca, complainant_email: `all${n}@example.org` }, `ip-all-${n}`);
      await soon(1);
      expect(await codeOf(soon(2))).toBe('VD429');
      await notice(1);
      expect(await codeOf(notice(2))).toBe('VD429');
      await engine.query('delete from private.form_limits');
    });

    test('five complaints a day from one place or one address', async () => {
      for (let i = 0; i < 5; i++)
        await service('file_dmca', { ...dmca, complainant_email: `a${i}@example.org` }, 'ip-3');
      expect(
        await codeOf(service('file_dmca', { ...dmca, complainant_email: 'new@example.org' }, 'ip-3')),
      ).toBe('VD429');
      const wait = Number(
        await detailOf(service('file_dmca', { ...dmca, complainant_email: 'new@example.org' }, 'ip-3')),
      );
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(86400);
      for (let i = 0; i < 5; i++)
        await service('file_dmca', { ...dmca, complainant_email: 'SAME@example.org' }, `ip-4-${i}`);
      expect(
        await codeOf(service('file_dmca', { ...dmca, complainant_email: 'same@example.org' }, 'ip-5')),
      ).toBe('VD429');
    });

    test('an address for later is kept once, and the answer does not say whether it was known', async () => {
      for (const email of ['soon@example.org', 'SOON@example.org', ' soon@example.org ']) {
        expect(await service('coming_soon', email, 'zeus', 'ip-6')).toEqual({ ok: true });
      }
      expect(
        await engine.query(
          `select plan_name from coming_soon_emails where lower(email) = 'soon@example.org'`,
        ),
      ).toEqual([{ plan_name: 'zeus' }]);
      for (const [email, plan] of [
        ['soon', 'zeus'],
        ['a@b', 'zeus'],
        ['a@b.cd', 'olymp'],
        [null, 'zeus'],
        [`${'x'.repeat(250)}@b.cd`, 'zeus'],
      ]) {
        expect(await codeOf(service('coming_soon', email, plan, 'ip-7'))).toBe('22023');
      }
      for (let i = 0; i < 7; i++) await service('coming_soon', `s${i}@example.org`, 'goat', 'ip-6');
      expect(await codeOf(service('coming_soon', 'last@example.org', 'goat', 'ip-6'))).toBe('VD429');
    });
  });

  describe('leaving', () => {
    const fill = async (user: string): Promise<void> => {
      await push(engine, user, [op('avatars'), op('rtmp_sources'), op('streaming_sessions')]);
      await service('billing_customer_set', user, `cus_${user.replaceAll('-', '')}`);
      await engine.query(
        `insert into user_warnings (user_id, warning_type, reason) values ($1, 'dmca', 'x')`,
        [user],
      );
      await engine.query(
        `insert into dmca_complaints (user_id, complainant_name, complainant_email, content_url, claimed_work, description)
         values ($1, 'Secret Name', 'secret@example.org', 'https://x/', 'w', 'd')`,
        [user],
      );
      await engine.query(
        `insert into system_logs (level, type, service, message, user_id) values ('info', 'info', 'auth', 'x', $1)`,
        [user],
      );
      await engine.query(`insert into storage.objects (bucket_id, name) values ('avatars', $1)`, [
        `${user}/a/b.vrm`,
      ]);
    };

    test('an export has everything of its user and nothing of others', async () => {
      const [user, other] = [await makeUser(engine), await makeUser(engine)];
      await fill(user);
      await fill(other);
      const found = (await service('account_export', user)) as Record<string, unknown[]>;
      for (const table of [
        'avatars',
        'rtmp_sources',
        'streaming_sessions',
        'user_warnings',
        'dmca_complaints',
        'system_logs',
        'files',
      ]) {
        expect([table, found[table]?.length]).toEqual([table, 1]);
      }
      expect(found['users']).toMatchObject({ id: user });
      const text = JSON.stringify(found);
      expect(text).not.toContain(other);
      expect(text).not.toContain('secret@example.org');
      expect(await service('account_export', randomUUID())).toBe(null);
    });

    test('a deletion leaves nothing but complaints without a name, and may come twice', async () => {
      const user = await makeUser(engine);
      await fill(user);
      // The complaint keeps the account from being deleted by any other way.
      expect(await codeOf(engine.query('delete from auth.users where id = $1', [user]))).toMatch(
        /^23(001|503)$/,
      );
      const gone = { objects: [`${user}/a/b.vrm`], customer: `cus_${user.replaceAll('-', '')}` };
      expect(await service('account_delete', user)).toEqual({ deleted: true, ...gone });
      for (const { name } of await engine.query<{ name: string }>(
        `select distinct table_schema || '.' || table_name as name from information_schema.columns
         where table_schema in ('public', 'private') and column_name = 'user_id'`,
      )) {
        expect([name, await engine.query(`select 1 from ${name} where user_id = $1`, [user])]).toEqual([
          name,
          [],
        ]);
      }
      expect(await engine.query('select 1 from auth.users where id = $1', [user])).toEqual([]);
      expect(
        await engine.query(`select user_id from dmca_complaints where admin_notes like '%was deleted%'`),
      ).toEqual([{ user_id: null }]);
      // What hangs on the account is gone; the files are still named for whoever has to remove them.
      expect(await service('account_delete', user)).toEqual({
        deleted: false,
        objects: gone.objects,
        customer: null,
      });
      expect(await codeOf(push(engine, user, [op('avatars')]))).toBe('42501');
    });

    test('staff and blocked accounts can be deleted as well', async () => {
      const [mod, user] = [await makeUser(engine, { role: 'moderator' }), await makeUser(engine)];
      await block(engine, user);
      await engine.query(
        `insert into user_suspensions (user_id, suspension_type, suspension_level, reason, issued_by) values ($1, 'manual', 1, 'x', $2)`,
        [user, mod],
      );
      expect(await service('account_delete', mod)).toMatchObject({ deleted: true });
      expect(await engine.query('select issued_by from user_suspensions where user_id = $1', [user])).toEqual(
        [{ issued_by: null }],
      );
      expect(await service('account_delete', user)).toMatchObject({ deleted: true });
    });
  });
});
