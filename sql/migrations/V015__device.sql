-- The canonical record: what the vendor last said, in Muster's words. It is also the present version of the history.

create table muster.device (
  account            text        not null,
  key                text        not null,
  vendor             text        not null,
  serial_number      text,
  name               text,
  product_key        text,
  model              text,
  type               text,
  lifecycle          text        not null check (lifecycle in
    ('registered', 'allocated', 'connected', 'active', 'disabled', 'faulted', 'retired', 'test', 'unknown')),
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
  changed            text[]      not null default '{}',
  digest             uuid        not null,
  primary key (account, key)
);
-- For what changed last, or since a time.
create index device_changed on muster.device (last_changed_at);

comment on table muster.device is
  'One row per device that was read at least once. Written only when something changed.';
comment on column muster.device.account is 'The account it was read through.';
comment on column muster.device.key is 'The name by which Muster asks the vendor for it; unique within the account.';
comment on column muster.device.vendor is 'The account''s vendor.';
comment on column muster.device.serial_number is 'The vendor''s serial number.';
comment on column muster.device.name is 'The name people gave it at the vendor.';
comment on column muster.device.product_key is 'The product it is one of, where the vendor has products.';
comment on column muster.device.model is 'The model, where the vendor names one.';
comment on column muster.device.type is 'The vendor''s type as text.';
comment on column muster.device.lifecycle is
  'Where it stands in its life: registered allocated connected active disabled faulted retired test unknown.';
comment on column muster.device.vendor_status is 'The vendor''s own word behind lifecycle, verbatim.';
comment on column muster.device.connectivity is 'Whether the vendor can reach it: online offline unknown.';
comment on column muster.device.activated is 'Whether it was activated; null where the vendor has no such notion.';
comment on column muster.device.port_count is 'How many sockets it has by the vendor''s count.';
comment on column muster.device.address is 'Where it stands, as the vendor writes it.';
comment on column muster.device.region is 'The vendor''s region.';
comment on column muster.device.org_id is 'The organisation it is allocated to; null if to none.';
comment on column muster.device.attributes is
  'The vendor''s own object with its own names and nesting, numbers as sent, without secrets.';
comment on column muster.device.ports is
  'The sockets as one value, to compare versions. report.device_port shows them as rows.';
comment on column muster.device.vendor_created_at is 'When it was created, by the vendor''s clock.';
comment on column muster.device.vendor_updated_at is
  'When it was last updated, by the vendor''s clock. Not every change moves it.';
comment on column muster.device.first_seen_at is 'When Muster first read it.';
comment on column muster.device.last_changed_at is 'When Muster last read something new of it.';
comment on column muster.device.synced_at is
  'When Muster read it, for devices in no poll_target; for others when it last changed. '
  'report.device.last_synced_at knows both.';
comment on column muster.device.missing_since is
  'Since when the vendor says that it does not exist; null while it does.';
comment on column muster.device.changed is
  'The columns in which this version differs from the one before; empty for the first.';
comment on column muster.device.digest is 'MD5 of the canonical record. The same digest means that nothing changed.';
