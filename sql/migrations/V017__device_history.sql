-- Kept by the month in which a version ended (muster.make_partition). A month goes as a whole. The present version is
-- the row of device, so no month holds a version that is valid. There is no DEFAULT partition; see V020__audit.sql.

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
  vendor_updated_at  timestamptz,
  primary key (account, key, valid_to)
) partition by range (valid_to);
-- Muster writes history in the order of valid_to: a summary of some pages each costs nothing and finds as much.
create index device_history_ended on muster.device_history using brin (valid_to) with (autosummarize = on);

comment on table muster.device_history is
  'One row per version of a device that another has followed. The present version is the row of device.';
comment on column muster.device_history.account is 'The device''s account.';
comment on column muster.device_history.key is 'The device''s key.';
comment on column muster.device_history.valid_from is 'When Muster first read this version.';
comment on column muster.device_history.valid_to is 'When Muster read the next version.';
comment on column muster.device_history.changed is
  'The columns in which this version differs from the one before; empty for the first.';
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
