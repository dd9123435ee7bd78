create table muster.inventory_refresh (
  only_row      boolean     primary key default true check (only_row),
  refreshed_at  timestamptz not null,
  took          interval    not null,
  next_at       timestamptz not null,
  expires_at    timestamptz not null,
  application   text        not null default current_setting('application_name')
);

comment on table muster.inventory_refresh is 'When inventory_snapshot was counted. No row while there is none.';
comment on column muster.inventory_refresh.only_row is 'There is one row at most.';
comment on column muster.inventory_refresh.refreshed_at is 'The moment that the snapshot shows.';
comment on column muster.inventory_refresh.took is 'How long the counting took.';
comment on column muster.inventory_refresh.next_at is 'When it is to be counted next.';
comment on column muster.inventory_refresh.expires_at is
  'From then on nobody seems to count any more: reports count for themselves again.';
comment on column muster.inventory_refresh.application is
  'The application_name of the connection: which replica, or which tool.';
