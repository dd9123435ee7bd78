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
