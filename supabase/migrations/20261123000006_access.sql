-- Who may do what. Nothing relies on default privileges: projects differ in them, so everything is taken away first
-- and given one by one, to service_role too.

alter table public.users enable row level security;
alter table public.subscription_plans enable row level security;
alter table public.add_ons enable row level security;
alter table public.avatar_categories enable row level security;
alter table public.preset_avatars enable row level security;
alter table public.background_categories enable row level security;
alter table public.stream_backgrounds enable row level security;
alter table public.user_subscriptions enable row level security;
alter table public.user_add_ons enable row level security;
alter table public.user_suspensions enable row level security;
alter table public.user_warnings enable row level security;
alter table public.gpu_usage_logs enable row level security;
alter table public.avatars enable row level security;
alter table public.streaming_sessions enable row level security;
alter table public.rtmp_sources enable row level security;
alter table public.sessions enable row level security;
alter table public.system_logs enable row level security;
alter table public.dmca_complaints enable row level security;
alter table public.coming_soon_emails enable row level security;
alter table private.billing_customers enable row level security;
alter table private.stripe_events enable row level security;
alter table private.sync_ops enable row level security;
alter table private.sync_config enable row level security;
alter table private.form_limits enable row level security;

revoke all on public.users from public, anon, authenticated, service_role;
revoke all on public.subscription_plans from public, anon, authenticated, service_role;
revoke all on public.add_ons from public, anon, authenticated, service_role;
revoke all on public.avatar_categories from public, anon, authenticated, service_role;
revoke all on public.preset_avatars from public, anon, authenticated, service_role;
revoke all on public.background_categories from public, anon, authenticated, service_role;
revoke all on public.stream_backgrounds from public, anon, authenticated, service_role;
revoke all on public.user_subscriptions from public, anon, authenticated, service_role;
revoke all on public.user_add_ons from public, anon, authenticated, service_role;
revoke all on public.user_suspensions from public, anon, authenticated, service_role;
revoke all on public.user_warnings from public, anon, authenticated, service_role;
revoke all on public.gpu_usage_logs from public, anon, authenticated, service_role;
revoke all on public.avatars from public, anon, authenticated, service_role;
revoke all on public.streaming_sessions from public, anon, authenticated, service_role;
revoke all on public.rtmp_sources from public, anon, authenticated, service_role;
revoke all on public.sessions from public, anon, authenticated, service_role;
revoke all on public.system_logs from public, anon, authenticated, service_role;
revoke all on public.dmca_complaints from public, anon, authenticated, service_role;
revoke all on public.coming_soon_emails from public, anon, authenticated, service_role;
revoke all on all sequences in schema public from public, anon, authenticated, service_role;
revoke all on all tables in schema private from public, anon, authenticated, service_role;
revoke all on all sequences in schema private from public, anon, authenticated, service_role;
revoke all on schema private from public, anon, authenticated, service_role;

-- Catalogue: everybody; who is signed in sees tombstones too, for the feed.
grant select on public.subscription_plans to anon, authenticated;
create policy "everybody reads" on public.subscription_plans for select to anon using (deleted_at is null);
create policy "members read" on public.subscription_plans for select to authenticated using (true);
grant select on public.add_ons to anon, authenticated;
create policy "everybody reads" on public.add_ons for select to anon using (deleted_at is null);
create policy "members read" on public.add_ons for select to authenticated using (true);
grant select on public.avatar_categories to anon, authenticated;
create policy "everybody reads" on public.avatar_categories for select to anon using (deleted_at is null);
create policy "members read" on public.avatar_categories for select to authenticated using (true);
grant select on public.preset_avatars to anon, authenticated;
create policy "everybody reads" on public.preset_avatars for select to anon using (deleted_at is null);
create policy "members read" on public.preset_avatars for select to authenticated using (true);
grant select on public.background_categories to anon, authenticated;
create policy "everybody reads" on public.background_categories for select to anon using (deleted_at is null);
create policy "members read" on public.background_categories for select to authenticated using (true);
grant select on public.stream_backgrounds to anon, authenticated;
create policy "everybody reads" on public.stream_backgrounds for select to anon using (deleted_at is null);
create policy "members read" on public.stream_backgrounds for select to authenticated using (true);

-- Profiles.
grant select on public.users to authenticated;
grant update (username, avatar_url, twitter_handle) on public.users to authenticated;
create policy "own" on public.users for select to authenticated using (id = (select auth.uid()));
create policy "staff" on public.users for select to authenticated using ((select private.is_staff()));
create policy "own change" on public.users for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

-- What the server says about an owner.
grant select on public.user_subscriptions to authenticated;
create policy "own" on public.user_subscriptions for select to authenticated using (user_id = (select auth.uid()));
grant select on public.user_add_ons to authenticated;
create policy "own" on public.user_add_ons for select to authenticated using (user_id = (select auth.uid()));
grant select on public.user_suspensions to authenticated;
create policy "own" on public.user_suspensions for select to authenticated using (user_id = (select auth.uid()));
grant select on public.user_warnings to authenticated;
create policy "own" on public.user_warnings for select to authenticated using (user_id = (select auth.uid()));
grant select on public.gpu_usage_logs to authenticated;
create policy "own" on public.gpu_usage_logs for select to authenticated using (user_id = (select auth.uid()));

