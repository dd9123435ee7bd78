-- Versions of a device follow each other even if two replies were stored at once or the clock was set back.
create or replace function muster.next_version_at(p_old muster.device, p_now timestamptz) returns timestamptz
language sql immutable as $$ select greatest(p_now, p_old.last_changed_at + interval '1 microsecond') $$;
comment on function muster.next_version_at(muster.device, timestamptz) is 'From when a version of a device is valid that is stored now.';

-- Column by column: as jsonb it would cost more than everything else that a change does. In the order of their names.
create or replace function muster.difference(p_old muster.device, p_new muster.device) returns text[]
language sql immutable as $$
  select array_remove(array[
    case when p_old.activated is distinct from p_new.activated then 'activated' end,
    case when p_old.address is distinct from p_new.address then 'address' end,
    case when p_old.attributes is distinct from p_new.attributes then 'attributes' end,
    case when p_old.connectivity is distinct from p_new.connectivity then 'connectivity' end,
    case when p_old.lifecycle is distinct from p_new.lifecycle then 'lifecycle' end,
    case when p_old.model is distinct from p_new.model then 'model' end,
    case when p_old.name is distinct from p_new.name then 'name' end,
    case when p_old.org_id is distinct from p_new.org_id then 'org_id' end,
    case when p_old.port_count is distinct from p_new.port_count then 'port_count' end,
    case when p_old.ports is distinct from p_new.ports then 'ports' end,
    case when p_old.product_key is distinct from p_new.product_key then 'product_key' end,
    case when p_old.region is distinct from p_new.region then 'region' end,
    case when p_old.serial_number is distinct from p_new.serial_number then 'serial_number' end,
    case when p_old.type is distinct from p_new.type then 'type' end,
    case when p_old.vendor is distinct from p_new.vendor then 'vendor' end,
    case when p_old.vendor_created_at is distinct from p_new.vendor_created_at then 'vendor_created_at' end,
    case when p_old.vendor_status is distinct from p_new.vendor_status then 'vendor_status' end,
    case when p_old.vendor_updated_at is distinct from p_new.vendor_updated_at then 'vendor_updated_at' end], null)
$$;
comment on function muster.difference(muster.device, muster.device) is 'The columns that come from the vendor in which two versions differ.';

-- One statement for all of them: a statement a device would be most of what a pull costs.
-- What is left is another version of a device of this batch, or a device that another session stored a moment ago.
create or replace function muster.add_devices(p_new bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[], p_now timestamptz)
returns bigint[]
language sql as $$
  with given as (
    select x.* from unnest(p_accounts, p_keys, p_digests, p_devices) with ordinality x (account, key, digest, device, n) where n = any (p_new)),
  added as (
    insert into muster.device (account, key, vendor, serial_number, name, product_key, model, type, lifecycle, vendor_status, connectivity, activated,
      port_count, address, region, org_id, attributes, ports, vendor_created_at, vendor_updated_at, first_seen_at, last_changed_at, synced_at, digest)
    select g.account, g.key, d.vendor, d.serial_number, d.name, d.product_key, d.model, d.type, d.lifecycle, d.vendor_status, d.connectivity, d.activated,
           d.port_count, d.address, d.region, d.org_id, d.attributes, d.ports, d.vendor_created_at, d.vendor_updated_at, p_now, p_now, p_now, g.digest
      from given g, jsonb_populate_record(null::muster.device, g.device::jsonb) d
     order by g.account, g.key, g.n
    on conflict (account, key) do nothing
    returning account, key, ports),
  sockets as (
    insert into muster.device_port (account, key, port_no, status, vendor_status, changed_at)
    select a.account, a.key, (e ->> 'port_no')::integer, e ->> 'status', e ->> 'vendor_status', p_now
      from added a, jsonb_array_elements(a.ports) e where a.ports <> '[]')
  select case when (select count(*) from added) < cardinality(p_new) then (
    select array_agg(g.n)
      from (select account, key, n, row_number() over (partition by account, key order by n) as turn from given) g
     where g.turn > 1 or (g.account, g.key) not in (select account, key from added)) end
$$;
comment on function muster.add_devices(bigint[], text[], text[], uuid[], text[], timestamptz) is
  'Stores devices that are new, those of a batch with these numbers; returns the numbers of those that are left to store.';

