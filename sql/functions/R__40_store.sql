-- Only changes are written: a record whose digest is the one stored costs no write here.
-- p_devices: [{account, vendor, key, …the canonical columns…, attributes, ports: [{port_no, status, vendor_status}]}]; one key once.
create or replace function muster.store_devices(p_devices jsonb) returns void
language plpgsql as $$
declare
  v_now timestamptz;
  d     record;
  v_old muster.device;
  v_new muster.device;
begin
  -- Known and present again, though nothing else changed.
  update muster.device t set missing_since = null
    from jsonb_array_elements(p_devices) e
   where t.account = e ->> 'account' and t.key = e ->> 'key' and t.missing_since is not null;
  for d in
    select r.*, md5(e::text)::uuid as digest
      from jsonb_array_elements(p_devices) e, jsonb_populate_record(null::muster.device, e - 'digest') r
      left join muster.device k on k.account = r.account and k.key = r.key
     where k.digest is distinct from md5(e::text)::uuid
     order by r.account, r.key
  loop
    select * into v_old from muster.device where account = d.account and key = d.key for update;
    v_now := muster.next_version_at(v_old);
    v_new := jsonb_populate_record(null::muster.device, to_jsonb(d)
      || jsonb_build_object('first_seen_at', coalesce(v_old.first_seen_at, v_now), 'last_changed_at', v_now, 'synced_at', v_now));
    perform muster.store_device(v_old, v_new);
  end loop;
end $$;
comment on function muster.store_devices(jsonb) is 'Stores the devices of a batch of replies. For the service.';

-- Versions of a device follow each other even if two replies were stored at once or the clock was set back.
create or replace function muster.next_version_at(p_old muster.device) returns timestamptz
language sql volatile as $$ select greatest(clock_timestamp(), p_old.last_changed_at + interval '1 microsecond') $$;
comment on function muster.next_version_at(muster.device) is 'From when a version of a device is valid that is stored now.';

create or replace function muster.store_device(v_old muster.device, v_new muster.device) returns void
language plpgsql as $$
declare
  v_changed text[] := '{}';
begin
  if v_old.key is null then
    insert into muster.device values (v_new.*) on conflict do nothing;
    if not found then
      -- Another reply that shows it was stored a moment ago.
      select * into v_old from muster.device where account = v_new.account and key = v_new.key for update;
      v_new.last_changed_at := muster.next_version_at(v_old);
      v_new.synced_at := v_new.last_changed_at;
      perform muster.store_device(v_old, v_new);
      return;
    end if;
  else
    select coalesce(array_agg(n.key order by n.key), '{}') into v_changed
      from jsonb_each(muster.canonical(v_new)) n join jsonb_each(muster.canonical(v_old)) o using (key)
     where n.value is distinct from o.value;
    if v_changed = '{}' then
      update muster.device set digest = v_new.digest where account = v_new.account and key = v_new.key;
      return;
    end if;
    update muster.device t
       set (vendor, serial_number, name, product_key, model, type, lifecycle, vendor_status, connectivity, activated, port_count, address, region,
            org_id, attributes, ports, vendor_created_at, vendor_updated_at, last_changed_at, synced_at, missing_since, digest)
         = (v_new.vendor, v_new.serial_number, v_new.name, v_new.product_key, v_new.model, v_new.type, v_new.lifecycle, v_new.vendor_status,
            v_new.connectivity, v_new.activated, v_new.port_count, v_new.address, v_new.region, v_new.org_id, v_new.attributes, v_new.ports,
            v_new.vendor_created_at, v_new.vendor_updated_at, v_new.last_changed_at, v_new.synced_at, null, v_new.digest)
     where t.account = v_new.account and t.key = v_new.key;
    update muster.device_history set valid_to = v_new.last_changed_at where account = v_new.account and key = v_new.key and valid_to is null;
  end if;
  insert into muster.device_history (account, key, valid_from, changed, vendor, serial_number, name, product_key, model, type, lifecycle,
    vendor_status, connectivity, activated, port_count, address, region, org_id, attributes, ports, vendor_created_at, vendor_updated_at)
  values (v_new.account, v_new.key, v_new.last_changed_at, v_changed, v_new.vendor, v_new.serial_number, v_new.name, v_new.product_key, v_new.model,
    v_new.type, v_new.lifecycle, v_new.vendor_status, v_new.connectivity, v_new.activated, v_new.port_count, v_new.address, v_new.region, v_new.org_id,
    v_new.attributes, v_new.ports, v_new.vendor_created_at, v_new.vendor_updated_at);
  if v_old.key is null or 'ports' = any (v_changed) then
    perform muster.store_ports(v_new);
  end if;
end $$;
comment on function muster.store_device(muster.device, muster.device) is 'Stores one device that is new or changed, with its row of history.';

create or replace function muster.canonical(d muster.device) returns jsonb
language sql immutable as $$
  select to_jsonb(d) - 'account' - 'key' - 'first_seen_at' - 'last_changed_at' - 'synced_at' - 'missing_since' - 'digest'
$$;
comment on function muster.canonical(muster.device) is 'The columns that come from the vendor.';

create or replace function muster.store_ports(d muster.device) returns void
language sql as $$
  delete from muster.device_port p
   where p.account = d.account and p.key = d.key
     and not exists (select from jsonb_array_elements(d.ports) e where (e ->> 'port_no')::integer = p.port_no);
  insert into muster.device_port as p (account, key, port_no, status, vendor_status, changed_at)
  select d.account, d.key, (e ->> 'port_no')::integer, e ->> 'status', e ->> 'vendor_status', d.last_changed_at from jsonb_array_elements(d.ports) e
  on conflict (account, key, port_no) do update
     set status = excluded.status, vendor_status = excluded.vendor_status, changed_at = excluded.changed_at
   where (p.status, p.vendor_status) is distinct from (excluded.status, excluded.vendor_status);
$$;
comment on function muster.store_ports(muster.device) is 'Makes device_port equal to a device''s sockets.';

create or replace function muster.store_products(p_products jsonb) returns void
language sql as $$
  update muster.product t set missing_since = null
    from jsonb_array_elements(p_products) e
   where t.account = e ->> 'account' and t.product_key = e ->> 'product_key' and t.missing_since is not null;
  insert into muster.product as t
  select (jsonb_populate_record(null::muster.product, e || jsonb_build_object(
      'first_seen_at', clock_timestamp(), 'last_changed_at', clock_timestamp(), 'synced_at', clock_timestamp(), 'digest', md5(e::text)))).*
    from (select distinct on (x ->> 'account', x ->> 'product_key') x as e from jsonb_array_elements(p_products) x
           order by x ->> 'account', x ->> 'product_key') p
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
