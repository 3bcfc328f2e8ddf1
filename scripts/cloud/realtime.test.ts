import { createClient, type RealtimeChannel } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCloud } from './cloud.ts';
import type { Cloud } from './types.ts';

let cloud: Cloud;
let user: { id: string };

beforeAll(async () => {
  cloud = await startCloud({ engine: 'pglite' });
  user = await cloud.addUser('user@example.test', 'a good password', 'user-one');
});
afterAll(() => cloud?.close());

async function clientOf(id: string) {
  const token = await cloud.token(id);
  return createClient(cloud.url, cloud.key, {
    accessToken: async () => token,
    auth: { persistSession: false },
  });
}

const subscribed = (channel: RealtimeChannel) =>
  new Promise<{ status: string; error: Error | undefined }>((resolve) => {
    channel.subscribe((status, error) => resolve({ status, error }));
  });

test('a change of the own row is a hint, whoever made it', async () => {
  const other = await cloud.addUser('other@example.test', 'a good password', 'user-two');
  const supabase = await clientOf(user.id);
  const seen: string[] = [];
  let hint: () => void = () => undefined;
  const next = () =>
    new Promise<void>((resolve) => {
      hint = resolve;
    });
  const channel = supabase.channel('own');
  for (const [table, column] of [
    ['users', 'id'],
    ['user_subscriptions', 'user_id'],
  ] as const) {
    const filter = { event: '*', schema: 'public', table, filter: `${column}=eq.${user.id}` } as const;
    channel.on('postgres_changes', filter, (payload) => {
      seen.push(`${payload.eventType} ${payload.table}`);
      hint();
    });
  }
  expect((await subscribed(channel)).status).toBe('SUBSCRIBED');

  const first = next();
  await supabase.from('users').update({ twitter_handle: 'me' }).eq('id', user.id);
  await first;
  expect(seen).toContain('UPDATE users');

  seen.length = 0;
  const second = next();
  await cloud.engine.query("update public.users set twitter_handle = 'them' where id = $1", [other.id]);
  await cloud.engine.query(
    `insert into public.user_subscriptions (user_id, plan_id, status, stream_time_remaining)
     values ($1, 'spartan', 'active', 0)`,
    [user.id],
  );
  await second;
  expect(seen).toContain('INSERT user_subscriptions');
  await supabase.removeAllChannels();
});

test('other tables, other rows and who is not signed in are refused by name', async () => {
  const supabase = await clientOf(user.id);
  const anon = createClient(cloud.url, cloud.key, { auth: { persistSession: false } });
  const on = (client: typeof supabase, table: string, filter: string) =>
    client
      .channel(crypto.randomUUID())
      .on('postgres_changes', { event: '*', schema: 'public', table, filter }, () => undefined);
  const cases: [RealtimeChannel, RegExp][] = [
    [on(supabase, 'avatars', `user_id=eq.${user.id}`), /no changes of public\.avatars/],
    [on(supabase, 'users', `id=eq.${crypto.randomUUID()}`), /filter/],
    [on(anon, 'users', `id=eq.${user.id}`), /signed-in/],
    [supabase.channel('chat').on('broadcast', { event: '*' }, () => undefined), /postgres_changes only/],
  ];
  for (const [channel, reason] of cases) {
    const { status, error } = await subscribed(channel);
    expect(status).toBe('CHANNEL_ERROR');
    expect(error?.message).toMatch(reason);
  }
  await supabase.removeAllChannels();
  await anon.removeAllChannels();
});
