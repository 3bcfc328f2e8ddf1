-- For the Edge Functions, with the service key: each one transaction, none for anybody else.

create function private.our_status(p_stripe text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case p_stripe
    when 'active' then 'active'
    when 'trialing' then 'trialing'
    when 'past_due' then 'past_due'
    when 'unpaid' then 'unpaid'
    when 'incomplete' then 'incomplete'
    when 'incomplete_expired' then 'expired'
    when 'paused' then 'paused'
    when 'canceled' then 'cancelled'
  end;
end $$;

-- Writes a subscription of a user as it was read from Stripe at p_read. Says `applied`, or `stale` when a later reading
-- has been written.
create function private.apply_subscription(p_user uuid, p_sub jsonb, p_read timestamptz) returns text
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  v_read timestamptz(3) := p_read;
  v_status text := private.our_status(p_sub ->> 'status');
  v_start timestamptz(3) := (p_sub ->> 'created')::timestamptz;
  v_plan text;
  v_row public.user_subscriptions;
  v_other public.user_subscriptions;
  v_end timestamptz(3);
  v_renew boolean;
begin
  if v_read is null or v_status is null or v_start is null or coalesce(p_sub ->> 'id', '') = '' then
    raise exception 'not a subscription' using errcode = '22023', detail = coalesce(p_sub ->> 'status', 'status');
  end if;
  select * into v_row from public.user_subscriptions s where s.stripe_subscription_id = p_sub ->> 'id' for update;
  if v_row.user_id <> p_user then
    raise exception 'the subscription is another customer''s' using errcode = '22023', detail = 'customer';
  end if;
  if v_row.stripe_updated_at >= v_read then
    return 'stale';
  end if;

  -- A price that was replaced keeps its subscribers on the plan that they bought.
  select p.id into v_plan from public.subscription_plans p where p.stripe_price_id = p_sub ->> 'price_id';
  v_plan := coalesce(v_plan, v_row.plan_id);
  if v_plan is null then
    raise exception 'unknown price' using errcode = 'P0002', detail = 'price_id';
  end if;

  v_renew := v_status in ('active', 'trialing', 'past_due')
    and not coalesce((p_sub ->> 'cancel_at_period_end')::boolean, false);
  v_end := case
    -- A week of grace from the first missed payment on; the plan goes with it (private.plan_of).
    when v_status = 'past_due' then
      case when v_row.status = 'past_due' then v_row.end_date else v_read + interval '7 days' end
    when v_status in ('active', 'trialing') then (p_sub ->> 'current_period_end')::timestamptz
    else least((p_sub ->> 'current_period_end')::timestamptz, v_read)
  end;

  -- Two living subscriptions of one user: the one that was made later counts.
  if v_status in ('active', 'trialing', 'past_due') then
    select * into v_other from public.user_subscriptions s
    where s.user_id = p_user and s.status in ('active', 'trialing', 'past_due') and s.deleted_at is null
      and s.stripe_subscription_id is distinct from p_sub ->> 'id'
    for update;
    if v_other.id is not null and v_other.stripe_subscription_id is not null and v_other.start_date > v_start then
      v_status := 'expired';
    elsif v_other.id is not null then
      update public.user_subscriptions set status = 'expired', auto_renew = false where id = v_other.id;
    end if;
  end if;

  if v_row.id is null then
    insert into public.user_subscriptions (
      user_id, plan_id, start_date, end_date, auto_renew, status, stream_time_remaining, stripe_subscription_id,
      stripe_updated_at
    ) values (
      p_user, v_plan, v_start, v_end, v_renew, v_status,
      (select p.stream_minutes_per_week * 60 from public.subscription_plans p where p.id = v_plan),
      p_sub ->> 'id', v_read
    );
  else
    update public.user_subscriptions
    set plan_id = v_plan, start_date = v_start, end_date = v_end, auto_renew = v_renew, status = v_status,
        stream_time_remaining =
          (select p.stream_minutes_per_week * 60 from public.subscription_plans p where p.id = v_plan),
        stripe_updated_at = v_read
    where id = v_row.id;
  end if;
  return 'applied';
end $$;

-- p_event: {id, type, created, customer, subscription: null | {id, status, price_id, cancel_at_period_end,
-- current_period_start, current_period_end, created}, living: null | the same, read_at}. Subscriptions are as read from
-- Stripe at `read_at`, which decides between two events, in whatever order they come. `living` is the customer's newest
-- one that still runs, where `subscription` does not any more: it takes the place in the same transaction.
create function public.stripe_apply(p_event jsonb) returns jsonb
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  v_id text := p_event ->> 'id';
  v_sub jsonb := nullif(p_event -> 'subscription', 'null'::jsonb);
  v_living jsonb := nullif(p_event -> 'living', 'null'::jsonb);
  v_read timestamptz := (p_event ->> 'read_at')::timestamptz;
  v_user uuid;
  v_said text;
  v_result text := 'stale';
begin
  if coalesce(v_id, '') = '' or coalesce(p_event ->> 'type', '') = '' or p_event ->> 'created' is null then
    raise exception 'no event' using errcode = '22023';
  end if;
  insert into private.stripe_events (id, type, created, result)
  values (v_id, p_event ->> 'type', (p_event ->> 'created')::timestamptz, 'ignored')
  on conflict (id) do nothing;
  if not found then
    return '{"result": "duplicate"}';
  end if;
  if coalesce(v_sub, v_living) is null or p_event ->> 'customer' is null then
    return '{"result": "ignored"}';
  end if;

  select b.user_id into v_user from private.billing_customers b where b.customer = p_event ->> 'customer';
  if v_user is null then
    -- What has ended takes nothing from anybody: the account was deleted, and its subscription after that.
    if v_living is null and v_sub ->> 'status' in ('canceled', 'incomplete_expired') then
      return '{"result": "ignored"}';
    end if;
    raise exception 'unknown customer' using errcode = 'P0002', detail = 'customer';
  end if;
  perform private.lock_owner(v_user);
  if v_sub is not null then
    v_result := private.apply_subscription(v_user, v_sub, v_read);
  end if;
  if v_living is not null then
    v_said := private.apply_subscription(v_user, v_living, v_read);
    v_result := case when 'applied' in (v_result, v_said) then 'applied' else v_result end;
  end if;
  update private.stripe_events set result = v_result where id = v_id;
  return pg_catalog.jsonb_build_object('result', v_result);
end $$;

create function public.billing_customer(p_user uuid) returns text
language sql stable security definer set search_path = '' as $$
  select b.customer from private.billing_customers b where b.user_id = p_user
$$;

-- The first one stays. @returns the one that is kept
create function public.billing_customer_set(p_user uuid, p_customer text) returns text
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(p_customer, '') !~ '^cus_[A-Za-z0-9_]{1,100}$' then
    raise exception 'not a customer' using errcode = '22023';
  end if;
  insert into private.billing_customers (user_id, customer) values (p_user, p_customer)
  on conflict (user_id) do nothing;
  return (select b.customer from private.billing_customers b where b.user_id = p_user);
end $$;

create function public.checkout_price(p_plan text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select pg_catalog.jsonb_build_object(
    'plan', p.id, 'name', p.name, 'price_id', p.stripe_price_id, 'is_active', p.is_active, 'is_free', p.is_free,
    'is_coming_soon', p.is_coming_soon)
  from public.subscription_plans p where p.id = p_plan and p.deleted_at is null
$$;

create function private.count_hit(p_form text, p_who text, p_per interval, p_limit integer) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_hits integer;
begin
  insert into private.form_limits as l (form, who, window_start, hits)
  values (p_form, p_who, pg_catalog.date_bin(p_per, pg_catalog.now(), '2020-01-01T00:00:00Z'), 1)
  on conflict (form, who, window_start) do update set hits = l.hits + 1
  returning l.hits into v_hits;
  if v_hits > p_limit then
    raise exception 'too many of these' using errcode = 'VD429', detail = pg_catalog.date_part('epoch',
      pg_catalog.date_bin(p_per, pg_catalog.now(), '2020-01-01T00:00:00Z') + p_per - pg_catalog.now())::integer::text;
  end if;
end $$;

-- All senders of a form together: who has many addresses fills no table and no mailbox either.
create function private.count_form(p_form text) returns void
language sql security definer set search_path = '' as $$
  select private.count_hit(p_form || '-all', 'everybody', interval '1 hour', 300)
$$;

create function private.form_text(p jsonb, p_name text, p_min integer, p_max integer) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_text text := pg_catalog.btrim(p ->> p_name);
begin
  if pg_catalog.jsonb_typeof(p -> p_name) is distinct from 'string' or length(v_text) not between p_min and p_max then
    raise exception 'this field is missing or too long' using errcode = '22023', detail = p_name;
  end if;
  return v_text;
end $$;

create function private.form_email(p_email text) returns text
language plpgsql stable set search_path = '' as $$
begin
  if p_email is null or length(p_email) > 254 or p_email !~ '^[^@\s<>"]+@[^@\s<>"]+\.[^@\s<>".]{2,}$' then
    raise exception 'not an address' using errcode = '22023', detail = 'email';
  end if;
  return p_email;
end $$;

-- p: {complainant_name, complainant_email, content_url, claimed_work, description}. An avatar's id in the address says
-- whom it is about; else somebody finds out. Raises 22023 (detail: the field), VD429 (detail: seconds to wait).
create function public.file_dmca(p jsonb, p_ip_hash text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_url text := private.form_text(p, 'content_url', 8, 2048);
  v_email text := private.form_email(private.form_text(p, 'complainant_email', 3, 254));
  v_id integer;
begin
  if v_url !~ '^https?://' then
    raise exception 'not an address' using errcode = '22023', detail = 'content_url';
  end if;
  perform private.count_hit('dmca', coalesce(nullif(p_ip_hash, ''), 'unknown'), interval '1 day', 5);
  perform private.count_hit('dmca-email', pg_catalog.md5(pg_catalog.lower(v_email)), interval '1 day', 5);
  perform private.count_form('dmca');
  insert into public.dmca_complaints (
    user_id, complainant_name, complainant_email, content_url, claimed_work, description
  ) values (
    (select a.user_id from public.avatars a where a.uid = (pg_catalog.regexp_match(
      v_url, '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?!.*[0-9a-fA-F]{8}-)'))[1]::uuid),
    private.form_text(p, 'complainant_name', 1, 200),
    v_email,
    v_url,
    private.form_text(p, 'claimed_work', 1, 4000),
    private.form_text(p, 'description', 1, 10000)
  ) returning id into v_id;
  return pg_catalog.jsonb_build_object('id', v_id);
end $$;

-- Says the same whether or not the address was known. Raises 22023, VD429.
create function public.coming_soon(p_email text, p_plan text, p_ip_hash text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_email text := private.form_email(pg_catalog.btrim(p_email));
begin
  if not exists (select 1 from public.subscription_plans p where p.id = p_plan and p.deleted_at is null) then
    raise exception 'no such plan' using errcode = '22023', detail = 'plan';
  end if;
  perform private.count_hit('coming-soon', coalesce(nullif(p_ip_hash, ''), 'unknown'), interval '1 hour', 10);
  perform private.count_form('coming-soon');
  insert into public.coming_soon_emails (email, plan_name) values (v_email, p_plan) on conflict do nothing;
  return '{"ok": true}';
end $$;

-- Everything that is kept about a user; null: there is no such user.
create function public.account_export(p_user uuid) returns jsonb
language sql stable security definer set search_path = '' set timezone = 'UTC' as $$
  select pg_catalog.jsonb_build_object(
    'exported_at', private.iso_now(),
    'users', pg_catalog.to_jsonb(u),
    'user_subscriptions', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(x) order by x.id), '[]')
      from public.user_subscriptions x where x.user_id = p_user),
    'user_add_ons', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(x) order by x.id), '[]')
      from public.user_add_ons x where x.user_id = p_user),
    'avatars', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(x) order by x.id), '[]')
      from public.avatars x where x.user_id = p_user),
    'streaming_sessions', (select coalesce(pg_catalog.jsonb_agg(private.wire_row('streaming_sessions', x.uid, p_user)
      order by x.id), '[]') from public.streaming_sessions x where x.user_id = p_user),
    'rtmp_sources', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(x) order by x.id), '[]')
      from public.rtmp_sources x where x.user_id = p_user),
    'gpu_usage_logs', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(x) order by x.id), '[]')
      from public.gpu_usage_logs x where x.user_id = p_user),
    'system_logs', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(x) order by x.id), '[]')
      from public.system_logs x where x.user_id = p_user),
    'user_suspensions', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(x) - 'issued_by' order by x.id), '[]')
      from public.user_suspensions x where x.user_id = p_user),
    'user_warnings', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(x) - 'issued_by' order by x.id), '[]')
      from public.user_warnings x where x.user_id = p_user),
    -- Of complaints only what they say about the user's work, nothing about who wrote them.
    'dmca_complaints', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'id', x.id, 'content_url', x.content_url, 'claimed_work', x.claimed_work, 'status', x.status,
        'action_taken', x.action_taken, 'filed_at', x.filed_at, 'resolved_at', x.resolved_at) order by x.id), '[]')
      from public.dmca_complaints x where x.user_id = p_user),
    'coming_soon_emails', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(x) order by x.id), '[]')
      from public.coming_soon_emails x where pg_catalog.lower(x.email) = pg_catalog.lower(u.email)),
    'stripe_customer', public.billing_customer(p_user),
    'files', (select coalesce(pg_catalog.jsonb_agg(o.name order by o.name), '[]')
      from storage.objects o where o.bucket_id = 'avatars' and o.name like p_user::text || '/%')
  )
  from public.users u where u.id = p_user
