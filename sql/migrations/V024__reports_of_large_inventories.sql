-- What the reports count over all targets, of an inventory that is too large to be counted each time (muster.tend_reports).
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
comment on table muster.inventory_snapshot is 'What was counted over all enabled targets, by account and resource; empty while the inventory is small enough to be counted whenever a report is read.';
comment on column muster.inventory_snapshot.account is 'The account.';
comment on column muster.inventory_snapshot.resource is 'The resource.';
comment on column muster.inventory_snapshot.targets is 'Enabled targets.';
comment on column muster.inventory_snapshot.fresh is 'Read no longer ago than they are to be refreshed.';
comment on column muster.inventory_snapshot.overdue is 'Due, and waiting for their turn.';
comment on column muster.inventory_snapshot.late is 'Of those that were read before: due for longer than their interval and a minute.';
comment on column muster.inventory_snapshot.late_since is 'Since when the first of these is due; null for none.';
comment on column muster.inventory_snapshot.age_p50 is 'Half of the copies are younger than this; one never read is as old as its target.';
comment on column muster.inventory_snapshot.age_p95 is '95 % of the copies are younger than this.';
comment on column muster.inventory_snapshot.age_p99 is '99 % of the copies are younger than this.';
comment on column muster.inventory_snapshot.age_max is 'The age of the oldest copy.';
comment on column muster.inventory_snapshot.refresh_every is 'The shortest interval among them.';
comment on column muster.inventory_snapshot.calls_per_day is 'Calls that their intervals ask for.';
comment on column muster.inventory_snapshot.last_added_at is 'When the latest of them was inserted.';

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
comment on column muster.inventory_refresh.expires_at is 'From then on nobody seems to count it any more, and reports count for themselves again.';
comment on column muster.inventory_refresh.application is 'The application_name of the connection: which replica, or which tool.';

-- What changed last, or since a time: a change of a device writes a row of 1 kB and another of history, and 70 bytes of log for this.
create index device_changed on muster.device (last_changed_at);
-- History is written in the order of its ends, which a summary of some pages each finds as well as an index of all rows, and costs nothing.
create index device_history_ended on muster.device_history using brin (valid_to) with (autosummarize = on);
