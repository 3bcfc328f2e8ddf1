-- Positions in the feeds, counters, limits of the plans. Everything here is behind the tables: no API role may call
-- it, whoever writes to a table sets it off.

create sequence private.sync_seq as bigint;

insert into private.sync_config (schema, min_schema) values (1, 1);

alter table public.users
  add constraint users_id_fk foreign key (id) references auth.users (id) on delete cascade;

-- One writer per owner until its transaction ends: within one owner, positions become visible in their order, so that
-- a cursor never skips one. The row comes before the advisory lock everywhere, also where an UPDATE of `users` has
-- locked it already, so that two writers cannot wait for each other.
create function private.lock_owner(p_owner uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_found boolean;
begin
  perform 1 from public.users where id = p_owner for no key update;
  v_found := found;
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('vida.sync.' || p_owner::text, 0));
  return v_found;
end $$;

-- An API caller locks before its statement locks rows; jobs that write for many owners go by users.id.
create function private.lock_caller() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if auth.uid() is not null then
    perform private.lock_owner(auth.uid());
  end if;
  return null;
end $$;

create function private.stamp_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_owner(new.id);
  new.sync_seq := pg_catalog.nextval('private.sync_seq');
  new.updated_at := pg_catalog.clock_timestamp();
  return new;
end $$;

create function private.stamp_owned() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_owner(new.user_id);
  new.sync_seq := pg_catalog.nextval('private.sync_seq');
  new.updated_at := pg_catalog.clock_timestamp();
  return new;
end $$;

create function private.stamp_written() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_owner(new.user_id);
  new.sync_seq := pg_catalog.nextval('private.sync_seq');
  new.updated_at := pg_catalog.clock_timestamp();
  new.rev := case when tg_op = 'INSERT' then 1 else old.rev + 1 end;
  return new;
end $$;

create function private.stamp_catalogue() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('vida.sync.catalogue', 0));
  new.sync_seq := pg_catalog.nextval('private.sync_seq');
  new.updated_at := pg_catalog.clock_timestamp();
  return new;
end $$;

create function private.touch() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.updated_at := pg_catalog.clock_timestamp();
  return new;
end $$;

-- What an owner may do -------------------------------------------------------------------------------------------

-- 'blocked', 'suspended' or null.
create function private.standing(p_user uuid) returns text
language sql stable security definer set search_path = '' as $$
  select case
    when exists (select 1 from public.users u where u.id = p_user and u.blocked) then 'blocked'
    when exists (
      select 1 from public.user_suspensions s
      where s.user_id = p_user and s.is_active and s.deleted_at is null
        and (s.expires_at is null or s.expires_at > pg_catalog.now())
    ) then 'suspended'
  end
$$;

create function private.my_standing() returns text
language sql stable security definer set search_path = '' as $$
  select private.standing(auth.uid())
$$;

create function private.is_staff() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select 1 from public.users u
    where u.id = auth.uid() and u.role in ('moderator', 'admin') and not u.blocked and u.deleted_at is null
  )
$$;

-- Whether what an owner made public is shown; of who is blocked nothing is.
create function private.is_shown(p_owner uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select 1 from public.users u where u.id = p_owner and not u.blocked and u.deleted_at is null)
$$;

-- The plan that counts now: a payment that stays due ends it when the grace is over, whether or not Stripe has said so.
create function private.plan_of(p_user uuid) returns public.subscription_plans
language sql stable security definer set search_path = '' as $$
  select p.*
  from public.users u
  join public.subscription_plans p on p.id = case
    when u.subscription_status = 'past_due' and u.subscription_end_date < pg_catalog.now() then 'free'
    else u.subscription_plan_id
  end
  where u.id = p_user
$$;

