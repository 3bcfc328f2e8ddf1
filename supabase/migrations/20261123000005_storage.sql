-- One private bucket. A file's place is `<user id>/<avatar uid>/<sha256>.<vrm|glb|png>`: it never changes, so nobody
-- is let to replace one.

insert into storage.buckets (id, name, public, file_size_limit)
values ('avatars', 'avatars', false, 536870912)
on conflict (id) do update set public = false, file_size_limit = excluded.file_size_limit;

-- The storage server may ask before it knows how large a file is: then only what is there already counts, and the file
-- is looked at when a row names it (private.limit_avatars).
create function private.may_upload(p_name text, p_metadata jsonb) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_user uuid := auth.uid();
  v_plan public.subscription_plans;
  v_said text := coalesce(p_metadata ->> 'size', p_metadata ->> 'contentLength');
  v_bytes bigint := private.object_bytes(p_metadata);
  v_file bigint;
  v_room bigint;
  v_count bigint;
  v_sum numeric;
begin
  if v_user is null or private.standing(v_user) is not null
    or p_name !~ ('^' || v_user::text || '/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{64}\.(vrm|glb|png)$')
  then
    return false;
  end if;
  v_plan := private.plan_of(v_user);
  if v_plan.id is null or (v_said is not null and v_bytes is null) then
    return false;
  end if;
  v_file := v_plan.max_file_size_mb::bigint * 1048576;
  if v_bytes > v_file then
    return false;
  end if;
  v_room := private.avatar_room(v_user);
  select count(*), coalesce(sum(private.object_bytes(o.metadata)), 0) into v_count, v_sum
  from storage.objects o where o.bucket_id = 'avatars' and o.name like v_user::text || '/%';
  -- A model and its pictures, in a few versions each; room for two more models than the plan has avatars.
  return v_count < 16 + 8 * v_room and v_sum + coalesce(v_bytes, 0) <= v_file * (v_room + 2);
end $$;

-- A project has these grants already; where somebody has taken them away they are given again.
do $$
begin
  if not pg_catalog.has_table_privilege('authenticated', 'storage.objects', 'select, insert, delete')
    or not pg_catalog.has_table_privilege('authenticated', 'storage.objects', 'insert')
    or not pg_catalog.has_table_privilege('authenticated', 'storage.objects', 'delete')
  then
    grant select, insert, delete on storage.objects to authenticated;
  end if;
  if not pg_catalog.has_table_privilege('service_role', 'storage.objects', 'delete') then
    grant select, insert, update, delete on storage.objects to service_role;
  end if;
end $$;

create policy "avatars: own files are read" on storage.objects for select to authenticated
  using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "avatars: own files are added within the plan" on storage.objects for insert to authenticated
  with check (bucket_id = 'avatars' and private.may_upload(name, metadata));
create policy "avatars: own files are removed" on storage.objects for delete to authenticated
  using (
    bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text
    and (select private.my_standing()) is null
  );
