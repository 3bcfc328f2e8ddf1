import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { expect, test } from 'vitest';
import { startCloud } from './cloud.ts';
import { DEMO_USERS } from './demo-users.ts';

test('a data folder keeps keys, users, sessions and mails over a restart', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'vida3-cloud-test-'));
  const options = { engine: 'pglite', folder, demoUsers: true } as const;
  const clientOf = (url: string, key: string) => createClient(url, key, { auth: { persistSession: false } });
  try {
    const first = await startCloud(options);
    const client = clientOf(first.url, first.key);
    const plans: string[] = [];
    let refreshToken = '';
    for (const { email, password } of DEMO_USERS) {
      const { data } = await client.auth.signInWithPassword({ email, password });
      refreshToken = data.session!.refresh_token;
      const { data: user } = await client.from('users').select('subscription_plan_id').single();
      plans.push(user!.subscription_plan_id);
    }
    expect(plans).toEqual(['free', 'spartan', 'free']);
    await client.auth.signUp({ email: 'mail@example.test', password: 'a good password' });
    await first.close();
    await expect(fetch(first.url)).rejects.toThrow();

    const second = await startCloud(options);
    expect([second.key, second.serviceKey]).toEqual([first.key, first.serviceKey]);
    expect(second.mails).toEqual(first.mails);
    const again = clientOf(second.url, second.key);
    const { data, error } = await again.auth.refreshSession({ refresh_token: refreshToken });
    expect(error).toBeNull();
    expect(data.user?.email).toBe(DEMO_USERS[2]!.email);
    await second.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
