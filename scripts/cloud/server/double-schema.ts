import type { Engine } from '../types.ts';

/** What the double has to remember besides the project's own tables; no API role can see it. */
const SQL = `
create schema if not exists cloud_double;
create table if not exists cloud_double.passwords (
  user_id uuid primary key references auth.users(id) on delete cascade, hash text not null);
create table if not exists cloud_double.identities (
  user_id uuid not null references auth.users(id) on delete cascade,
  provider text not null, provider_id text not null, data jsonb not null default '{}',
  created_at timestamptz not null default now(), primary key (provider, provider_id));
create table if not exists cloud_double.sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users(id) on delete cascade, created_at timestamptz not null default now());
create table if not exists cloud_double.refresh_tokens (
  token text primary key, session_id uuid not null references cloud_double.sessions(id) on delete cascade,
  parent text, revoked boolean not null default false, updated_at timestamptz not null default now());
create table if not exists cloud_double.auth_codes (
  code text primary key, user_id uuid not null references auth.users(id) on delete cascade,
  challenge text not null, method text not null, created_at timestamptz not null default now());
create table if not exists cloud_double.mail_tokens (
  token text primary key, user_id uuid not null references auth.users(id) on delete cascade,
  challenge text, method text, created_at timestamptz not null default now());
create table if not exists cloud_double.mails (
  id bigint generated always as identity primary key,
  recipient text not null, subject text not null, link text not null, at timestamptz not null default now());
create table if not exists cloud_double.changes (
  seq bigint generated always as identity primary key,
  kind text not null, table_name text not null, row_id text not null, owner uuid not null);
create or replace function cloud_double.note_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare r jsonb := to_jsonb(new);
begin
  insert into cloud_double.changes (kind, table_name, row_id, owner)
  values (tg_op, tg_table_name, r ->> 'id', (r ->> tg_argv[0])::uuid);
  return null;
end $$;
revoke execute on function cloud_double.note_change() from public;
-- A project's storage server has both: policies decide, and a name is there once.
grant select, insert, update, delete on storage.objects to anon, authenticated, service_role;
create unique index if not exists cloud_double_object_name on storage.objects (bucket_id, name);
`;

/** Tables that have realtime hints, with the column that says whose a row is. */
export const HINTED_TABLES = { users: 'id', user_subscriptions: 'user_id' } as const;

/** Makes the double's own tables, and the triggers behind its realtime hints. Safe to repeat. */
export async function prepareDouble(engine: Engine): Promise<void> {
  await engine.exec(SQL);
  for (const [table, owner] of Object.entries(HINTED_TABLES)) {
    const [found] = await engine.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
      `public.${table}`,
    ]);
    if (!found?.found) continue;
    await engine.exec(`
      create or replace trigger zz_cloud_double_hint after insert or update on public.${table}
      for each row execute function cloud_double.note_change('${owner}');`);
  }
  await engine.exec('truncate cloud_double.changes;');
}
