-- Retention row by row (R__partition.sql has the months): a batch at a time, each in a transaction of its own, so that
-- nobody waits long for a lock. Each function takes an age and the most rows of a batch, and returns how many went; 0
-- also if another replica is at it. Open letters, letters under replay, and open requests never go.
create or replace function muster.forget_requests(p_age interval, p_rows integer) returns integer
language plpgsql as $$
declare
  v_count integer := 0;
begin
  if muster.take_turn('forget') then
    delete from muster.work_request
     where id in (
       select w.id from muster.work_request w
        where w.finished_at < now() - p_age
          -- A letter that a person may still replay needs its request's params.
          and not exists (select from muster.dead_letter l
                           where l.kind = 'request' and l.request_id = w.id and l.state in ('open', 'replayed'))
        order by w.finished_at limit p_rows
          for update skip locked);
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end $$;
comment on function muster.forget_requests(interval, integer) is
  'Deletes requests that ended so long ago and have no live letter. For the service.';

create or replace function muster.forget_letters(p_age interval, p_rows integer) returns integer
language plpgsql as $$
declare
  v_count integer := 0;
begin
  if muster.take_turn('forget') then
    delete from muster.dead_letter
     where id in (
       select l.id from muster.dead_letter l
        where l.state in ('resolved', 'discarded') and l.state_since < now() - p_age
        order by l.state_since limit p_rows
          for update skip locked);
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end $$;
comment on function muster.forget_letters(interval, integer) is
  'Deletes letters that were resolved or discarded so long ago. For the service.';

create or replace function muster.forget_replies(p_age interval, p_rows integer) returns integer
language plpgsql as $$
declare
  v_count integer := 0;
begin
  if muster.take_turn('forget') then
    update muster.dead_letter set request = null, response = null
     where id in (
       select l.id from muster.dead_letter l
        where (l.request is not null or l.response is not null) and l.last_failed_at < now() - p_age
        order by l.last_failed_at limit p_rows
          for update skip locked);
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end $$;
comment on function muster.forget_replies(interval, integer) is
  'Empties what letters keep of calls that failed so long ago; the letters stay. For the service.';
