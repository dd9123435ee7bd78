-- Of a large inventory a sample of some 20,000 targets, page by page of the table: the shape is what people look for,
-- and report.freshness has the figures.
create or replace view report.copy_age as
with part as (
  select least(100, 100 * 20000 / greatest(reltuples, 1))::real as percent
    from pg_class where oid = 'muster.poll_state'::regclass),
copy as (
  select p.account, p.resource, s.synced_at is null as never,
         b.steps[width_bucket(now() - s.synced_at, b.steps) + 1] as younger_than
    from (values ('{1 min,5 min,15 min,1 h,6 h,1 d,7 d}'::interval[])) b (steps)
   cross join muster.poll_state s tablesample system ((select percent from part))
   -- Planner: one by one (docs/planner.md).
   cross join lateral (
     select t.account, t.resource from muster.poll_target t where t.id = s.target_id and t.enabled offset 0) p)
select account, resource, never, younger_than,
       round((count(*) * 100 / (select percent from part))::numeric) as copies
  from copy
 group by account, resource, never, younger_than;
comment on view report.copy_age is
  'How many copies are of which age: one row per account, resource and step of age. Of more than 20,000 enabled '
  'targets it is estimated from a sample.';
comment on column report.copy_age.account is 'The account.';
comment on column report.copy_age.resource is 'The resource.';
comment on column report.copy_age.never is 'Whether these were never read.';
comment on column report.copy_age.younger_than is
  'The copies are younger than this, and not younger than the step before. Null: a week old or older, or never read.';
comment on column report.copy_age.copies is 'How many there are.';