-- One statement for all of them.
-- Tables are looked into by their keys, device by device, and written by an upsert: a join would be planned when they are empty, and then
-- read all of them, or compare each with each.
-- What is left is another version of a device of this batch.
-- The caller holds the locks of the devices, and has made the months in which their present versions end.
-- The present version is the device's row alone: a change writes to history the version that it ends and nothing else.
create or replace function muster.change_devices(p_n bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[], p_now timestamptz)
returns bigint[]
language sql as $$
  with given as (
    select x.*, row_number() over (partition by account, key order by n) as turn
      from unnest(p_n, p_accounts, p_keys, p_digests, p_devices) x (n, account, key, digest, device)),
  fresh as materialized (
    select g.account, g.key, g.digest, r as device, k.former, muster.difference(k.former, r) as columns, muster.next_version_at(k.former, p_now) as at
      from given g
     cross join lateral (select d as former, d.digest from muster.device d where d.account = g.account and d.key = g.key offset 0) k
     cross join lateral jsonb_populate_record(null::muster.device, g.device::jsonb) r
     where g.turn = 1 and k.digest <> g.digest),
  stored as (
    insert into muster.device as t (account, key, vendor, serial_number, name, product_key, model, type, lifecycle, vendor_status, connectivity, activated,
      port_count, address, region, org_id, attributes, ports, vendor_created_at, vendor_updated_at, first_seen_at, last_changed_at, synced_at,
      changed, digest)
    select f.account, f.key, (f.device).vendor, (f.device).serial_number, (f.device).name, (f.device).product_key, (f.device).model, (f.device).type,
           (f.device).lifecycle, (f.device).vendor_status, (f.device).connectivity, (f.device).activated, (f.device).port_count,
           (f.device).address, (f.device).region, (f.device).org_id, (f.device).attributes, (f.device).ports,
           (f.device).vendor_created_at, (f.device).vendor_updated_at, (f.former).first_seen_at,
           case when f.columns <> '{}' then f.at else (f.former).last_changed_at end,
           case when f.columns <> '{}' then f.at else (f.former).synced_at end,
           case when f.columns <> '{}' then f.columns else (f.former).changed end, f.digest
      from fresh f
    on conflict (account, key) do update
       set (vendor, serial_number, name, product_key, model, type, lifecycle, vendor_status, connectivity, activated, port_count, address, region,
            org_id, attributes, ports, vendor_created_at, vendor_updated_at, last_changed_at, synced_at, missing_since, changed, digest)
         = (excluded.vendor, excluded.serial_number, excluded.name, excluded.product_key, excluded.model, excluded.type, excluded.lifecycle,
            excluded.vendor_status, excluded.connectivity, excluded.activated, excluded.port_count, excluded.address, excluded.region,
            excluded.org_id, excluded.attributes, excluded.ports, excluded.vendor_created_at, excluded.vendor_updated_at,
            excluded.last_changed_at, excluded.synced_at, null, excluded.changed, excluded.digest)),
  history as (
    insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, serial_number, name, product_key, model, type, lifecycle, vendor_status,
      connectivity, activated, port_count, address, region, org_id, attributes, ports, vendor_created_at, vendor_updated_at)
    select f.account, f.key, (f.former).last_changed_at, f.at, (f.former).changed, (f.former).vendor, (f.former).serial_number, (f.former).name,
           (f.former).product_key, (f.former).model, (f.former).type, (f.former).lifecycle, (f.former).vendor_status, (f.former).connectivity,
           (f.former).activated, (f.former).port_count, (f.former).address, (f.former).region, (f.former).org_id, (f.former).attributes, (f.former).ports,
           (f.former).vendor_created_at, (f.former).vendor_updated_at
      from fresh f where f.columns <> '{}'),
  socketed as materialized (
    select f.account, f.key, f.at, (f.device).ports from fresh f where 'ports' = any (f.columns)),
  removed as (
    delete from muster.device_port where ctid = any (array(
      select p.ctid from socketed v
       cross join lateral (select ctid, port_no from muster.device_port where account = v.account and key = v.key offset 0) p
       where not exists (select from jsonb_array_elements(v.ports) e where (e ->> 'port_no')::integer = p.port_no)))),
  sockets as (
    insert into muster.device_port as p (account, key, port_no, status, vendor_status, changed_at)
    select v.account, v.key, (e ->> 'port_no')::integer, e ->> 'status', e ->> 'vendor_status', v.at
      from socketed v, jsonb_array_elements(v.ports) e
    on conflict (account, key, port_no) do update
       set status = excluded.status, vendor_status = excluded.vendor_status, changed_at = excluded.changed_at
     where (p.status, p.vendor_status) is distinct from (excluded.status, excluded.vendor_status))
  select array_agg(n) from given where turn > 1
