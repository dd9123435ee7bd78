-- The canonical records: what the vendors last said, in Muster's words.
create table muster.device (
  account            text        not null,
  key                text        not null,
  vendor             text        not null,
  serial_number      text,
  name               text,
  product_key        text,
  model              text,
  type               text,
  lifecycle          text        not null check (lifecycle in ('registered', 'allocated', 'connected', 'active', 'disabled', 'faulted', 'retired', 'test', 'unknown')),
  vendor_status      text,
  connectivity       text        not null check (connectivity in ('online', 'offline', 'unknown')),
  activated          boolean,
  port_count         integer,
  address            text,
  region             text,
  org_id             text,
  attributes         jsonb       not null,
  ports              jsonb       not null,
  vendor_created_at  timestamptz,
  vendor_updated_at  timestamptz,
  first_seen_at      timestamptz not null,
  last_changed_at    timestamptz not null,
  synced_at          timestamptz not null,
  missing_since      timestamptz,
  digest             uuid        not null,
  primary key (account, key)
);
comment on table muster.device is 'One row per device that was read at least once. Written only when something changed.';
comment on column muster.device.account is 'The account it was read through.';
comment on column muster.device.key is 'The name it was asked for by; unique within the account.';
comment on column muster.device.vendor is 'The account''s vendor.';
comment on column muster.device.serial_number is 'The vendor''s serial number.';
comment on column muster.device.name is 'The name people gave it at the vendor.';
comment on column muster.device.product_key is 'The product it is one of, where the vendor has products.';
comment on column muster.device.model is 'The model, where the vendor names one.';
comment on column muster.device.type is 'The vendor''s type as text.';
comment on column muster.device.lifecycle is 'Where it stands in its life: registered allocated connected active disabled faulted retired test unknown.';
comment on column muster.device.vendor_status is 'The vendor''s own word behind lifecycle, verbatim.';
comment on column muster.device.connectivity is 'Whether the vendor can reach it: online offline unknown.';
comment on column muster.device.activated is 'Whether it was activated; null where the vendor has no such notion.';
comment on column muster.device.port_count is 'How many sockets it has by the vendor''s count.';
comment on column muster.device.address is 'Where it stands, as the vendor writes it.';
comment on column muster.device.region is 'The vendor''s region.';
comment on column muster.device.org_id is 'The organisation it is allocated to; null if to none.';
comment on column muster.device.attributes is 'The vendor''s own object with its own names and nesting, numbers as sent, without secrets.';
comment on column muster.device.ports is 'The sockets as one value, for the comparison of versions; report.device_port shows them as rows.';
comment on column muster.device.vendor_created_at is 'When it was created, by the vendor''s clock.';
comment on column muster.device.vendor_updated_at is 'When it was last updated, by the vendor''s clock. Not every change moves it.';
comment on column muster.device.first_seen_at is 'When Muster first read it.';
comment on column muster.device.last_changed_at is 'When Muster last read something new of it.';
comment on column muster.device.synced_at is 'When it was read, for devices that are in no poll_target; for others when it last changed. report.device.last_synced_at knows both.';
comment on column muster.device.missing_since is 'Since when the vendor says that it does not exist; null while it does.';
comment on column muster.device.digest is 'MD5 over the canonical record; the same digest means that nothing changed.';

create table muster.device_port (
  account        text        not null,
  key            text        not null,
  port_no        integer     not null check (port_no >= 1),
  status         text        not null check (status in ('available', 'charging', 'out_of_order', 'unknown')),
  vendor_status  text,
  changed_at     timestamptz not null,
  primary key (account, key, port_no),
  foreign key (account, key) references muster.device on delete cascade
);
comment on table muster.device_port is 'One row per socket of a device.';
comment on column muster.device_port.account is 'The device''s account.';
comment on column muster.device_port.key is 'The device''s key.';
comment on column muster.device_port.port_no is 'The socket''s number, from 1.';
comment on column muster.device_port.status is 'available charging out_of_order unknown.';
comment on column muster.device_port.vendor_status is 'The vendor''s own word, verbatim.';
comment on column muster.device_port.changed_at is 'When Muster last saw it change.';

create table muster.device_history (
  account            text        not null,
  key                text        not null,
  valid_from         timestamptz not null,
  valid_to           timestamptz,
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
  primary key (account, key, valid_from)
);
comment on table muster.device_history is 'One row per version of a device: the first reading, and one for every change.';
comment on column muster.device_history.account is 'The device''s account.';
comment on column muster.device_history.key is 'The device''s key.';
comment on column muster.device_history.valid_from is 'When Muster first read this version.';
comment on column muster.device_history.valid_to is 'When Muster read the next version; null for the present one.';
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
