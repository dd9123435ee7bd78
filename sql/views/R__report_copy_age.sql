-- Of a large inventory a sample of some 20,000 targets, page by page of the table: the shape is what people look for,
-- and report.freshness has the figures.
create or replace view report.copy_age as
with part as (
  select least(100, 100 * 20000 / greatest(reltuples, 1))::real as percent
    from pg_class where oid = 'muster.poll_state'::regclass),
copy as (
  select p.account, p.resource, s.synced_at is null as never,
         (select min(b) from unnest('{1 min,5 min,15 min,1 h,6 h,1 d,7 d}'::interval[]) b
           where b > now() - s.synced_at) as younger_than
    from muster.poll_state s tablesample system ((select percent from part))
    join muster.poll_target p on p.id = s.target_id
   where p.enabled)
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