$$;
comment on function muster.change_devices(bigint[], text[], text[], uuid[], text[], timestamptz) is
  'Stores one version of each device that is known, and in history the one that it ends; returns the numbers of those that are left to store.';

-- Only changes are written: a record whose digest is the one stored costs no write here, and is not even parsed.
-- p_devices: {vendor, …the canonical columns…, attributes, ports: [{port_no, status, vendor_status}]} as text.
-- p_digests: their MD5. One that is made differently, as by an older version of the service, is another, and costs a comparison.
create or replace function muster.store_devices(p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[]) returns void
language plpgsql as $$
declare
  v_new     bigint[];
  v_news    bigint[];
  v_left    bigint[];
  v_present boolean;
begin
  loop
    select array_agg(n) filter (where k.digest is null), array_agg(n) filter (where k.digest <> x.digest), bool_or(k.missing_since is not null)
      into v_new, v_news, v_present
      from unnest(p_accounts, p_keys, p_digests) with ordinality x (account, key, digest, n)
      left join lateral (select d.digest, d.missing_since from muster.device d where d.account = x.account and d.key = x.key offset 0) k on true;
    -- Known and present again, though nothing else changed.
    if v_present then
      update muster.device set missing_since = null where ctid = any (array(
        select d.ctid from (select distinct account, key from unnest(p_accounts, p_keys) y (account, key) order by account, key) x
         cross join lateral (select ctid from muster.device where account = x.account and key = x.key and missing_since is not null for update offset 0) d));
    end if;
    v_left := '{}';
    -- Known ones, whose rows are locked, first: who holds new ones, for which others wait, must wait for nobody.
    if v_news is not null then
      v_left := v_left || muster.store_changes(v_news, p_accounts, p_keys, p_digests, p_devices);
    end if;
    if v_new is not null then
      v_left := v_left || muster.add_devices(v_new, p_accounts, p_keys, p_digests, p_devices, clock_timestamp());
    end if;
    exit when coalesce(v_left, '{}') = '{}';
    select array_agg(account order by n), array_agg(key order by n), array_agg(digest order by n), array_agg(device order by n)
      into p_accounts, p_keys, p_digests, p_devices
      from unnest(p_accounts, p_keys, p_digests, p_devices) with ordinality x (account, key, digest, device, n) where n = any (v_left);
  end loop;
end $$;
comment on function muster.store_devices(text[], text[], uuid[], text[]) is 'Stores the devices of a batch of replies. For the service.';

-- p_news: the numbers of the replies that bring something new.
create or replace function muster.store_changes(p_news bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[]) returns bigint[]
language plpgsql as $$
declare
  v_n      bigint[];
  v_gone   bigint[];
  v_latest timestamptz;
  v_now    timestamptz;
begin
  -- All replies about a device if one of them brings something: the last may show again what is stored.
  -- In a statement of its own: what is stored next must see what another session has stored until it got the lock.
  select array_agg(x.n) filter (where d.last_changed_at is not null), array_agg(x.n) filter (where d.last_changed_at is null), max(d.last_changed_at)
    into v_n, v_gone, v_latest
    from (select y.* from unnest(p_accounts, p_keys) with ordinality y (account, key, n)
           where (account, key) in (select account, key from unnest(p_accounts, p_keys) with ordinality z (account, key, n) where n = any (p_news))
           order by account, key) x
    left join lateral (select last_changed_at from muster.device where account = x.account and key = x.key for update offset 0) d on true;
  select array_agg(account order by n), array_agg(key order by n), array_agg(digest order by n), array_agg(device order by n), array_agg(n order by n)
    into p_accounts, p_keys, p_digests, p_devices, v_n
    from unnest(p_accounts, p_keys, p_digests, p_devices) with ordinality x (account, key, digest, device, n) where n = any (v_n);
  v_now := clock_timestamp();
  perform muster.make_partition('device_history', v_now);
  -- The clock was set back: some of their versions end later than now.
  if v_latest >= v_now then
    perform muster.make_partition('device_history', muster.next_version_at(d, v_now)) from muster.device d
      where (d.account, d.key) in (select * from unnest(p_accounts, p_keys)) and d.last_changed_at >= v_now;
  end if;
  return v_gone || muster.change_devices(v_n, p_accounts, p_keys, p_digests, p_devices, v_now);
