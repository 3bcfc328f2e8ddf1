-- The studio's whole way to its rows: sync_pull, sync_push, ack_warning. The JSON is described in the studio's
-- src/main/services/sync/wire.ts; the columns below are the list there.

-- Column → kind of value, of what a client may write; null for a table that it may not.
create function private.sync_columns(p_table text) returns jsonb
language sql immutable set search_path = '' as $$
  select case p_table
    when 'avatars' then '{
      "name": "text", "type": "text", "category": "text", "thumbnail_url": "text", "preview_url": "text",
      "model_url": "text", "file_url": "text", "ipfs_hash": "text", "vertices": "integer",
      "control_points": "integer", "file_size": "bigint", "is_rigged": "boolean", "rigged_model_url": "text",
      "rigged_ipfs_hash": "text", "face_tracking_enabled": "boolean", "body_tracking_enabled": "boolean",
      "hand_tracking_enabled": "boolean", "lod_levels": "json", "animations": "json", "blend_shapes": "json",
      "is_public": "boolean", "last_used_at": "time", "metadata": "json"}'::jsonb
    when 'streaming_sessions' then '{
      "avatar_uid": "uuid", "start_time": "time", "end_time": "time", "duration": "integer", "platform": "text",
      "viewers": "integer", "status": "text", "metadata": "json"}'::jsonb
    when 'rtmp_sources' then '{"name": "text", "url": "text", "bitrate": "integer", "is_default": "boolean"}'::jsonb
  end
$$;

create function private.sync_counters(p_table text) returns text[]
language sql immutable set search_path = '' as $$
  select case p_table when 'avatars' then array['usage_count'] else array[]::text[] end
$$;

-- What an answer begins with; refuses a client that is too old.
create function private.sync_facts(p_schema integer) returns private.sync_config
language plpgsql stable security definer set search_path = '' as $$
declare
  v_config private.sync_config;
begin
  select * into strict v_config from private.sync_config;
  if p_schema is null or p_schema < 0 then
    raise exception 'p_schema is no version' using errcode = '22023', detail = 'p_schema';
  end if;
  if p_schema < v_config.min_schema then
    raise exception 'this client is too old' using errcode = 'VD426', detail = v_config.min_schema::text;
  end if;
  return v_config;
end $$;