-- Seconds of this ISO week (Monday 00:00 UTC) that are left. A session counts in the week in which it reached the
-- server, deleted or not: neither its times nor a deletion can be used to win seconds back.
create function private.seconds_left(p_user uuid) returns integer
language sql stable security definer set search_path = '' as $$
  select greatest(0, least(2147483647,
    coalesce((private.plan_of(p_user)).stream_minutes_per_week, 0)::bigint * 60
    + coalesce((
        select sum(a.quantity)::bigint * 3600 from public.user_add_ons a
        where a.user_id = p_user and a.addon_id = 'stream_hours' and a.status = 'active' and a.deleted_at is null
          and (a.expires_at is null or a.expires_at > pg_catalog.now())
      ), 0)
    - coalesce((
        select sum(s.duration)::bigint from public.streaming_sessions s
        where s.user_id = p_user
          and s.created_at >= pg_catalog.date_trunc('week', pg_catalog.now() at time zone 'UTC') at time zone 'UTC'
      ), 0)
  ))::integer
$$;

-- Fires before row security is asked: without this another owner's standing could be felt out.
create function private.own_profile_only() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_standing text;
begin
  if current_user not in ('anon', 'authenticated') then
    return new;
  end if;
  if new.id is distinct from auth.uid() then
    raise exception 'not your row' using errcode = '42501';
  end if;
  v_standing := private.my_standing();
  if v_standing is not null then
    raise exception 'this account is %', v_standing using errcode = 'VD403', detail = v_standing, column = v_standing;
  end if;
  return new;
end $$;