end $$;
comment on function muster.store_changes(bigint[], text[], text[], uuid[], text[]) is
  'Stores the devices of a batch that have changed; returns the numbers of those that are left to store.';

create or replace function muster.store_products(p_products jsonb) returns void
language sql as $$
  update muster.product t set missing_since = null
    from jsonb_array_elements(p_products) e
   where t.account = e ->> 'account' and t.product_key = e ->> 'product_key' and t.missing_since is not null;
  insert into muster.product as t
  select (jsonb_populate_record(null::muster.product, e || jsonb_build_object(
      'first_seen_at', clock_timestamp(), 'last_changed_at', clock_timestamp(), 'synced_at', clock_timestamp(), 'digest', md5(e::text)))).*
    from (select distinct on (x ->> 'account', x ->> 'product_key') x as e from jsonb_array_elements(p_products) with ordinality y (x, n)
           order by x ->> 'account', x ->> 'product_key', n desc) p
   where not exists (select from muster.product k
     where k.account = e ->> 'account' and k.product_key = e ->> 'product_key' and k.digest = md5(e::text)::uuid)
   order by e ->> 'account', e ->> 'product_key'
  on conflict (account, product_key) do update
     set (vendor, name, names, description, type, data_format, model_id, org_id, dynamic_activation, bidirectional_auth, default_valid_days,
          max_valid_days, tags, attributes, vendor_created_at, vendor_updated_at, last_changed_at, synced_at, digest)
       = (excluded.vendor, excluded.name, excluded.names, excluded.description, excluded.type, excluded.data_format, excluded.model_id,
          excluded.org_id, excluded.dynamic_activation, excluded.bidirectional_auth, excluded.default_valid_days, excluded.max_valid_days,
          excluded.tags, excluded.attributes, excluded.vendor_created_at, excluded.vendor_updated_at, excluded.last_changed_at, excluded.synced_at,
          excluded.digest)
   where t.digest <> excluded.digest;
$$;
comment on function muster.store_products(jsonb) is 'Stores the products of a batch of replies. For the service.';

create or replace function muster.store_tariffs(p_tariffs jsonb) returns void
language sql as $$
  insert into muster.tariff as t
  select (jsonb_populate_record(null::muster.tariff, e || jsonb_build_object(
      'first_seen_at', clock_timestamp(), 'last_changed_at', clock_timestamp(), 'digest', md5(e::text)))).*
    from jsonb_array_elements(p_tariffs) e
   where not exists (select from muster.tariff k
     where k.account = e ->> 'account' and k.tariff_id = e ->> 'tariff_id' and k.digest = md5(e::text)::uuid)
   order by e ->> 'account', e ->> 'tariff_id'
  on conflict (account, tariff_id) do update
     set (vendor, name, price, currency, duration_minutes, max_minutes, full_price, minimum_balance, attributes, last_changed_at, digest)
       = (excluded.vendor, excluded.name, excluded.price, excluded.currency, excluded.duration_minutes, excluded.max_minutes, excluded.full_price,
          excluded.minimum_balance, excluded.attributes, excluded.last_changed_at, excluded.digest)
   where t.digest <> excluded.digest;
$$;
comment on function muster.store_tariffs(jsonb) is 'Stores the price standards of a batch of replies. For the service.';

create or replace function muster.mark_missing(p_account text, p_resource text, p_key text) returns void
language sql as $$
  update muster.device set missing_since = clock_timestamp()
   where p_resource = 'device' and account = p_account and key = p_key and missing_since is null;
  update muster.product set missing_since = clock_timestamp()
   where p_resource = 'product' and account = p_account and product_key = p_key and missing_since is null;
$$;
comment on function muster.mark_missing(text, text, text) is 'The vendor says that it does not exist: its row stays and says since when.';
