-- A known device that has changed: its new version, and in history the one that it ends.

-- Versions of a device follow each other even if two replies were stored at once or the clock was set back.
create or replace function muster.next_version_at(p_old muster.device, p_now timestamptz) returns timestamptz
language sql immutable as $$ select greatest(p_now, p_old.last_changed_at + interval '1 microsecond') $$;
comment on function muster.next_version_at(muster.device, timestamptz) is
  'From when a version of a device is valid that Muster stores now.';

-- A record is whole, or the part of one call. {part: read or list, fills: {…}, …} has the columns that the call owns.
-- It fills others while the call that owns them was never made. attributes merges call by call.
create or replace function muster.is_listed(p_new jsonb) returns boolean
language sql immutable as $$ select coalesce(p_new ->> 'part' = 'list', false) $$;
comment on function muster.is_listed(jsonb) is 'Whether a record is the part that a list shows.';

create or replace function muster.with_fills(p_new jsonb) returns jsonb
language sql immutable as $$ select coalesce(p_new -> 'fills', '{}') || p_new $$;
comment on function muster.with_fills(jsonb) is
  'A record with what it fills, for a device that no other call has shown.';

create or replace function muster.joined(p_new jsonb, p_old muster.device) returns jsonb
language sql immutable as $$
  select case when case when muster.is_listed(p_new) then p_old.digest <> muster.no_digest()
                        else p_old.list_digest is not null end
           then p_new else muster.with_fills(p_new) end
         || jsonb_build_object('attributes', p_old.attributes || (p_new -> 'attributes'))
$$;
comment on function muster.joined(jsonb, muster.device) is
  'The part of one call, for a device that is known: what to put over the columns that there are.';

-- Column by column, in the order of their names: as jsonb it would cost more than all else that a change does.
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
comment on function muster.difference(muster.device, muster.device) is
  'The columns that come from the vendor in which two versions differ.';

-- What is left is another version of a device of this batch.
-- The caller holds the locks of the devices, and has made the months in which their present versions end.
-- Planner: one by one (docs/planner.md). It writes by an upsert, because a join would read all of the table.
create or replace function muster.change_devices(
  p_n bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[], p_now timestamptz)
