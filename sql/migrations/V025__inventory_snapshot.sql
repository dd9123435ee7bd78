-- Counts over all targets of a large inventory, which takes seconds. muster.tend_reports keeps them.

create table muster.inventory_snapshot (
  account         text        not null,
  resource        text        not null,
  targets         bigint      not null,
  fresh           bigint      not null,
  overdue         bigint      not null,
  late            bigint      not null,
  late_since      timestamptz,
  age_p50         interval    not null,
  age_p95         interval    not null,
  age_p99         interval    not null,
  age_max         interval    not null,
  refresh_every   interval    not null,
  calls_per_day   numeric     not null,
  last_added_at   timestamptz not null,
  primary key (account, resource)
);

comment on table muster.inventory_snapshot is
  'Counts over all enabled targets, by account and resource. Empty while the inventory is small: then reports count '
  'for themselves.';
comment on column muster.inventory_snapshot.account is 'The account.';
comment on column muster.inventory_snapshot.resource is 'The resource.';
comment on column muster.inventory_snapshot.targets is 'Enabled targets.';
comment on column muster.inventory_snapshot.fresh is 'Targets whose copy is no older than their interval.';
comment on column muster.inventory_snapshot.overdue is 'Targets that are due and wait for their turn.';
comment on column muster.inventory_snapshot.late is
  'Targets that were read before, and are due for longer than their interval and a minute.';
comment on column muster.inventory_snapshot.late_since is 'Since when the first late target is due; null for none.';
comment on column muster.inventory_snapshot.age_p50 is
  'Half of the copies are younger than this; one never read is as old as its target.';
comment on column muster.inventory_snapshot.age_p95 is '95 % of the copies are younger than this.';
comment on column muster.inventory_snapshot.age_p99 is '99 % of the copies are younger than this.';
comment on column muster.inventory_snapshot.age_max is 'The age of the oldest copy.';
comment on column muster.inventory_snapshot.refresh_every is 'The shortest interval among them.';
comment on column muster.inventory_snapshot.calls_per_day is 'Calls that their intervals ask for.';
comment on column muster.inventory_snapshot.last_added_at is 'When the latest of them was inserted.';