-- What owners write goes by sync_push and by nothing else: reading is all there is.
grant select on public.avatars to authenticated;
create policy "own" on public.avatars for select to authenticated using (user_id = (select auth.uid()));
create policy "public ones" on public.avatars for select to authenticated
  using (is_public and deleted_at is null and private.is_shown(user_id));
grant select on public.streaming_sessions to authenticated;
create policy "own" on public.streaming_sessions for select to authenticated using (user_id = (select auth.uid()));
grant select on public.rtmp_sources to authenticated;
create policy "own" on public.rtmp_sources for select to authenticated using (user_id = (select auth.uid()));

-- The Edge Functions and whoever runs the project.
grant select, insert, update, delete on public.users to service_role;
grant select, insert, update, delete on public.subscription_plans to service_role;
grant select, insert, update, delete on public.add_ons to service_role;
grant select, insert, update, delete on public.avatar_categories to service_role;
grant select, insert, update, delete on public.preset_avatars to service_role;
grant select, insert, update, delete on public.background_categories to service_role;
grant select, insert, update, delete on public.stream_backgrounds to service_role;
grant select, insert, update, delete on public.user_subscriptions to service_role;
grant select, insert, update, delete on public.user_add_ons to service_role;
grant select, insert, update, delete on public.user_suspensions to service_role;
grant select, insert, update, delete on public.user_warnings to service_role;
grant select, insert, update, delete on public.gpu_usage_logs to service_role;
grant select, insert, update, delete on public.avatars to service_role;
grant select, insert, update, delete on public.streaming_sessions to service_role;
grant select, insert, update, delete on public.rtmp_sources to service_role;
grant select, insert, update, delete on public.sessions to service_role;
grant select, insert, update, delete on public.system_logs to service_role;
grant select, insert, update, delete on public.dmca_complaints to service_role;
grant select, insert, update, delete on public.coming_soon_emails to service_role;
grant usage on sequence public.add_ons_id_seq to service_role;
grant usage on sequence public.avatar_categories_id_seq to service_role;
grant usage on sequence public.avatars_id_seq to service_role;
grant usage on sequence public.background_categories_id_seq to service_role;
grant usage on sequence public.coming_soon_emails_id_seq to service_role;
grant usage on sequence public.dmca_complaints_id_seq to service_role;
grant usage on sequence public.gpu_usage_logs_id_seq to service_role;
grant usage on sequence public.preset_avatars_id_seq to service_role;
grant usage on sequence public.rtmp_sources_id_seq to service_role;
grant usage on sequence public.stream_backgrounds_id_seq to service_role;
grant usage on sequence public.streaming_sessions_id_seq to service_role;
grant usage on sequence public.system_logs_id_seq to service_role;
grant usage on sequence public.user_add_ons_id_seq to service_role;
grant usage on sequence public.user_subscriptions_id_seq to service_role;
grant usage on sequence public.user_suspensions_id_seq to service_role;
grant usage on sequence public.user_warnings_id_seq to service_role;

-- Functions: Postgres gives EXECUTE to everybody, and default privileges per schema do not change that.
revoke execute on all functions in schema private from public, anon, authenticated, service_role;
grant usage on schema private to authenticated;
grant execute on function private.my_standing() to authenticated;
grant execute on function private.is_staff() to authenticated;
grant execute on function private.is_shown(uuid) to authenticated;
grant execute on function private.sync_facts(integer) to authenticated;
grant execute on function private.iso_now() to authenticated;
grant execute on function private.may_upload(text, jsonb) to authenticated;
revoke execute on function public.sync_pull(bigint, bigint, integer, integer) from public, anon, authenticated, service_role;
grant execute on function public.sync_pull(bigint, bigint, integer, integer) to authenticated;
revoke execute on function public.sync_push(jsonb, integer) from public, anon, authenticated, service_role;
grant execute on function public.sync_push(jsonb, integer) to authenticated;
revoke execute on function public.ack_warning(bigint) from public, anon, authenticated, service_role;
grant execute on function public.ack_warning(bigint) to authenticated;
revoke execute on function public.stripe_apply(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.stripe_apply(jsonb) to service_role;
revoke execute on function public.billing_customer(uuid) from public, anon, authenticated, service_role;
grant execute on function public.billing_customer(uuid) to service_role;
revoke execute on function public.billing_customer_set(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.billing_customer_set(uuid, text) to service_role;
revoke execute on function public.checkout_price(text) from public, anon, authenticated, service_role;
grant execute on function public.checkout_price(text) to service_role;
revoke execute on function public.file_dmca(jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.file_dmca(jsonb, text) to service_role;
revoke execute on function public.coming_soon(text, text, text) from public, anon, authenticated, service_role;
grant execute on function public.coming_soon(text, text, text) to service_role;
revoke execute on function public.account_export(uuid) from public, anon, authenticated, service_role;
grant execute on function public.account_export(uuid) to service_role;
revoke execute on function public.account_delete(uuid) from public, anon, authenticated, service_role;
grant execute on function public.account_delete(uuid) to service_role;
revoke execute on function public.sync_purge(integer) from public, anon, authenticated, service_role;
grant execute on function public.sync_purge(integer) to service_role;

-- A change of these is told to their owner's studio, which then pulls.
do $$
declare
  v_table text;
begin
  foreach v_table in array array['users', 'user_subscriptions'] loop
    if not exists (
      select 1 from pg_catalog.pg_publication_tables
      where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = v_table
    ) then
      execute pg_catalog.format('alter publication supabase_realtime add table public.%I', v_table);
    end if;
  end loop;
end $$;