create function private.iso_now() returns text
language sql volatile set search_path = '' as $$
  select pg_catalog.to_char(pg_catalog.clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- One snapshot for both feeds (stable), under the caller's row security (invoker).
create function public.sync_pull(p_own bigint, p_cat bigint, p_limit integer, p_schema integer) returns jsonb
language plpgsql stable security invoker set search_path = '' set timezone = 'UTC' as $$
declare
  v_user uuid := auth.uid();
  v_facts private.sync_config;
  v_own jsonb;
  v_cat jsonb;
begin
  if v_user is null then
    raise exception 'sign in first' using errcode = '42501';
  end if;
  if p_own is null or p_own < 0 or p_cat is null or p_cat < 0 or p_limit is null or p_limit < 1 or p_limit > 1000 then
    raise exception 'cursors from 0, a limit from 1 to 1000' using errcode = '22023';
  end if;
  v_facts := private.sync_facts(p_schema);

  select pg_catalog.jsonb_build_object(
    'changes', coalesce(pg_catalog.jsonb_agg(
      pg_catalog.jsonb_build_object('t', t, 's', s, 'row', r) order by s) filter (where n <= p_limit), '[]'::jsonb),
    'cursor', coalesce(max(s) filter (where n <= p_limit), p_own),
    'more', count(*) > p_limit,
    'purged_before', v_facts.own_purged_before
  ) into v_own
  from (
    select t, s, r, pg_catalog.row_number() over (order by s) as n
    from (
      (select 'users' as t, x.sync_seq as s, pg_catalog.to_jsonb(x) as r
        from public.users x where x.id = v_user and x.sync_seq > p_own)
      union all
      (select 'user_subscriptions', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.user_subscriptions x where x.user_id = v_user and x.sync_seq > p_own
        order by x.sync_seq limit p_limit + 1)
      union all
      (select 'user_add_ons', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.user_add_ons x where x.user_id = v_user and x.sync_seq > p_own
        order by x.sync_seq limit p_limit + 1)
      union all
      (select 'avatars', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.avatars x where x.user_id = v_user and x.sync_seq > p_own
        order by x.sync_seq limit p_limit + 1)
      union all
      (select 'streaming_sessions', x.sync_seq, pg_catalog.to_jsonb(x) || pg_catalog.jsonb_build_object('avatar_uid',
          (select a.uid from public.avatars a where a.id = x.avatar_id))
        from public.streaming_sessions x where x.user_id = v_user and x.sync_seq > p_own
        order by x.sync_seq limit p_limit + 1)
      union all
      (select 'rtmp_sources', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.rtmp_sources x where x.user_id = v_user and x.sync_seq > p_own
        order by x.sync_seq limit p_limit + 1)
      union all
      (select 'user_suspensions', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.user_suspensions x where x.user_id = v_user and x.sync_seq > p_own
        order by x.sync_seq limit p_limit + 1)
      union all
      (select 'user_warnings', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.user_warnings x where x.user_id = v_user and x.sync_seq > p_own
        order by x.sync_seq limit p_limit + 1)
    ) found order by s limit p_limit + 1
  ) page;

  select pg_catalog.jsonb_build_object(
    'changes', coalesce(pg_catalog.jsonb_agg(
      pg_catalog.jsonb_build_object('t', t, 's', s, 'row', r) order by s) filter (where n <= p_limit), '[]'::jsonb),
    'cursor', coalesce(max(s) filter (where n <= p_limit), p_cat),
    'more', count(*) > p_limit,
    'purged_before', v_facts.cat_purged_before
  ) into v_cat
  from (
    select t, s, r, pg_catalog.row_number() over (order by s) as n
    from (
      (select 'subscription_plans' as t, x.sync_seq as s, pg_catalog.to_jsonb(x) as r
        from public.subscription_plans x where x.sync_seq > p_cat order by x.sync_seq limit p_limit + 1)
      union all
      (select 'add_ons', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.add_ons x where x.sync_seq > p_cat order by x.sync_seq limit p_limit + 1)
      union all
      (select 'avatar_categories', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.avatar_categories x where x.sync_seq > p_cat order by x.sync_seq limit p_limit + 1)
      union all
      (select 'preset_avatars', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.preset_avatars x where x.sync_seq > p_cat order by x.sync_seq limit p_limit + 1)
      union all
      (select 'background_categories', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.background_categories x where x.sync_seq > p_cat order by x.sync_seq limit p_limit + 1)
      union all
      (select 'stream_backgrounds', x.sync_seq, pg_catalog.to_jsonb(x)
        from public.stream_backgrounds x where x.sync_seq > p_cat order by x.sync_seq limit p_limit + 1)
    ) found order by s limit p_limit + 1
  ) page;

  return pg_catalog.jsonb_build_object(
    'schema', v_facts.schema, 'server_time', private.iso_now(), 'own', v_own, 'cat', v_cat);
end $$;

-- A row of its owner as it goes over the wire; null when there is none. The owner matters: an id that was deleted
-- before anybody had it may be somebody else's by now.
create function private.wire_row(p_table text, p_uid uuid, p_owner uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select case p_table
    when 'avatars' then
      (select pg_catalog.to_jsonb(x) from public.avatars x where x.uid = p_uid and x.user_id = p_owner)
    when 'streaming_sessions' then
      (select pg_catalog.to_jsonb(x) || pg_catalog.jsonb_build_object('avatar_uid',
          (select a.uid from public.avatars a where a.id = x.avatar_id))
        from public.streaming_sessions x where x.uid = p_uid and x.user_id = p_owner)
    when 'rtmp_sources' then
      (select pg_catalog.to_jsonb(x) from public.rtmp_sources x where x.uid = p_uid and x.user_id = p_owner)
  end
$$;

-- Whether a value is one of its column's kind. Postgres would take `"5"` for 5, `now` for a time and `[1]` for a text.
create function private.check_value(p_column text, p_kind text, p_value jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_type text := pg_catalog.jsonb_typeof(p_value);
  v_text text := p_value #>> '{}';
  v_number numeric;
begin
  if v_type = 'null' or p_kind = 'json' then
    return;
  end if;
  case p_kind
    when 'text' then
      if v_type = 'string' then return; end if;
    when 'boolean' then
      if v_type = 'boolean' then return; end if;
    when 'integer', 'bigint' then
      if v_type = 'number' then
        v_number := v_text::numeric;
        if v_number <> pg_catalog.trunc(v_number) then
          raise exception 'not a whole number' using errcode = '22023', column = p_column;
        end if;
        -- Above 2^53 a client could not read it back.
        if pg_catalog.abs(v_number) > (case p_kind when 'integer' then 2147483647 else 9007199254740991 end) then
          raise exception 'out of range' using errcode = '22003', column = p_column;
        end if;
        return;
      end if;
    when 'time' then
      if v_type = 'string' and v_text ~ '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$' then
        begin
          perform v_text::timestamptz;
          return;
        exception when data_exception then
          raise exception 'no such time' using errcode = '22008', column = p_column;
        end;
      end if;
    when 'uuid' then
      if v_type = 'string' and v_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then return; end if;
  end case;
  raise exception 'wrong type' using errcode = '22023', column = p_column;
end $$;

-- One op. Says `applied` or `conflict`, raises what is refused with the name of the culprit as `column`.
create function private.apply_op(p_user uuid, p_op jsonb) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_table text := p_op ->> 't';
  v_kinds jsonb := private.sync_columns(p_op ->> 't');
  v_patch jsonb := p_op -> 'patch';
  v_add jsonb := p_op -> 'add';
  v_uid uuid;
  v_base integer;
  v_owner uuid;
  v_rev integer;
  v_deleted timestamptz;
  v_found boolean;
  v_key text;
  v_value jsonb;
  v_columns text[] := '{}';
  v_sets text[] := '{}';
  v_avatar bigint;
begin
  if pg_catalog.octet_length(p_op::text) > 65536 then
    raise exception 'the change is too large' using errcode = 'VD413', column = 'patch';
  end if;
  -- Deeper than any of our own by far; what could be stored but not be read again would stop every pull.
  if pg_catalog.jsonb_path_exists(p_op, 'strict $.**{100}') then
    raise exception 'the change is too deep' using errcode = '22023', column = 'patch';
  end if;
  if v_kinds is null or pg_catalog.jsonb_typeof(p_op -> 't') <> 'string' then
    raise exception 'no such table' using errcode = '22023', column = 't';
  end if;
  if coalesce(p_op ->> 'uid', '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    raise exception 'no uid' using errcode = '22023', column = 'uid';
  end if;
  v_uid := (p_op ->> 'uid')::uuid;
  if coalesce(p_op ->> 'kind', '') not in ('upsert', 'delete') then
    raise exception 'no such kind' using errcode = '22023', column = 'kind';
  end if;
  if coalesce(pg_catalog.jsonb_typeof(v_patch), '') <> 'object' then
    raise exception 'no patch' using errcode = '22023', column = 'patch';
  end if;
  if coalesce(pg_catalog.jsonb_typeof(v_add), '') <> 'object' then
    raise exception 'nothing to add' using errcode = '22023', column = 'add';
  end if;
  if p_op - array['op_id', 't', 'uid', 'kind', 'patch', 'add', 'base_rev'] <> '{}'::jsonb then
    raise exception 'what else is this' using errcode = '22023', column = 'op';
  end if;
  if coalesce(pg_catalog.jsonb_typeof(p_op -> 'base_rev'), 'null') <> 'null' then
    perform private.check_value('base_rev', 'integer', p_op -> 'base_rev');
    v_base := (p_op ->> 'base_rev')::integer;
    if v_base < 0 then
      raise exception 'no such revision' using errcode = '22023', column = 'base_rev';
    end if;
    v_base := nullif(v_base, 0);
  end if;

  execute pg_catalog.format(
    'select user_id, rev, deleted_at from public.%I where uid = $1 for update', v_table
  ) into v_owner, v_rev, v_deleted using v_uid;
  v_found := v_owner is not null;
  if v_owner <> p_user then
    raise exception 'the uid is taken' using errcode = 'VD409', column = 'uid';
  end if;

  if p_op ->> 'kind' = 'delete' then
    if v_found and v_deleted is null then
      execute pg_catalog.format(
        'update public.%I set deleted_at = pg_catalog.clock_timestamp() where uid = $1', v_table
      ) using v_uid;
    end if;
    return 'applied';
  end if;

  for v_key, v_value in select key, value from pg_catalog.jsonb_each(v_patch) loop
    if v_kinds ->> v_key is null then
      raise exception 'this column is not the client''s' using errcode = '42501', column = left(v_key, 60);
    end if;
    perform private.check_value(v_key, v_kinds ->> v_key, v_value);
    if v_key = 'avatar_uid' then
      -- An avatar that is not here is none: it may have been refused, and the session has taken place all the same.
      select a.id into v_avatar from public.avatars a
      where a.uid = (v_value #>> '{}')::uuid and a.user_id = p_user;
      v_patch := (v_patch - 'avatar_uid') || pg_catalog.jsonb_build_object('avatar_id', v_avatar);
      v_key := 'avatar_id';
    end if;
    v_columns := v_columns || pg_catalog.quote_ident(v_key);
  end loop;
  for v_key, v_value in select key, value from pg_catalog.jsonb_each(v_add) loop
    if not v_key = any (private.sync_counters(v_table)) then
      raise exception 'no counter of the client''s' using errcode = '42501', column = left(v_key, 60);
    end if;
    perform private.check_value(v_key, 'integer', v_value);
    if pg_catalog.jsonb_typeof(v_value) <> 'number' or (v_value #>> '{}')::integer not between 0 and 1000000 then
      raise exception 'counters count up' using errcode = '22023', column = v_key;
    end if;
    v_sets := v_sets || pg_catalog.format('%1$I = r.%1$I + %2$s', v_key, (v_value #>> '{}')::integer);
  end loop;

  if not v_found then
    if v_base is not null then
      -- It was there and has been purged: nobody brings it back with a part of it.
      raise exception 'the row is gone' using errcode = 'P0002', column = 'uid';
    end if;
    for v_key, v_value in select key, value from pg_catalog.jsonb_each(v_add) loop
      v_columns := v_columns || pg_catalog.quote_ident(v_key);
      v_patch := v_patch || pg_catalog.jsonb_build_object(v_key, v_value);
    end loop;
    execute pg_catalog.format(
      'insert into public.%1$I (uid, user_id%2$s) select $1, $2%2$s from pg_catalog.jsonb_populate_record(null::public.%1$I, $3) on conflict (uid) do nothing returning user_id',
      v_table,
      case when v_columns = '{}' then '' else ', ' || pg_catalog.array_to_string(v_columns, ', ') end
    ) into v_owner using v_uid, p_user, v_patch;
    if v_owner is null then
      -- Somebody else was faster by a moment.
      raise exception 'the uid is taken' using errcode = 'VD409', column = 'uid';
    end if;
  else
    -- What is only counted goes with any revision; a deletion stands.
    if v_deleted is not null or v_base is null or (v_base <> v_rev and v_columns <> '{}') then
      return 'conflict';
    end if;
    if v_columns <> '{}' then
      v_sets := v_sets || pg_catalog.format(
        '(%1$s) = (select %1$s from pg_catalog.jsonb_populate_record(null::public.%2$I, $2))',
        pg_catalog.array_to_string(v_columns, ', '), v_table
      );
    end if;
    if v_sets <> '{}' then
      execute pg_catalog.format(
        'update public.%I as r set %s where r.uid = $1', v_table, pg_catalog.array_to_string(v_sets, ', ')
      ) using v_uid, v_patch;
    end if;
  end if;
  return 'applied';
end $$;

create function private.answer_op(p_user uuid, p_op jsonb, p_standing text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid := (p_op ->> 'op_id')::uuid;
  v_body text := pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(p_op::text, 'UTF8')), 'hex');
  v_done private.sync_ops;
  v_status text;
  v_code text;
  v_column text;
  v_constraint text;
begin
  select * into v_done from private.sync_ops where user_id = p_user and op_id = v_id;
  if found then
    if v_done.body <> v_body then
      return pg_catalog.jsonb_build_object('op_id', p_op ->> 'op_id', 'status', 'rejected', 'code', '22023',
        'detail', 'op_id', 'replayed', true);
    end if;
    return pg_catalog.jsonb_build_object('op_id', p_op ->> 'op_id', 'status', 'applied',
      'row', private.wire_row(v_done.table_name, v_done.uid, p_user), 'replayed', true);
  end if;
  if p_standing is not null then
    return pg_catalog.jsonb_build_object('op_id', p_op ->> 'op_id', 'status', 'rejected', 'code', 'VD403',
      'detail', p_standing, 'replayed', false);
  end if;
  begin
    v_status := private.apply_op(p_user, p_op);
    -- Only what took effect is remembered: anything else has the same answer again, or a better one.
    if v_status = 'applied' then
      insert into private.sync_ops (user_id, op_id, body, table_name, uid)
      values (p_user, v_id, v_body, p_op ->> 't', (p_op ->> 'uid')::uuid);
    end if;
  exception when others then
    get stacked diagnostics
      v_code = returned_sqlstate, v_column = column_name, v_constraint = constraint_name;
    -- The rest is no answer to the op: the whole call fails, and is tried again. Class 54: it is too deep or too much,
    -- and will be again.
    if left(v_code, 2) not in ('22', '23', '54', 'VD') and v_code not in ('42501', 'P0002') then
      raise;
    end if;
    return pg_catalog.jsonb_build_object('op_id', p_op ->> 'op_id', 'status', 'rejected', 'code', v_code,
      'detail', coalesce(nullif(v_column, ''), nullif(v_constraint, '')), 'replayed', false);
  end;
  return pg_catalog.jsonb_build_object('op_id', p_op ->> 'op_id', 'status', v_status,
    'row', private.wire_row(p_op ->> 't', (p_op ->> 'uid')::uuid, p_user), 'replayed', false);
end $$;

create function public.sync_push(p_ops jsonb, p_schema integer) returns jsonb
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  v_user uuid := auth.uid();
  v_standing text;
  v_op jsonb;
  v_results jsonb[] := '{}';
begin
  if v_user is null then
    raise exception 'sign in first' using errcode = '42501';
  end if;
  perform private.sync_facts(p_schema);
  if p_ops is null or pg_catalog.jsonb_typeof(p_ops) <> 'array' then
    raise exception 'p_ops is no list' using errcode = '22023', detail = 'p_ops';
  end if;
  if pg_catalog.jsonb_array_length(p_ops) > 100 or pg_catalog.octet_length(p_ops::text) > 8388608 then
    raise exception 'up to 100 changes and 8 MB' using errcode = 'VD413', detail = 'p_ops';
  end if;
  if exists (
    select 1 from pg_catalog.jsonb_array_elements(p_ops) o
    where pg_catalog.jsonb_typeof(o) <> 'object'
      or coalesce(o ->> 'op_id', '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  ) then
    raise exception 'a change without an op_id' using errcode = '22023', detail = 'op_id';
  end if;
  if not private.lock_owner(v_user) then
    raise exception 'this account is gone' using errcode = '42501';
  end if;
  v_standing := private.standing(v_user);
  for v_op in select o from pg_catalog.jsonb_array_elements(p_ops) o loop
    v_results := v_results || private.answer_op(v_user, v_op, v_standing);
  end loop;
  return pg_catalog.jsonb_build_object(
    'server_time', private.iso_now(), 'results', pg_catalog.to_jsonb(v_results));
end $$;

create function public.ack_warning(p_id bigint) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid := auth.uid();
begin
  if v_user is null then
    raise exception 'sign in first' using errcode = '42501';
  end if;
  perform private.lock_owner(v_user);
  update public.user_warnings set acknowledged = true, acknowledged_at = pg_catalog.now()
  where id = p_id and user_id = v_user and not acknowledged and deleted_at is null;
  if not found and not exists (
    select 1 from public.user_warnings where id = p_id and user_id = v_user and deleted_at is null
  ) then
    raise exception 'no such warning' using errcode = 'P0002';
  end if;
end $$;

-- Tombstones go after a while; a client that has not seen them begins anew. For a job outside of the database.
create function public.sync_purge(p_days integer default 90) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_before timestamptz := pg_catalog.now() - pg_catalog.make_interval(days => greatest(p_days, 30));
  v_own bigint := 0;
  v_cat bigint := 0;
  v_seq bigint;
  v_table text;
  v_ops integer;
begin
  foreach v_table in array array['streaming_sessions', 'rtmp_sources', 'avatars', 'user_add_ons',
    'user_subscriptions', 'user_suspensions', 'user_warnings']
  loop
    execute pg_catalog.format(
      'with gone as (delete from public.%I where deleted_at < $1 returning sync_seq) select coalesce(max(sync_seq), 0) from gone',
      v_table
    ) into v_seq using v_before;
    v_own := greatest(v_own, v_seq);
  end loop;
  -- Plans, categories and add-ons are referred to by what stays.
  foreach v_table in array array['preset_avatars', 'stream_backgrounds'] loop
    execute pg_catalog.format(
      'with gone as (delete from public.%I where deleted_at < $1 returning sync_seq) select coalesce(max(sync_seq), 0) from gone',
      v_table
    ) into v_seq using v_before;
    v_cat := greatest(v_cat, v_seq);
  end loop;
  update private.sync_config
  set own_purged_before = greatest(own_purged_before, v_own), cat_purged_before = greatest(cat_purged_before, v_cat);
  delete from private.sync_ops where created_at < pg_catalog.now() - interval '30 days';
  get diagnostics v_ops = row_count;
  delete from private.stripe_events where received_at < pg_catalog.now() - interval '90 days';
  delete from private.form_limits where window_start < pg_catalog.now() - interval '2 days';
  return pg_catalog.jsonb_build_object('own_purged_before', v_own, 'cat_purged_before', v_cat, 'ops', v_ops);
end $$;
