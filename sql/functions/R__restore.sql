-- A DATABASE THAT WAS RESTORED, OR FAILED OVER, has forgotten the latest calls: permits that the vendors have counted,
-- and requests that Muster carried out. The server's identity and timeline tell of it, and so does the claim's number,
-- which only grows.
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
  -- Some servers have no write-ahead log of the usual kind: there the timeline is always 0.
  when feature_not_supported or insufficient_privilege or undefined_function then
    timeline := 0;
end $$;
comment on function muster.present_incarnation() is 'The server and timeline that this database runs on now.';

insert into muster.incarnation (system_identifier, timeline)
select system_identifier, timeline from muster.present_incarnation()
    on conflict do nothing;

-- p_seen: the latest claim's number that the caller knows of, from its memory or from a marker outside the database.
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
    -- Nowhere else: a settlement does not look whether the database was set back.
    if i.alive_at > clock_timestamp() - interval '1 minute' is not true then
      update muster.incarnation set alive_at = clock_timestamp()
       where exists (select from muster.incarnation for update skip locked);
    end if;
    return null;
  end if;
  select * into i from muster.incarnation for update;
  v_what := muster.set_back(i, v_here.system_identifier, v_here.timeline, p_seen);
  -- Another claim was first.
  if v_what is null then
    return null;
  end if;
  perform muster.hold_after_restore(p_seen);
  update muster.change_feed set life = life + 1;
  update muster.incarnation
     set system_identifier = v_here.system_identifier, timeline = v_here.timeline, alive_at = clock_timestamp(),
         noticed_at = clock_timestamp(),
         notice = v_what || ': what Muster wrote to it last may be lost. Permits are held for the calls that may be '
           'lost (report.quota says until when), and each open request is read before it is sent.'
  returning notice into v_what;
  return v_what;
end $$;
comment on function muster.notice_restore(bigint) is
  'Notices that the database was restored or failed over, and makes that safe. Tells one caller what happened; '
  'others get null, as all do if nothing did.';

create or replace function muster.set_back(
  i muster.incarnation, p_system bigint, p_timeline integer, p_seen bigint) returns text
language sql stable as $$
  select case
    when i.system_identifier <> p_system then 'the database runs on another server than before'
    when i.timeline <> p_timeline then 'the database failed over, or was restored to an earlier time'
    when (select last_value from muster.fence) < p_seen then 'the database was set back to an earlier state' end
$$;
comment on function muster.set_back(muster.incarnation, bigint, integer, bigint) is
  'In what way the database is another than it was; null if it is not.';

-- Calls that were made since the last commit that survived have no permit here. In that time no more left than the
-- other quotas of the account let go.
create or replace function muster.lost_calls(p_quota text, p_now timestamptz) returns bigint
language sql stable as $$
  select sum(case when o.calls is null then q.max_calls else o.calls end)::bigint
    from muster.quota q
    join muster.account_quota u using (quota)
   -- Two servers' clocks may differ by a minute. Null, which is all of it, if nothing tells.
   cross join (select case when i.alive_at > p_now then interval '0' else p_now - i.alive_at end
                        + interval '1 minute' as gap
                 from muster.incarnation i) g
   cross join lateral (
     select min(s.max_calls * ceil(extract(epoch from g.gap) / extract(epoch from s."window"))) as calls
       from muster.account_quota v join muster.quota s using (quota)
      where v.account = u.account and s.quota <> q.quota and s."window" < q."window") o
   where q.quota = p_quota
$$;
comment on function muster.lost_calls(text, timestamptz) is
  'How many calls of a quota can have left since the last commit that survived, at most.';

-- Calls that were claimed before may still be under way: they end at their deadline, and count one window longer.
create or replace function muster.hold_after_restore(p_seen bigint) returns void
language plpgsql as $$
declare
  -- More claims than a process can have made since it last told its number.
  c_leap constant bigint := 1000000;
  -- To wait for so long needs nobody: such a quota is held as a whole.
  c_short constant interval := interval '10 minutes';
  v_now timestamptz;
begin
  perform from muster.quota order by quota for update;
  v_now := clock_timestamp();
  perform muster.hold_permits(q.quota, v_now,
            case when q."window" > c_short then muster.lost_calls(q.quota, v_now) end,
            'may have lost calls with the latest state of the database')
     from muster.quota q where q.has_permits or q."window" > c_short order by q.quota;
  -- What has no permits now may have had some: it pauses as long. Permits for thousands of accounts would take longer.
  update muster.quota q
     set paused_until = greatest(q.paused_until, v_now + q."window" + (
           select coalesce(max(a.call_deadline), interval '0')
             from muster.account_quota u join muster.account a using (account) where u.quota = q.quota))
   where not q.has_permits and q."window" <= c_short;
  -- The floors may come from another server's numbers, and another clock.
  delete from muster.claim_floor;
  update muster.quota set free_from = '-infinity';
  -- Replicas keep the token that they know until the table has a later one.
  update muster.token set generation = generation + c_leap;
  perform muster.doubt_open_requests(v_now);
  perform muster.catch_up_sequences();
  -- A late answer from before must not meet a new claim of the same number. This comes last, because a sequence does
  -- not roll back: if a lock could not be had after it, nobody would notice a second time.
  perform setval('muster.fence', greatest(p_seen, (select last_value from muster.fence)) + c_leap);
end $$;
comment on function muster.hold_after_restore(bigint) is
  'Holds permits for calls that may be lost, and has Muster read every open request before it sends it.';

create or replace function muster.doubt_open_requests(p_now timestamptz) returns void
language sql as $$
  select from muster.work_request w where w.status in ('pending', 'running', 'unknown') order by w.id for update;
  update muster.work_request w
     set status = case when x.sending then 'unknown' else w.status end,
         step = case when w.status = 'pending' then 'read' when w.step = 'write' then 'verify' else w.step end,
         given_up_at = case when w.status = 'unknown' or x.sending then p_now else w.given_up_at end,
         error_code = case when x.sending then 'lost' else w.error_code end,
         error_message = case when x.sending then 'the database was restored while it was being sent'
                              else w.error_message end,
         fence = null,
         -- A running row's next_at is the end of its lease.
         next_at = greatest(case when w.fence is null then w.next_at end, p_now + a.call_deadline)
    from muster.work_request o
    join muster.account a on a.account = o.account
    join muster.account_action c on c.account = o.account and c.action = o.action and c.writes
   cross join lateral (select o.status = 'running' and o.step = 'write' as sending) x
   where o.id = w.id and o.status in ('pending', 'running', 'unknown');
$$;
comment on function muster.doubt_open_requests(timestamptz) is
  'Makes every open request that writes one that Muster reads first.';
