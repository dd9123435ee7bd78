-- The counts over all targets of report.freshness, report.capacity and report.attention, in one place. A view reads
-- with its owner's rights and a function would not: so there are no functions here.
create or replace view muster.target_status as
select p.id, s.target_id, p.account, p.resource, p.created_at, p.every,
       now() - coalesce(s.synced_at, p.created_at) as age, s.due_at,
       s.synced_at is not null and now() - s.synced_at <= p.every as fresh,
       s.fence is null and s.due_at < now() as overdue,
       s.fence is null and s.synced_at is not null and s.due_at < now() - p.every - interval '1 minute' as late,
       s.synced_at is null as never, coalesce(s.change_rate, 0) as change_rate,
       greatest(s.due_at, now()) - s.synced_at as gap,
       -- Each sweep sets the next single read an interval later.
       case when p.every < p.sweep_every
         then (ceil(extract(epoch from p.sweep_every) / extract(epoch from p.every)) - 1)
              * 86400 / extract(epoch from p.sweep_every) end as calls_between
  from muster.target p
  join muster.poll_state s on s.target_id = p.id
 where p.enabled;
comment on view muster.target_status is 'One row per enabled target: how old its copy is.';
comment on column muster.target_status.id is 'Muster''s number of the target.';
comment on column muster.target_status.target_id is
  'The same number. A condition on both is one that both tables'' indexes know.';
comment on column muster.target_status.account is 'The account.';
comment on column muster.target_status.resource is 'The resource.';
comment on column muster.target_status.created_at is 'When the target was inserted.';
comment on column muster.target_status.every is 'How often Muster reads it.';
comment on column muster.target_status.age is 'How long ago it was read; before the first time, inserted.';
comment on column muster.target_status.due_at is 'When to read it next, or when the lease of the call that runs ends.';
comment on column muster.target_status.fresh is 'Whether its copy is no older than its interval.';
comment on column muster.target_status.overdue is 'Whether it is due, and waits for its turn.';
comment on column muster.target_status.late is
  'Whether it was read before, and is due for longer than its interval and a minute.';
comment on column muster.target_status.never is 'Whether it was never read.';
comment on column muster.target_status.change_rate is 'Changes a second as learnt; 0 before.';
comment on column muster.target_status.gap is
  'The time from its last reading to the next, or to now if that is late; null before the first.';
comment on column muster.target_status.calls_between is
  'Single reads a day between two sweeps that show it; null for none.';

-- The snapshot is good as long as somebody keeps it up to date. The clock is the statement's: a snapshot that was
-- written since the transaction began counts too.
create or replace view muster.inventory_kept as
select max(refreshed_at) as refreshed_at,
       case count(*) when 0 then 0 end as first_id,
       case count(*) when 0 then 9223372036854775807 end as last_id
  from muster.inventory_refresh
 where statement_timestamp() between refreshed_at and expires_at;
comment on view muster.inventory_kept is 'One row: whether there is a snapshot that is up to date.';
comment on column muster.inventory_kept.refreshed_at is 'The moment that it shows; null if there is none.';
comment on column muster.inventory_kept.first_id is 'The first target to count without a snapshot; null with one.';
comment on column muster.inventory_kept.last_id is 'The last target to count without a snapshot; null with one.';

-- Without a snapshot this counts now, however long that takes: slow is better than wrong.
-- Planner: all or none (docs/planner.md). A plain union: a report does not count the columns that it does not show.
create or replace view muster.inventory as
select t.account, t.resource, count(*) as targets,
       count(*) filter (where t.fresh) as fresh,
       count(*) filter (where t.overdue) as overdue,
       count(*) filter (where t.late) as late,
       min(t.due_at) filter (where t.late) as late_since,
       percentile_cont(0.5) within group (order by t.age) as age_p50,
       percentile_cont(0.95) within group (order by t.age) as age_p95,
       percentile_cont(0.99) within group (order by t.age) as age_p99,
       max(t.age) as age_max,
       min(t.every) as refresh_every,
       sum(86400 / extract(epoch from t.every)) as calls_per_day,
       max(t.created_at) as last_added_at,
       now() as refreshed_at,
       count(*) filter (where t.never) as never,
       -- A change waits half the time between two readings, on average.
       sum(t.change_rate * t.gap / 2) / nullif(sum(t.change_rate) filter (where not t.never), 0) as change_delay,
       coalesce(sum(t.calls_between), 0) as calls_between
  from muster.target_status t
 where t.id between (select first_id from muster.inventory_kept) and (select last_id from muster.inventory_kept)
   and t.target_id between (select first_id from muster.inventory_kept)
                       and (select last_id from muster.inventory_kept)
 group by t.account, t.resource
union all
select s.account, s.resource, s.targets, s.fresh, s.overdue, s.late, s.late_since, s.age_p50, s.age_p95, s.age_p99,
       s.age_max, s.refresh_every, s.calls_per_day, s.last_added_at, k.refreshed_at, s.never, s.change_delay,
       s.calls_between
  from muster.inventory_snapshot s
  join muster.inventory_kept k on k.refreshed_at is not null;
comment on view muster.inventory is
  'The counts over all enabled targets, by account and resource: of now, or of a short time ago if they are many.';
comment on column muster.inventory.refreshed_at is
  'The moment that it shows: now, or for a large inventory when it was last counted.';
comment on column muster.inventory.calls_between is
  'Single reads a day that shorter intervals ask for between sweeps, if sweeps show all targets.';
