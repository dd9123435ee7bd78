-- The history of devices, by the month in which a version ended. The present version is the row of device, which has all of it: a change
-- is then one row of history and nothing to update, and a month can go as a whole without taking a version that is still valid.
alter table muster.device add column changed text[] not null default '{}';
comment on column muster.device.changed is 'The columns in which this version differs from the one before; empty for the first.';

alter table muster.device_history rename to former_history;
alter index muster.device_history_pkey rename to former_history_pkey;

create table muster.device_history (
  account            text        not null,
  key                text        not null,
  valid_from         timestamptz not null,
  valid_to           timestamptz not null,
  changed            text[]      not null,
  vendor             text        not null,
  serial_number      text,
  name               text,
  product_key        text,
  model              text,
  type               text,
  lifecycle          text        not null,
  vendor_status      text,
  connectivity       text        not null,
  activated          boolean,
  port_count         integer,
  address            text,
  region             text,
  org_id             text,
  attributes         jsonb       not null,
  ports              jsonb       not null,
  vendor_created_at  timestamptz,
  vendor_updated_at  timestamptz
) partition by range (valid_to);
comment on table muster.device_history is 'One row per version of a device that another has followed. The present version is the row of device.';
comment on column muster.device_history.account is 'The device''s account.';
comment on column muster.device_history.key is 'The device''s key.';
comment on column muster.device_history.valid_from is 'When Muster first read this version.';
comment on column muster.device_history.valid_to is 'When Muster read the next version.';
comment on column muster.device_history.changed is 'The columns in which this version differs from the one before; empty for the first.';
comment on column muster.device_history.vendor is 'As in device.';
comment on column muster.device_history.serial_number is 'As in device.';
comment on column muster.device_history.name is 'As in device.';
comment on column muster.device_history.product_key is 'As in device.';
comment on column muster.device_history.model is 'As in device.';
comment on column muster.device_history.type is 'As in device.';
comment on column muster.device_history.lifecycle is 'As in device.';
comment on column muster.device_history.vendor_status is 'As in device.';
comment on column muster.device_history.connectivity is 'As in device.';
comment on column muster.device_history.activated is 'As in device.';
comment on column muster.device_history.port_count is 'As in device.';
comment on column muster.device_history.address is 'As in device.';
comment on column muster.device_history.region is 'As in device.';
comment on column muster.device_history.org_id is 'As in device.';
comment on column muster.device_history.attributes is 'As in device.';
comment on column muster.device_history.ports is 'As in device.';
comment on column muster.device_history.vendor_created_at is 'As in device.';
comment on column muster.device_history.vendor_updated_at is 'As in device.';

-- An update of each device that ever changed, then a copy of what ended: 15 s for a million versions of 1 kB on two busy cores, and the
-- history's size once more until it is done. Replicas that run meanwhile wait.
update muster.device d set changed = h.changed, last_changed_at = h.valid_from
  from (select distinct on (account, key) account, key, valid_from, changed
          from muster.former_history where valid_to is null order by account, key, valid_from desc) h
 where d.account = h.account and d.key = h.key and (h.changed <> '{}' or d.last_changed_at <> h.valid_from);

do $$
declare
  v_from timestamp;
  v_name text;
begin
  for v_from in select distinct date_trunc('month', coalesce(valid_to, clock_timestamp()) at time zone 'UTC') from muster.former_history loop
    v_name := 'device_history_' || to_char(v_from, 'YYYY_MM');
    execute format('create table muster.%I partition of muster.device_history for values from (%L) to (%L)', v_name,
                   v_from at time zone 'UTC', (v_from + interval '1 month') at time zone 'UTC');
    execute format('comment on table muster.%I is %L', v_name, 'The part of device_history from ' || v_from::date || ' on, for one month of UTC.');
  end loop;
end $$;

-- A version without an end whose device somebody has deleted since ends now.
insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, serial_number, name, product_key, model, type, lifecycle,
  vendor_status, connectivity, activated, port_count, address, region, org_id, attributes, ports, vendor_created_at, vendor_updated_at)
select h.account, h.key, h.valid_from, coalesce(h.valid_to, clock_timestamp()), h.changed, h.vendor, h.serial_number, h.name, h.product_key, h.model,
       h.type, h.lifecycle, h.vendor_status, h.connectivity, h.activated, h.port_count, h.address, h.region, h.org_id, h.attributes, h.ports,
       h.vendor_created_at, h.vendor_updated_at
  from muster.former_history h
 where h.valid_to is not null
    or not exists (select from muster.device d where d.account = h.account and d.key = h.key and d.last_changed_at = h.valid_from);

-- Built once the rows are there, which takes a fraction of the time. A version is found by its device, in each month by this index.
alter table muster.device_history add primary key (account, key, valid_to);

-- Replaced and not dropped, for the sake of views that people have built on it.
create or replace view report.device_history as
select account, key, valid_from, valid_to, changed, vendor, serial_number, name, product_key, model, type, lifecycle, vendor_status, connectivity,
       activated, port_count, address, region, org_id, attributes, ports, vendor_created_at, vendor_updated_at
  from muster.device_history
union all
select account, key, last_changed_at, null, changed, vendor, serial_number, name, product_key, model, type, lifecycle, vendor_status, connectivity,
       activated, port_count, address, region, org_id, attributes, ports, vendor_created_at, vendor_updated_at
  from muster.device;

drop table muster.former_history;

-- What was done to the months, and by whom.
create table muster.retention_run (
  id           bigint      generated always as identity primary key,
  at           timestamptz not null default clock_timestamp(),
  due_at       timestamptz,
  application  text        not null default current_setting('application_name'),
  made         text[]      not null,
  dropped      text[]      not null,
  held         text[]      not null
);
comment on table muster.retention_run is 'One row per run of muster.tend_partitions, those of the last 30 days: months made ahead, and months dropped.';
comment on column muster.retention_run.id is 'Orders the runs.';
comment on column muster.retention_run.at is 'When it ended, on the database''s clock.';
comment on column muster.retention_run.due_at is 'When the schedule wanted it, on the replica''s clock; null if a person ran it.';
comment on column muster.retention_run.application is 'The application_name of the connection: which replica, or which tool.';
comment on column muster.retention_run.made is 'The partitions that it made.';
comment on column muster.retention_run.dropped is 'The partitions that it dropped, being past their age.';
comment on column muster.retention_run.held is 'The partitions that are past their age and were being read; the next run tries again.';

-- Replaced by functions that know both tables, or have other parameters.
drop function if exists muster.audit_month(timestamptz);
drop function if exists muster.make_partitions();
drop function if exists muster.forget_audit(interval);
drop function if exists muster.forget_history(interval, integer);
drop function if exists muster.next_version_at(muster.device);
drop function if exists muster.store_versions(jsonb);
