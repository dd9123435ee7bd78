create table muster.sweep_page (
  id             bigint      generated always as identity primary key,
  sweep_id       bigint      not null references muster.sweep on delete cascade,
  account        text        not null,
  created_from   timestamptz not null default '-infinity',
  page           integer     not null check (page >= 0),
  due_at         timestamptz not null default clock_timestamp(),
  fence          bigint,
  calls          integer     not null default 0,
  attempts       integer     not null default 0,
  failing_since  timestamptz,
  reauthorised   boolean     not null default false,
  lost           smallint,
  waits_for      text,
  read_at        timestamptz,
  entries        integer,
  added          integer     not null default 0,
  left_out       integer     not null default 0,
  total          bigint,
  again          boolean     not null default false,
  unique (sweep_id, created_from, page)
) with (fillfactor = 80);
create index sweep_page_open on muster.sweep_page (account, due_at) where read_at is null;

comment on table muster.sweep_page is
  'One row per page of a sweep that runs. A page is work like a target: claimed, called, settled.';
comment on column muster.sweep_page.id is 'Muster''s number of the page.';
comment on column muster.sweep_page.sweep_id is 'Its sweep.';
comment on column muster.sweep_page.account is 'The account.';
comment on column muster.sweep_page.created_from is
  'The page is one of the devices that were created from this time on. A later time where the vendor lets nobody page '
  'as deep as the list is long.';
comment on column muster.sweep_page.page is 'Its number, from 0.';
comment on column muster.sweep_page.due_at is
  'When it is read. While a call runs: the end of its lease. A process that dies gives it back by doing nothing.';
comment on column muster.sweep_page.fence is 'The number of the claim that runs; null while none does.';
comment on column muster.sweep_page.calls is 'Calls made for it.';
comment on column muster.sweep_page.attempts is 'Failures in a row.';
comment on column muster.sweep_page.failing_since is 'When the first of them was noted; null without one.';
comment on column muster.sweep_page.reauthorised is 'Whether Muster got a new token for it.';
comment on column muster.sweep_page.lost is 'How many leases in a row ended without a settlement; null for none.';
comment on column muster.sweep_page.waits_for is 'Why the last call failed, in one sentence; null after a success.';
comment on column muster.sweep_page.read_at is 'When it was read, or given up; null before.';
comment on column muster.sweep_page.entries is 'How many entries it had; null if it was not read.';
comment on column muster.sweep_page.added is 'How many of them it enrolled.';
comment on column muster.sweep_page.left_out is 'How many of them it did not enrol though it should have.';
comment on column muster.sweep_page.total is 'How long the list is, by the vendor''s own word; null if it says none.';
comment on column muster.sweep_page.again is
  'Whether it is read a second time: the list has become shorter meanwhile, and pages have moved.';
