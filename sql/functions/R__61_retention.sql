-- Retention of what goes row by row (R__08 has what goes by month): a batch at a time, each in a transaction of its own, so that nobody waits long for a lock. Each function takes the age from
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
