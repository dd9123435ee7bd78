create or replace view report.sweep as
select s.account, s.resource, s.started_at, s.finished_at, s.state, coalesce(p.pages, s.pages) as pages,
       coalesce(p.calls, s.calls) as calls, coalesce(p.devices, s.devices) as devices, coalesce(p.new, s.new) as new,
       s.missing, p.position, coalesce(p.why, s.why) as why
  from muster.sweep s
  left join lateral (
    select count(entries) as pages, sum(calls)::bigint as calls, coalesce(sum(entries), 0)::bigint as devices,
           sum(added)::bigint as new, max(waits_for) as why,
           'page ' || min(page) filter (where read_at is null) || ' of ' || count(*) as position
      from muster.sweep_page where sweep_id = s.id) p on s.state = 'running';
comment on view report.sweep is
  'One row per sweep: one way through all that a vendor''s list call shows of an account. The sweeps of 30 days.';
comment on column report.sweep.pages is 'Pages read so far.';
comment on column report.sweep.calls is 'Calls made for them so far, failed ones among them.';
comment on column report.sweep.devices is
  'Devices that the pages showed; for a sweep that is dearer, how long the list is.';
comment on column report.sweep.new is 'Devices that it enrolled.';
comment on column report.sweep.position is
  'While it runs: the first page that is not read yet, of those that are known. There it goes on after a restart.';
comment on column report.sweep.why is
  'What went wrong, or what was left out, in one sentence; while it runs, why a page waits. Null if nothing.';
