-- Retention: a batch at a time, each in a transaction of its own, so that nobody waits long for a lock. Each function takes the age from
-- which on rows go and the most rows of one batch, and returns how many went; 0 also if another replica is at it. Open letters, those whose
-- replay is under way, and requests without an end never go.
create or replace function muster.retention_turn() returns boolean
language sql as $$ select pg_try_advisory_xact_lock(hashtext('muster.retention')) $$;
comment on function muster.retention_turn() is 'Whether this session is the one that tidies up now.';

create or replace function muster.forget_requests(p_age interval, p_rows integer) returns integer
language plpgsql as $$
declare
  v_count integer := 0;
begin
  if muster.retention_turn() then
    delete from muster.work_request
     where id in (select w.id from muster.work_request w
                   where w.finished_at < now() - p_age
                     -- A letter that a person may still replay needs its request's params.
                     and not exists (select from muster.dead_letter l where l.kind = 'request' and l.request_id = w.id and l.state in ('open', 'replayed'))
                   order by w.finished_at limit p_rows for update skip locked);
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end $$;
comment on function muster.forget_requests(interval, integer) is 'Deletes requests that came to their end so long ago and have no live letter. For the service.';

create or replace function muster.forget_letters(p_age interval, p_rows integer) returns integer
language plpgsql as $$
declare
  v_count integer := 0;
begin
  if muster.retention_turn() then
    delete from muster.dead_letter
     where id in (select l.id from muster.dead_letter l where l.state in ('resolved', 'discarded') and l.state_since < now() - p_age
                   order by l.state_since limit p_rows for update skip locked);
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end $$;
comment on function muster.forget_letters(interval, integer) is 'Deletes letters that were resolved or discarded so long ago. For the service.';

create or replace function muster.forget_replies(p_age interval, p_rows integer) returns integer
language plpgsql as $$
declare
  v_count integer := 0;
begin
  if muster.retention_turn() then
    update muster.dead_letter set request = null, response = null
     where id in (select l.id from muster.dead_letter l
                   where (l.request is not null or l.response is not null) and l.last_failed_at < now() - p_age
                   order by l.last_failed_at limit p_rows for update skip locked);
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end $$;
comment on function muster.forget_replies(interval, integer) is 'Empties what letters keep of calls that failed so long ago; the letters stay. For the service.';

create or replace function muster.forget_history(p_age interval, p_rows integer) returns integer
language plpgsql as $$
declare
  v_count integer := 0;
begin
  if muster.retention_turn() then
    delete from muster.device_history
     where ctid = any (array(select h.ctid from muster.device_history h where h.valid_to < now() - p_age
                              order by h.valid_to limit p_rows for update skip locked));
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end $$;
comment on function muster.forget_history(interval, integer) is 'Deletes versions of devices that were followed by another so long ago. For the service.';

-- A month goes as a whole, once its last entry is old enough. Who reads it is waited for a second, not longer: others would queue behind.
create or replace function muster.forget_audit(p_age interval) returns integer
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
declare
  v_month text;
  v_count integer := 0;
begin
  if not muster.retention_turn() then
    return 0;
  end if;
  perform set_config('lock_timeout', '1s', true);
  for v_month in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                  where i.inhparent = 'muster.audit'::regclass and c.relname < muster.audit_month(now() - p_age) order by 1 loop
    execute format('drop table muster.%I', v_month);
    v_count := v_count + 1;
  end loop;
  return v_count;
exception
  -- Somebody reads it; the next tick tries again.
  when lock_not_available then
    return 0;
end $$;
comment on function muster.forget_audit(interval) is 'Drops the months of audit that ended so long ago. For the service.';
