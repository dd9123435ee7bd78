-- Devices of a batch of replies. Muster writes only changes: a record whose digest is stored costs no write here, and
-- is not even parsed. A digest that is made differently is another, and costs a comparison.
-- p_partial: the records are the parts that a list shows. They have a digest of their own.
-- Planner: places, one by one (docs/planner.md).
create or replace function muster.store_devices(
  p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[], p_partial boolean default false)
returns void
language plpgsql as $$
declare
  v_new     bigint[];
  v_news    bigint[];
  v_left    bigint[];
  v_present boolean;
begin
  loop
    select array_agg(n) filter (where k.digest is null),
           array_agg(n) filter (where case when p_partial then k.list_digest is distinct from x.digest
                                           else k.digest <> x.digest end and k.digest is not null),
           bool_or(k.missing_since is not null)
      into v_new, v_news, v_present
      from unnest(p_accounts, p_keys, p_digests) with ordinality x (account, key, digest, n)
      left join lateral (
        select d.digest, d.list_digest, d.missing_since from muster.device d
         where d.account = x.account and d.key = x.key offset 0) k on true;
    if v_present then
      perform muster.mark_present(p_accounts, p_keys);
    end if;
    v_left := '{}';
    -- Known ones, whose rows are locked, first. Others wait for new ones, so their holder must wait for nobody.
    if v_news is not null then
      v_left := v_left || muster.store_changes(v_news, p_accounts, p_keys, p_digests, p_devices);
    end if;
    if v_new is not null then
      v_left := v_left || muster.add_devices(v_new, p_accounts, p_keys, p_digests, p_devices, clock_timestamp());
    end if;
    exit when coalesce(v_left, '{}') = '{}';
    select array_agg(account order by n), array_agg(key order by n), array_agg(digest order by n),
           array_agg(device order by n)
      into p_accounts, p_keys, p_digests, p_devices
      from unnest(p_accounts, p_keys, p_digests, p_devices) with ordinality x (account, key, digest, device, n)
     where n = any (v_left);
  end loop;
end $$;
comment on function muster.store_devices(text[], text[], uuid[], text[], boolean) is
  'Stores the devices of a batch of replies. For the service.';

create or replace function muster.mark_present(p_accounts text[], p_keys text[]) returns void
language sql as $$
  update muster.device set missing_since = null, position = (select muster.change_position())
   where ctid = any (array(
     select d.ctid
       from (select distinct account, key from unnest(p_accounts, p_keys) y (account, key) order by account, key) x
      cross join lateral (
        select ctid from muster.device
         where account = x.account and key = x.key and missing_since is not null for update offset 0) d))
$$;
comment on function muster.mark_present(text[], text[]) is
  'Devices that were missing are there again, though nothing else has changed.';

-- What is left is another version of a device of this batch, or a device that another session stored a moment ago.
create or replace function muster.add_devices(
  p_new bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[], p_now timestamptz)
returns bigint[]
language sql as $$
  with given as (
    select x.*, x.device::jsonb as j
      from unnest(p_accounts, p_keys, p_digests, p_devices) with ordinality x (account, key, digest, device, n)
     where n = any (p_new)),
  added as (
    insert into muster.device (account, key, vendor, serial_number, name, product_key, model, type, lifecycle,
      vendor_status, connectivity, activated, port_count, address, region, org_id, attributes, ports,
      vendor_created_at, vendor_updated_at, first_seen_at, last_changed_at, synced_at, digest, list_digest, position)
    select g.account, g.key, d.vendor, d.serial_number, d.name, d.product_key, d.model, d.type, d.lifecycle,
           d.vendor_status, d.connectivity, d.activated, d.port_count, d.address, d.region, d.org_id, d.attributes,
           d.ports, d.vendor_created_at, d.vendor_updated_at, p_now, p_now, p_now,
           case when muster.is_listed(g.j) then muster.no_digest() else g.digest end,
           case when muster.is_listed(g.j) then g.digest end, (select muster.change_position())
      from given g, jsonb_populate_record(null::muster.device, muster.with_fills(g.j)) d
     order by g.account, g.key, g.n
    on conflict (account, key) do nothing
    returning account, key, ports),
  sockets as (
    insert into muster.device_port (account, key, port_no, status, vendor_status, changed_at)
    select a.account, a.key, (e ->> 'port_no')::integer, e ->> 'status', e ->> 'vendor_status', p_now
      from added a, jsonb_array_elements(a.ports) e
     where a.ports <> '[]')
  select case when muster.note_changes('new', array(select account from added)) < cardinality(p_new) then (
    select array_agg(g.n)
      from (select account, key, n, row_number() over (partition by account, key order by n) as turn from given) g
     where g.turn > 1 or (g.account, g.key) not in (select account, key from added)) end
$$;
comment on function muster.add_devices(bigint[], text[], text[], uuid[], text[], timestamptz) is
  'Stores the new devices of a batch, those with these numbers, in one statement. Returns the numbers of those that '
  'are left to store.';

create or replace function muster.store_changes(
  p_news bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[]) returns bigint[]
language plpgsql as $$
declare
  v_n      bigint[];
  v_gone   bigint[];
  v_latest timestamptz;
  v_now    timestamptz;
begin
  -- All replies about a device if one of them brings something: the last may show again what is stored.
  -- A statement of its own: the next one must see what another session has stored until it got the lock.
  select array_agg(x.n) filter (where d.last_changed_at is not null),
         array_agg(x.n) filter (where d.last_changed_at is null), max(d.last_changed_at)
    into v_n, v_gone, v_latest
    from (select y.* from unnest(p_accounts, p_keys) with ordinality y (account, key, n)
           where (account, key) in (
             select account, key from unnest(p_accounts, p_keys) with ordinality z (account, key, n)
              where n = any (p_news))
           order by account, key) x
    left join lateral (
      select last_changed_at from muster.device
       where account = x.account and key = x.key for update offset 0) d on true;
  select array_agg(account order by n), array_agg(key order by n), array_agg(digest order by n),
         array_agg(device order by n), array_agg(n order by n)
    into p_accounts, p_keys, p_digests, p_devices, v_n
    from unnest(p_accounts, p_keys, p_digests, p_devices) with ordinality x (account, key, digest, device, n)
   where n = any (v_n);
  v_now := clock_timestamp();
  perform muster.make_partition('device_history', v_now);
  -- The clock was set back: some of their versions end later than now.
  if v_latest >= v_now then
    perform muster.make_partition('device_history', muster.next_version_at(d, v_now))
       from muster.device d
      where (d.account, d.key) in (select * from unnest(p_accounts, p_keys)) and d.last_changed_at >= v_now;
  end if;
  return v_gone || muster.change_devices(v_n, p_accounts, p_keys, p_digests, p_devices, v_now);
end $$;
comment on function muster.store_changes(bigint[], text[], text[], uuid[], text[]) is
  'Stores the devices of a batch that have changed: p_news has the numbers of the replies that bring something new. '
  'Returns the numbers of those that are left to store.';