returns bigint[]
language sql as $$
  with given as (
    select x.*, j, muster.is_listed(j) as listed, row_number() over (partition by account, key order by n) as turn
      from unnest(p_n, p_accounts, p_keys, p_digests, p_devices) x (n, account, key, digest, device)
     cross join lateral (select x.device::jsonb as j offset 0) parsed),
  fresh as materialized (
    select g.account, g.key, case when g.listed then k.digest else g.digest end as digest,
           case when g.listed then g.digest else k.list_digest end as list_digest, r as device, k.former,
           muster.difference(k.former, r) as columns, muster.next_version_at(k.former, p_now) as at,
           (select a.not_news from muster.account a where a.account = g.account) as not_news
      from given g
     cross join lateral (
       select d as former, d.digest, d.list_digest from muster.device d
        where d.account = g.account and d.key = g.key offset 0) k
     cross join lateral jsonb_populate_record(
       case when g.j ? 'part' then k.former end,
       case when g.j ? 'part' then muster.joined(g.j, k.former) else g.j end) r
     where g.turn = 1
       and case when g.listed then k.list_digest is distinct from g.digest else k.digest <> g.digest end),
  stored as (
    insert into muster.device as t (account, key, vendor, serial_number, name, product_key, model, type, lifecycle,
      vendor_status, connectivity, activated, port_count, address, region, org_id, attributes, ports,
      vendor_created_at, vendor_updated_at, first_seen_at, last_changed_at, synced_at, changed, news_at, digest,
      list_digest,
      position)
    select f.account, f.key, (f.device).vendor, (f.device).serial_number, (f.device).name, (f.device).product_key,
           (f.device).model, (f.device).type, (f.device).lifecycle, (f.device).vendor_status,
           (f.device).connectivity, (f.device).activated, (f.device).port_count, (f.device).address,
           (f.device).region, (f.device).org_id, (f.device).attributes, (f.device).ports,
           (f.device).vendor_created_at, (f.device).vendor_updated_at, (f.former).first_seen_at,
           case when f.columns <> '{}' then f.at else (f.former).last_changed_at end,
           case when f.columns <> '{}' then f.at else (f.former).synced_at end,
           case when f.columns <> '{}' then f.columns else (f.former).changed end,
           case when muster.is_news(f.columns, f.former, f.device, f.not_news) then f.at else (f.former).news_at end,
           f.digest, f.list_digest,
           case when f.columns <> '{}' then (select muster.change_position()) else (f.former).position end
      from fresh f
    on conflict (account, key) do update
       set (vendor, serial_number, name, product_key, model, type, lifecycle, vendor_status, connectivity, activated,
            port_count, address, region, org_id, attributes, ports, vendor_created_at, vendor_updated_at,
            last_changed_at, synced_at, missing_since, changed, news_at, digest, list_digest, position)
         = (excluded.vendor, excluded.serial_number, excluded.name, excluded.product_key, excluded.model,
            excluded.type, excluded.lifecycle, excluded.vendor_status, excluded.connectivity, excluded.activated,
            excluded.port_count, excluded.address, excluded.region, excluded.org_id, excluded.attributes,
            excluded.ports, excluded.vendor_created_at, excluded.vendor_updated_at, excluded.last_changed_at,
            excluded.synced_at, null, excluded.changed, excluded.news_at, excluded.digest, excluded.list_digest,
            excluded.position)),
  history as (
    insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, serial_number, name,
      product_key, model, type, lifecycle, vendor_status, connectivity, activated, port_count, address, region, org_id,
      attributes, ports, vendor_created_at, vendor_updated_at, position)
    select f.account, f.key, (f.former).last_changed_at, f.at, (f.former).changed, (f.former).vendor,
           (f.former).serial_number, (f.former).name, (f.former).product_key, (f.former).model, (f.former).type,
           (f.former).lifecycle, (f.former).vendor_status, (f.former).connectivity, (f.former).activated,
           (f.former).port_count, (f.former).address, (f.former).region, (f.former).org_id, (f.former).attributes,
           (f.former).ports, (f.former).vendor_created_at, (f.former).vendor_updated_at, (f.former).position
      from fresh f where f.columns <> '{}'),
  socketed as materialized (
    select f.account, f.key, f.at, (f.device).ports from fresh f where 'ports' = any (f.columns)),
  removed as (
    delete from muster.device_port where ctid = any (array(
      select p.ctid
        from socketed v
       cross join lateral (
         select ctid, port_no from muster.device_port where account = v.account and key = v.key offset 0) p
       where not exists (
         select from jsonb_array_elements(v.ports) e where (e ->> 'port_no')::integer = p.port_no)))),
  sockets as (
    insert into muster.device_port as p (account, key, port_no, status, vendor_status, changed_at)
    select v.account, v.key, (e ->> 'port_no')::integer, e ->> 'status', e ->> 'vendor_status', v.at
      from socketed v, jsonb_array_elements(v.ports) e
    on conflict (account, key, port_no) do update
       set status = excluded.status, vendor_status = excluded.vendor_status, changed_at = excluded.changed_at
     where (p.status, p.vendor_status) is distinct from (excluded.status, excluded.vendor_status))
  select case when muster.note_changes('changed', array(select account from fresh where columns <> '{}')) >= 0
    then (select array_agg(n) from given where turn > 1) end
$$;
comment on function muster.change_devices(bigint[], text[], text[], uuid[], text[], timestamptz) is
  'Stores one version of each device that is known, and in history the one that it ends, in one statement. Returns '
  'the numbers of those that are left to store.';
