-- Discovery: targets for what a list shows and the inventory lacks.
create or replace function muster.is_key(p_account text, p_key text) returns boolean
language plpgsql stable as $$
begin
  perform muster.check_key(p_account, p_key);
  return true;
exception
  when sqlstate 'MU003' then
    return false;
end $$;
comment on function muster.is_key(text, text) is 'Whether an INSERT into poll_target takes the key.';

create or replace function muster.not_enrolled(s muster.sweep, p_keys text[]) returns text[]
language sql volatile as $$
  select array(
    select distinct k from unnest(p_keys) k
     where not exists (
       select from muster.poll_target t where t.account = s.account and t.resource = s.resource and t.key = k)
     order by k)
$$;
comment on function muster.not_enrolled(muster.sweep, text[]) is 'The keys that the inventory lacks.';

-- Whoever has disabled a target keeps it disabled: it is in the inventory.
create or replace function muster.discover(s muster.sweep, p_wanted boolean, p_keys text[],
  out added integer, out left_out integer)
language plpgsql as $$
declare
  v_room bigint;
  v_new  text[];
begin
  added := 0;
  left_out := 0;
  if not p_wanted then
    return;
  end if;
  if muster.not_enrolled(s, p_keys) = '{}' then
    return;
  end if;
  -- Pages that are settled at once must not share the last places. What another has enrolled by then is not new.
  perform from muster.sweep where id = s.id for no key update;
  v_new := muster.not_enrolled(s, p_keys);
  v_room := s.room - (select sum(p.added) from muster.sweep_page p where p.sweep_id = s.id);
  with enrolled as (
    insert into muster.poll_target (account, resource, key, discovered_at)
    select s.account, s.resource, k, clock_timestamp()
      from unnest(v_new) k where muster.is_key(s.account, k) limit greatest(v_room, 0)
    on conflict (account, resource, key) do nothing
    returning 1)
  select count(*) into added from enrolled;
  left_out := cardinality(v_new) - added;
end $$;
comment on function muster.discover(muster.sweep, boolean, text[]) is
  'Enrols what a page shows and the inventory lacks, and counts it.';

create or replace function muster.only_known(r muster.account_resource, o muster.outcome, p_devices text[],
  out page muster.outcome, out devices text[])
language plpgsql stable as $$
begin
  page := o;
  select array_agg(x.key order by x.n), array_agg(x.digest order by x.n),
         array_agg(p_devices[o.device + x.n - 1] order by x.n)
    into page.keys, page.digests, devices
    from unnest(o.keys, o.digests) with ordinality x (key, digest, n)
   where exists (
     select from muster.poll_target where account = r.account and resource = r.resource and key = x.key)
      or exists (select from muster.device where account = r.account and r.resource = 'device' and key = x.key)
      or exists (
     select from muster.product where account = r.account and r.resource = 'product' and product_key = x.key);
  page.device := case when o.device is not null and page.keys is not null then 1 end;
  page.product := (
    select jsonb_agg(e) from jsonb_array_elements(o.product) e where e ->> 'product_key' = any (page.keys));
end $$;
comment on function muster.only_known(muster.account_resource, muster.outcome, text[]) is
  'A page without what is neither in the inventory nor copied already: nobody asked for a copy.';

create or replace function muster.undiscover(account text, since timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
declare
  v_account constant text := account;
  v_since   constant timestamptz := since;
  v_count   bigint;
begin
  perform muster.check_account(v_account, 'undiscover');
  if v_since is null then
    raise exception using errcode = 'MU019', message = 'since is null; it says from when on discoveries are taken back',
      hint = 'select muster.undiscover(''huawei1'', now() - interval ''1 day'')';
  end if;
  with gone as (
    delete from muster.poll_target t
     where t.account = v_account and t.discovered_at >= v_since
       and t.refresh_every is null and t.priority = 0 and t.enabled
       and not exists (select from muster.work_request w where w.account = t.account and w.key = t.key)
    returning t.resource, t.key),
  devices as (
    delete from muster.device d using gone g
     where g.resource = 'device' and d.account = v_account and d.key = g.key and d.first_seen_at >= v_since
    returning d.key),
  versions as (
    delete from muster.device_history h using devices d where h.account = v_account and h.key = d.key),
  products as (
    delete from muster.product d using gone g
     where g.resource = 'product' and d.account = v_account and d.product_key = g.key and d.first_seen_at >= v_since)
  select count(*) into v_count from gone;
  insert into muster.audit (at, subject, account, from_status, to_status, message, made_by, part, application)
  select muster.audit_time(), 'account', a.account, a.state, a.state,
         format('undiscover: %s targets that sweeps had enrolled since %s, and their copies', v_count, v_since),
         session_user, 'undiscover', current_setting('application_name')
    from muster.account a where a.account = v_account;
  return v_count;
end $$;
comment on function muster.undiscover(text, timestamptz) is
  'Takes a mistaken discovery back: the targets that sweeps enrolled since then and that nobody touched (no interval, '
  'no priority, not disabled, no request, in no file), with copies and history that are no older. Returns how many.';
