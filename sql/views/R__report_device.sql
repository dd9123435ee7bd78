-- A value of another form than its column is null: no attribute of a vendor's may make a SELECT fail.
create or replace view report.device as
select d.account, d.vendor, d.key, d.serial_number, d.name, d.product_key, d.model, d.type, d.lifecycle,
       d.vendor_status, d.connectivity, d.activated, d.port_count, d.address, d.region, d.org_id, d.attributes,
       d.vendor_created_at, d.vendor_updated_at, d.first_seen_at, d.last_changed_at,
       greatest(d.synced_at, s.synced_at) as last_synced_at, d.missing_since,
       case when jsonb_typeof(d.attributes #> a.estate) in ('string', 'number')
            then nullif(btrim(d.attributes #>> a.estate), '') end as estate,
       case when d.attributes #>> a.rated_capacity ~ '^ *[-+]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][-+]?[0-9]{1,2})? *$'
            then (d.attributes #>> a.rated_capacity)::numeric end as rated_capacity,
       case when d.attributes #>> a.timezone
                   ~ '^([-+](0[0-9]|1[0-4]):[0-5][0-9]|[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*)$'
            then d.attributes #>> a.timezone end as timezone
  from muster.device d
  left join muster.attribute_path a on a.vendor = d.vendor
  left join muster.poll_target p on p.account = d.account and p.resource = 'device' and p.key = d.key
  left join muster.poll_state s on s.target_id = p.id;
comment on view report.device is
  'One row per device that was read at least once: what its vendor last said, in the same words for every vendor.';
comment on column report.device.last_synced_at is 'When it was last read, changed or not.';
comment on column report.device.estate is
  'The estate or site it stands in, as the vendor names it; null if it names none.';
comment on column report.device.rated_capacity is
  'Its rated capacity in the vendor''s unit; null if the vendor sent none, or no number.';
comment on column report.device.timezone is
  'Its time zone, a name such as Asia/Tokyo or an offset such as +09:00, east of Greenwich being +. For an offset say '
  'at time zone timezone::interval.';

create or replace view report.device_port as
select account, key, port_no, status, vendor_status, changed_at from muster.device_port;
comment on view report.device_port is 'One row per socket of a device.';

create or replace view report.device_history as
select account, key, valid_from, valid_to, changed, vendor, serial_number, name, product_key, model, type, lifecycle,
       vendor_status, connectivity, activated, port_count, address, region, org_id, attributes, ports,
       vendor_created_at, vendor_updated_at
  from muster.device_history
union all
select account, key, last_changed_at, null, changed, vendor, serial_number, name, product_key, model, type, lifecycle,
       vendor_status, connectivity, activated, port_count, address, region, org_id, attributes, ports,
       vendor_created_at, vendor_updated_at
  from muster.device;
comment on view report.device_history is
  'One row per version of a device, with its changes and the time it was valid. Kept by the month of valid_to: a '
  'condition on it looks into those months alone.';
comment on column report.device_history.valid_to is 'When Muster read the next version; null for the present one.';

create or replace function report.device_at(at timestamptz) returns setof report.device_history
language sql stable as $$
  select * from report.device_history
   where valid_from <= device_at.at and (valid_to > device_at.at or valid_to is null)
$$;
comment on function report.device_at(timestamptz) is
  'The fleet as Muster knew it at a moment: one row per device, the version that was valid then.';