-- How many avatars an owner may have: what the plan says, and the places that were bought.
create function private.avatar_room(p_user uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select coalesce((private.plan_of(p_user)).avatar_max_count, 0) + coalesce((
    select sum(a.quantity) from public.user_add_ons a
    where a.user_id = p_user and a.addon_id = 'avatar_slot' and a.status = 'active' and a.deleted_at is null
      and (a.expires_at is null or a.expires_at > pg_catalog.now())
  ), 0)
$$;

-- Bytes of a stored file, as far as the storage server says; null: it does not.
create function private.object_bytes(p_metadata jsonb) returns bigint
language sql immutable set search_path = '' as $$
  select case when said ~ '^\d{1,15}$' then said::bigint end
  from (select coalesce(p_metadata ->> 'size', p_metadata ->> 'contentLength') as said) metadata
$$;

-- Limits are for what owners do themselves, and for what is new: after a downgrade everything stays and can be edited.
create function private.limit_avatars() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_plan public.subscription_plans;
  v_live integer;
  v_room bigint;
  v_more boolean := true;
  v_moved boolean := true;
  v_bytes bigint;
begin
  if auth.uid() is distinct from new.user_id or new.deleted_at is not null then
    return new;
  end if;
  if tg_op = 'UPDATE' then
    v_more := old.deleted_at is not null;
    v_moved := new.model_url is distinct from old.model_url or new.file_url is distinct from old.file_url;
    if not v_more and not v_moved and new.file_size <= old.file_size then
      return new;
    end if;
  end if;
  perform private.lock_owner(new.user_id);
  v_plan := private.plan_of(new.user_id);
  if v_more then
    v_room := private.avatar_room(new.user_id);
    select count(*) into v_live from (
      select 1 from public.avatars a where a.user_id = new.user_id and a.deleted_at is null limit v_room
    ) counted;
    if v_live >= v_room then
      raise exception 'the plan has room for % avatars', v_room
        using errcode = 'VD402', detail = 'avatar_max_count', column = 'avatar_max_count';
    end if;
  end if;
  if tg_op = 'INSERT' or new.file_size > old.file_size then
    v_bytes := new.file_size;
  end if;
  -- What the owner says is one thing, what lies in storage another.
  if v_moved and coalesce(new.model_url, new.file_url) is not null then
    select greatest(v_bytes, max(private.object_bytes(o.metadata))) into v_bytes from storage.objects o
    where o.bucket_id = 'avatars' and o.name in (new.model_url, new.file_url);
  end if;
  if v_bytes > v_plan.max_file_size_mb::bigint * 1048576 then
    raise exception 'the plan takes files of up to % MB', v_plan.max_file_size_mb
      using errcode = 'VD402', detail = 'max_file_size_mb', column = 'max_file_size_mb';
  end if;
  return new;
end $$;

-- No plan sells servers; the number only keeps one account from filling the table.
create function private.limit_sources() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_live integer;
begin
  if auth.uid() is distinct from new.user_id or new.deleted_at is not null then
    return new;
  end if;
  if tg_op = 'UPDATE' then
    if old.deleted_at is null then
      return new;
    end if;
  end if;
  perform private.lock_owner(new.user_id);
  select count(*) into v_live from (
    select 1 from public.rtmp_sources s where s.user_id = new.user_id and s.deleted_at is null limit 200
  ) counted;
  if v_live >= 200 then
    raise exception 'there is room for 200 servers'
      using errcode = 'VD402', detail = 'rtmp_sources_max', column = 'rtmp_sources_max';
  end if;
  return new;
end $$;

create function private.limit_sessions() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_plan public.subscription_plans;
begin
  if tg_op = 'UPDATE' then
    -- What has ended stays so, and what was used is not given back.
    if old.status <> 'active' and new.status = 'active' then
      new.status := old.status;
      new.end_time := old.end_time;
    end if;
    if auth.uid() = new.user_id then
      new.duration := greatest(old.duration, new.duration);
    end if;
    return new;
  end if;
  -- Only a stream that goes on can be refused, whenever it says that it began. One that was recorded without the
  -- network has taken place: it is taken as it is, and counts.
  if auth.uid() is distinct from new.user_id or new.status <> 'active' then
    return new;
  end if;
  perform private.lock_owner(new.user_id);
  v_plan := private.plan_of(new.user_id);
  if v_plan.stream_minutes_per_week < 10080 and private.seconds_left(new.user_id) <= 0 then
    raise exception 'the stream time of this week is used up'
      using errcode = 'VD402', detail = 'stream_minutes_per_week', column = 'stream_minutes_per_week';
  end if;
  -- A session that was not heard of for ten minutes is one of a studio that died.
  if (
    select count(*) from public.streaming_sessions s
    where s.user_id = new.user_id and s.status = 'active' and s.deleted_at is null
      and s.updated_at > pg_catalog.now() - interval '10 minutes'
  ) >= v_plan.max_concurrent_streams then
    raise exception 'the plan allows % streams at a time', v_plan.max_concurrent_streams
      using errcode = 'VD402', detail = 'max_concurrent_streams', column = 'max_concurrent_streams';
  end if;
  return new;
end $$;

-- The newest default is the one; the others step back before it takes its position.
create function private.one_default() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.is_default and new.deleted_at is null then
    perform private.lock_owner(new.user_id);
    update public.rtmp_sources set is_default = false
    where user_id = new.user_id and uid <> new.uid and is_default and deleted_at is null;
  end if;
  return new;
end $$;

-- What `users` says about the rest ---------------------------------------------------------------------------------

create function private.count_avatars() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    update public.users u
    set avatar_count = u.avatar_count + d.live,
        avatars_created = u.avatars_created + d.made,
        last_avatar_created_at = greatest(u.last_avatar_created_at, d.at)
    from (
      select user_id, count(*) filter (where deleted_at is null)::integer as live, count(*)::integer as made,
        max(created_at) as at
      from new_rows group by user_id
    ) d
    where u.id = d.user_id;
  elsif tg_op = 'UPDATE' then
    update public.users u set avatar_count = greatest(0, u.avatar_count + d.live)
    from (
      select user_id, sum(n)::integer as live from (
        select user_id, count(*) as n from new_rows where deleted_at is null group by user_id
        union all
        select user_id, -count(*) from old_rows where deleted_at is null group by user_id
      ) both_sides group by user_id
    ) d
    where u.id = d.user_id and d.live <> 0;
  else
    update public.users u set avatar_count = greatest(0, u.avatar_count - d.live)
    from (select user_id, count(*)::integer as live from old_rows where deleted_at is null group by user_id) d
    where u.id = d.user_id;
  end if;
  return null;
end $$;

create function private.count_sessions() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    update public.users u
    set total_stream_time = least(2147483647, u.total_stream_time::bigint + d.seconds)::integer,
        total_stream_sessions = u.total_stream_sessions + d.n,
        last_stream_at = greatest(u.last_stream_at, d.at),
        stream_time_remaining = private.seconds_left(u.id)
    from (
      select user_id, sum(duration) as seconds, count(*)::integer as n, max(start_time) as at
      from new_rows group by user_id
    ) d
    where u.id = d.user_id;
  else
    update public.users u
    set total_stream_time = greatest(0, least(2147483647, u.total_stream_time::bigint + d.seconds))::integer,
        stream_time_remaining = private.seconds_left(u.id)
    from (
      select user_id, sum(seconds) as seconds from (
        select user_id, duration as seconds from new_rows
        union all
        select user_id, -duration from old_rows
      ) both_sides group by user_id
    ) d
    where u.id = d.user_id and d.seconds <> 0;
  end if;
  return null;
end $$;

-- user_subscriptions is the truth about the plan.
create function private.refresh_plan(p_user uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_live public.user_subscriptions;
  v_last public.user_subscriptions;
begin
  perform private.lock_owner(p_user);
  select * into v_live from public.user_subscriptions s
  where s.user_id = p_user and s.status in ('active', 'trialing', 'past_due') and s.deleted_at is null;
  select * into v_last from public.user_subscriptions s
  where s.user_id = p_user and s.deleted_at is null order by s.start_date desc, s.id desc limit 1;
  update public.users u
  set subscription_plan_id = coalesce(v_live.plan_id, 'free'),
      subscription_status = coalesce(v_live.status, v_last.status, 'active'),
      subscription_start_date = coalesce(v_live.start_date, v_last.start_date),
      subscription_end_date = case when v_live.id is not null then v_live.end_date else v_last.end_date end
  where u.id = p_user
    and (u.subscription_plan_id, u.subscription_status, u.subscription_start_date, u.subscription_end_date)
      is distinct from (
        coalesce(v_live.plan_id, 'free'), coalesce(v_live.status, v_last.status, 'active'),
        coalesce(v_live.start_date, v_last.start_date),
        case when v_live.id is not null then v_live.end_date else v_last.end_date end
      );
  update public.users u set stream_time_remaining = private.seconds_left(p_user)
  where u.id = p_user and u.stream_time_remaining <> private.seconds_left(p_user);
end $$;

create function private.plan_changed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.refresh_plan(case when tg_op = 'DELETE' then old.user_id else new.user_id end);
  return null;
end $$;

-- Accounts ---------------------------------------------------------------------------------------------------------

-- A sign-up never fails for its name, and nothing that a user says about themselves gives them a role or a plan.
create function private.make_profile() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_meta jsonb := coalesce(new.raw_user_meta_data, '{}');
  v_provider text := coalesce(new.raw_app_meta_data ->> 'provider', 'email');
  v_subject text := left(coalesce(v_meta ->> 'provider_id', v_meta ->> 'sub'), 200);
  v_base text;
  v_name text;
  v_try integer := 0;
begin
  v_base := coalesce(
    nullif(v_meta ->> 'username', ''), nullif(v_meta ->> 'user_name', ''),
    nullif(v_meta ->> 'preferred_username', ''), nullif(v_meta ->> 'name', ''),
    pg_catalog.split_part(coalesce(new.email, ''), '@', 1)
  );
  v_base := left(pg_catalog.regexp_replace(
    v_base,
    '[\u0001-\u002c\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u00a0[:space:]\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]',
    '', 'g'
  ), 30);
  if length(v_base) < 3 then
    v_base := 'user';
  end if;
  v_name := v_base;
  loop
    insert into public.users (
      id, username, email, email_verified, avatar_url, twitter_handle, google_id, twitter_id, created_at
    ) values (
      new.id,
      v_name,
      -- Some providers give none; the domain is reserved and receives nothing.
      coalesce(nullif(new.email, ''), new.id::text || '@users.invalid'),
      new.email_confirmed_at is not null,
      case when v_meta ->> 'avatar_url' ~ '^https://[^[:space:]"<>\\]+$' and length(v_meta ->> 'avatar_url') <= 500
        then v_meta ->> 'avatar_url' end,
      case when v_provider in ('twitter', 'x') then nullif(left(v_meta ->> 'user_name', 50), '') end,
      case when v_provider = 'google' then v_subject end,
      case when v_provider in ('twitter', 'x') then v_subject end,
      coalesce(new.created_at, pg_catalog.now())
    ) on conflict do nothing;
    if found then
      return null;
    end if;
    v_try := v_try + 1;
    if v_try > 20 then
      raise exception 'no profile could be made' using errcode = '23505';
    end if;
    v_name := left(v_base, 23) || '-' || left(pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), 6);
  end loop;
end $$;

create function private.follow_account() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.users u
  set email = coalesce(nullif(new.email, ''), u.email), email_verified = new.email_confirmed_at is not null
  where u.id = new.id
    and (u.email, u.email_verified) is distinct from
      (coalesce(nullif(new.email, ''), u.email), new.email_confirmed_at is not null);
  return null;
end $$;

create trigger vida_make_profile after insert on auth.users
  for each row execute function private.make_profile();
create trigger vida_follow_account after update of email, email_confirmed_at on auth.users
  for each row execute function private.follow_account();

-- The order within a table is the order of the names.
create trigger a_lock before insert or update on public.users
  for each statement execute function private.lock_caller();
create trigger b_own before insert or update on public.users
  for each row execute function private.own_profile_only();
create trigger z_stamp before insert or update on public.users
  for each row execute function private.stamp_user();

create trigger z_stamp before insert or update on public.user_subscriptions
  for each row execute function private.stamp_owned();
create trigger z_plan after insert or update or delete on public.user_subscriptions
  for each row execute function private.plan_changed();
create trigger z_stamp before insert or update on public.user_add_ons
  for each row execute function private.stamp_owned();
create trigger z_plan after insert or update or delete on public.user_add_ons
  for each row execute function private.plan_changed();
create trigger z_stamp before insert or update on public.user_suspensions
  for each row execute function private.stamp_owned();
create trigger z_stamp before insert or update on public.user_warnings
  for each row execute function private.stamp_owned();

create trigger a_lock before insert or update on public.avatars
  for each statement execute function private.lock_caller();
create trigger c_limit before insert or update on public.avatars
  for each row execute function private.limit_avatars();
create trigger z_stamp before insert or update on public.avatars
  for each row execute function private.stamp_written();
create trigger z_count_insert after insert on public.avatars referencing new table as new_rows
  for each statement execute function private.count_avatars();
create trigger z_count_update after update on public.avatars referencing new table as new_rows old table as old_rows
  for each statement execute function private.count_avatars();
create trigger z_count_delete after delete on public.avatars referencing old table as old_rows
  for each statement execute function private.count_avatars();

create trigger a_lock before insert or update on public.streaming_sessions
  for each statement execute function private.lock_caller();
create trigger c_limit before insert or update on public.streaming_sessions
  for each row execute function private.limit_sessions();
create trigger z_stamp before insert or update on public.streaming_sessions
  for each row execute function private.stamp_written();
create trigger z_count_insert after insert on public.streaming_sessions referencing new table as new_rows
  for each statement execute function private.count_sessions();
create trigger z_count_update after update on public.streaming_sessions
  referencing new table as new_rows old table as old_rows
  for each statement execute function private.count_sessions();

create trigger a_lock before insert or update on public.rtmp_sources
  for each statement execute function private.lock_caller();
create trigger b_limit before insert or update on public.rtmp_sources
  for each row execute function private.limit_sources();
create trigger c_default before insert or update on public.rtmp_sources
  for each row execute function private.one_default();
create trigger z_stamp before insert or update on public.rtmp_sources
  for each row execute function private.stamp_written();

create trigger z_stamp before insert or update on public.subscription_plans
  for each row execute function private.stamp_catalogue();
create trigger z_stamp before insert or update on public.add_ons
  for each row execute function private.stamp_catalogue();
create trigger z_stamp before insert or update on public.avatar_categories
  for each row execute function private.stamp_catalogue();
create trigger z_stamp before insert or update on public.preset_avatars
  for each row execute function private.stamp_catalogue();
create trigger z_stamp before insert or update on public.background_categories
  for each row execute function private.stamp_catalogue();
create trigger z_stamp before insert or update on public.stream_backgrounds
  for each row execute function private.stamp_catalogue();

create trigger z_touch before update on public.dmca_complaints
  for each row execute function private.touch();
