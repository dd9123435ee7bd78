-- Sweeps: the calls that list devices, page by page. See sql/functions/R__sweep.sql.
create table muster.sweep (
  id           bigint      generated always as identity primary key,
  account      text        not null references muster.account on delete cascade,
  resource     text        not null,
  state        text        not null default 'running' check (state in ('running', 'done', 'refused', 'dearer')),
  why          text,
  started_at   timestamptz not null default clock_timestamp(),
  finished_at  timestamptz,
  page_size    integer     not null check (page_size > 0),
  room         bigint      not null default 0,
  pages        bigint      not null default 0,
  calls        bigint      not null default 0,
  devices      bigint      not null default 0,
  new          bigint      not null default 0,
  missing      bigint
);
create unique index sweep_running on muster.sweep (account, resource) where state = 'running';
create index sweep_latest on muster.sweep (account, resource, started_at desc);

comment on table muster.sweep is
  'One row per sweep: one way through all that a vendor''s list call shows of an account.';
comment on column muster.sweep.id is 'Muster''s number of the sweep.';
comment on column muster.sweep.account is 'The account.';
comment on column muster.sweep.resource is 'What the list shows: device, or another resource.';
comment on column muster.sweep.state is
  'running, done, refused (the vendor refuses the list call: single reads go on) or dearer (the list is longer than '
  'what single reads cost).';
comment on column muster.sweep.why is 'What went wrong, or what was left out, in one sentence; null if nothing.';
comment on column muster.sweep.started_at is
  'When it started. It lists what was created until then, so new devices do not move its pages.';
comment on column muster.sweep.finished_at is 'When it ended; null while it runs.';
comment on column muster.sweep.page_size is 'So many devices a page.';
comment on column muster.sweep.room is 'So many devices it may enrol.';
comment on column muster.sweep.pages is 'Pages read.';
comment on column muster.sweep.calls is 'Calls made for them, failed ones among them.';
comment on column muster.sweep.devices is 'Devices that the pages showed.';
comment on column muster.sweep.new is 'Devices that it enrolled.';
comment on column muster.sweep.missing is
  'Enabled targets that it did not show, and that nothing else read meanwhile; null while it runs. Each is read singly '
  'before Muster says that it is missing.';