$$;

-- Deletes the account with everything that hangs on it, the sign-in too. Complaints stay, without the name: they are
-- the project's own legal record. The files are the caller's to remove, also when it is called again after the account
-- has gone. @returns {deleted, objects: names in the bucket `avatars`, customer: of Stripe, or null}
create function public.account_delete(p_user uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_customer text;
  v_email text;
  v_deleted boolean;
begin
  perform private.lock_owner(p_user);
  v_customer := public.billing_customer(p_user);
  select u.email into v_email from public.users u where u.id = p_user;
  update public.dmca_complaints
  set user_id = null,
      admin_notes = pg_catalog.concat_ws(E'\n', admin_notes, 'The account it was about was deleted by its owner.')
  where user_id = p_user;
  delete from public.gpu_usage_logs where user_id = p_user;
  update public.system_logs set user_id = null, details = null where user_id = p_user;
  delete from public.coming_soon_emails where pg_catalog.lower(email) = pg_catalog.lower(v_email);
  delete from auth.users where id = p_user;
  v_deleted := found;
  return pg_catalog.jsonb_build_object(
    'deleted', v_deleted,
    'objects', (select coalesce(pg_catalog.jsonb_agg(o.name order by o.name), '[]')
      from storage.objects o where o.bucket_id = 'avatars' and o.name like p_user::text || '/%'),
    'customer', v_customer
  );
end $$;
