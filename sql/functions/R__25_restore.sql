-- A DATABASE THAT WAS RESTORED, OR FAILED OVER, has forgotten what was done since: permits of calls that the vendors have counted, and
-- requests that were carried out. Nothing in its tables tells; the server's identity and timeline do, and a number that only grows.
create or replace function muster.present_incarnation(out system_identifier bigint, out timeline integer)
language plpgsql as $$
begin
  -- Some operators of PostgreSQL keep this from all but themselves.
  if has_function_privilege('pg_control_system()', 'execute') then
    select s.system_identifier into system_identifier from pg_control_system() s;
  end if;
  -- A segment's name begins with the timeline. The control file would tell only after the next checkpoint.
  timeline := ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer;
exception
  -- Some have no write-ahead log of the usual kind: there the timeline is always 0.
  when feature_not_supported or insufficient_privilege or undefined_function then
    timeline := 0;
end $$;
comment on function muster.present_incarnation() is 'The server and timeline that this database runs on now.';

insert into muster.incarnation (system_identifier, timeline)
select system_identifier, timeline from muster.present_incarnation() on conflict do nothing;

-- p_seen: the latest claim's number that the caller knows of, from its memory or from a marker outside the database.
-- Null if all is as it was; else what happened, told to one caller only.
create or replace function muster.notice_restore(p_seen bigint) returns text
language plpgsql as $$
declare
  i      muster.incarnation;
  v_here record;
  v_what text;
begin
  select * into v_here from muster.present_incarnation();
  select * into i from muster.incarnation;
  if muster.set_back(i, v_here.system_identifier, v_here.timeline, p_seen) is null then
    return null;
  end if;
  select * into i from muster.incarnation for update;
  v_what := muster.set_back(i, v_here.system_identifier, v_here.timeline, p_seen);
  -- Another claim was first.
  if v_what is null then
    return null;
  end if;
  perform muster.hold_after_restore(p_seen);
  update muster.incarnation
     set system_identifier = v_here.system_identifier, timeline = v_here.timeline, noticed_at = clock_timestamp(),
         notice = v_what || ': what Muster wrote to it last may be lost. Every permit is held for a deadline and one window, and each open request is read before it is sent.'
  returning notice into v_what;
  return v_what;
end $$;
comment on function muster.notice_restore(bigint) is 'Notices that the database was restored or failed over, and makes that safe.';

create or replace function muster.set_back(i muster.incarnation, p_system bigint, p_timeline integer, p_seen bigint) returns text
language sql stable as $$
  select case
    when i.system_identifier <> p_system then 'the database runs on another server than before'
    when i.timeline <> p_timeline then 'the database failed over, or was restored to an earlier time'
    when (select last_value from muster.fence) < p_seen then 'the database was set back to an earlier state' end
$$;
comment on function muster.set_back(muster.incarnation, bigint, integer, bigint) is 'In what way the database is another than it was; null if it is not.';

-- Calls that were claimed before may still be under way: they end at their deadline, and count one window longer.
create or replace function muster.hold_after_restore(p_seen bigint) returns void
language plpgsql as $$
declare
  -- More claims than a process can have made since it last told its number.
  c_leap constant bigint := 1000000;
  v_now timestamptz;
begin
  perform from muster.quota order by quota for update;
  v_now := clock_timestamp();
  update muster.permit p set free_at = greatest(p.free_at, v_now + d.deadline + q."window")
    from muster.quota q, lateral (select coalesce(max(a.call_deadline), interval '0') as deadline
                                    from muster.account_quota u join muster.account a using (account) where u.quota = q.quota) d
   where q.quota = p.quota;
  -- What they were derived from may be another server's numbers, and another clock.
  delete from muster.claim_floor;
  update muster.quota set free_from = '-infinity';
  -- Replicas keep the token that they know until the table has a later one.
  update muster.token set generation = generation + c_leap;
  perform from muster.work_request w where w.status in ('pending', 'running', 'unknown') order by w.id for update;
  update muster.work_request w
     set status = case when w.status = 'running' and w.step = 'write' then 'unknown' else w.status end,
         step = case when w.status = 'pending' then 'read' when w.step = 'write' then 'verify' else w.step end,
         given_up_at = case when w.status = 'unknown' or (w.status = 'running' and w.step = 'write') then v_now else w.given_up_at end,
         error_code = case when w.status = 'running' and w.step = 'write' then 'lost' else w.error_code end,
         error_message = case when w.status = 'running' and w.step = 'write' then 'the database was restored while it was being sent' else w.error_message end,
         fence = null,
         -- What next_at says of a running row is the end of its lease.
         next_at = greatest(case when w.fence is null then w.next_at end, v_now + a.call_deadline)
    from muster.account a join muster.account_action c using (account)
   where w.status in ('pending', 'running', 'unknown') and a.account = w.account and c.action = w.action and c.writes;
  -- A late answer from before must not meet a new claim that got the same number. Last, because a sequence does not roll back: were
  -- this undone by a lock that could not be had, nobody would notice a second time.
  perform setval('muster.fence', greatest(p_seen, (select last_value from muster.fence)) + c_leap);
end $$;
comment on function muster.hold_after_restore(bigint) is 'Holds every permit for a deadline and one window, and has every open request read before it is sent.';
