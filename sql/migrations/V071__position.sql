-- Where a version of a device stands in the order of changes. Null: it was stored before there was an order.
alter table muster.device add column position bigint;
alter table muster.device_history add column position bigint;
create index device_position on muster.device (position);
create index device_history_position on muster.device_history (position);

comment on column muster.device.position is
  'The transaction that wrote this version, or that noted it missing or present (muster.change_position); null for one '
  'that was stored before there was an order.';
comment on column muster.device_history.position is 'As in device.';
