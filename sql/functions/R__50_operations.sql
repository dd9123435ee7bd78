-- What operations call. SECURITY DEFINER, so that they need no right on the tables; each says what it touched.
create or replace function muster.cancel(id bigint) returns text
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
declare
  w muster.work_request;
begin
  select * into w from muster.work_request r where r.id = cancel.id for update;
  if not found then
    raise exception using errcode = 'MU006', message = format('there is no request %s', cancel.id), hint = 'select id from muster.work_request';
  end if;
  if w.status in ('done', 'dead', 'cancelled') then
    return format('request %s is %s already; nothing was changed', w.id, w.status);
  end if;
  if w.status <> 'pending' then
    raise exception using errcode = 'MU007', message = format('request %s is %s: its call may have reached the vendor, so it can''t be taken back', w.id, w.status),
      hint = 'Wait until it is settled.';
  end if;
  update muster.work_request r set status = 'cancelled', finished_at = clock_timestamp(), result = jsonb_build_object('cancelled_by', session_user) where r.id = w.id;
  update muster.dead_letter l set state = 'open', state_since = clock_timestamp(), state_by = session_user where l.id = w.replay_of and l.state = 'replayed';
  return format('request %s is cancelled; %s', w.id, case when w.attempts = 0 then 'nothing was sent' else 'nothing more is sent' end);
end $$;
comment on function muster.cancel(bigint) is 'Cancels a request that has not been sent, and says in a sentence what it did.';

create or replace function muster.pause(account text, why text default 'paused by hand') returns text
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
begin
  perform muster.check_account(pause.account, 'account');
  update muster.account a
     set state = 'paused', why = coalesce(pause.why, 'paused by hand') || ' (' || session_user || ')', since = clock_timestamp(), what_to_do = 'select muster.resume(' || quote_literal(a.account) || ');'
   where a.account = pause.account and a.state = 'active';
  if not found then
    return (select format('account %s is %s already', a.account, a.state) from muster.account a where a.account = pause.account);
  end if;
  return format('account %s is paused; calls under way still end', pause.account);
end $$;
comment on function muster.pause(text, text) is 'Stops an account''s calls until muster.resume.';

create or replace function muster.resume(account text) returns text
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
begin
  perform muster.check_account(resume.account, 'account');
  -- What a token was given for may have been what was wrong, and was mended: the next call gets a new one.
  update muster.token t
     set refused_logins = 0, attempts = 0, next_try_at = null, failing_since = null, last_error = null, doubted_at_fence = null,
         expires_at = case when h.halted and t.expires_at > clock_timestamp() then clock_timestamp() else t.expires_at end,
         renew_at = case when h.halted and t.renew_at > clock_timestamp() then clock_timestamp() else t.renew_at end
    from (select a.state = 'halted' and a.token_needed as halted from muster.account a where a.account = resume.account) h
   where t.account = resume.account;
  update muster.account a set state = 'active', why = null, what_to_do = null, since = clock_timestamp() where a.account = resume.account and a.state <> 'active';
  if not found then
    return format('account %s is active already', resume.account);
  end if;
  perform muster.ring();
  return format('account %s is active', resume.account);
end $$;
comment on function muster.resume(text) is 'Starts a paused or halted account again.';

-- Numbers and not rows: a row would carry the vendor's whole reply along.
create or replace function muster.live_letters(account text, operation text, error_code text, key text) returns setof bigint
language sql stable as $$
  select l.id from muster.dead_letter l
   where l.state = 'open'
     and (live_letters.account is null or l.account = live_letters.account)
     and (live_letters.operation is null or l.operation = live_letters.operation)
     and (live_letters.error_code is null or l.error_code = live_letters.error_code)
     and (live_letters.key is null or l.key = live_letters.key)
$$;
comment on function muster.live_letters(text, text, text, text) is 'The open letters that a filter means.';

create or replace function muster.can_be_replayed(p_ids bigint[]) returns setof bigint
language sql stable as $$
  select l.id from muster.dead_letter l
   where l.id = any (p_ids) and l.state = 'open'
     and exists (select from muster.account a where a.account = l.account and a.configured)
     and case l.kind when 'request' then exists (select from muster.work_request w where w.id = l.request_id)
                     else exists (select from muster.poll_target p where p.id = l.target_id and p.enabled) end
$$;
comment on function muster.can_be_replayed(bigint[]) is 'Those of these letters that are open, of a configured account, and neither of a disabled target nor of a request that was deleted.';

create or replace function muster.check_filter(account text, operation text, error_code text, key text) returns void
language plpgsql stable as $$
begin
  if coalesce(account, operation, error_code, key) is null then
    raise exception using errcode = 'MU008', message = 'no filter: that would touch every dead letter',
      hint = 'Name an id, or account =>, operation =>, error_code => or key =>.';
  end if;
  -- One that is configured no longer still has its letters.
  if not exists (select from muster.account a where a.account = check_filter.account) and account is not null then
    raise exception using errcode = 'MU008', message = format('no account is named %s; known accounts: %s', quote_literal(account), muster.known_accounts()),
      hint = case when account ~ '^\d+$' and coalesce(operation, error_code, key) is null
                  then format('For the letter of that id leave the quotes out: select * from muster.replay(%s).', account)
                  else 'select account, operation, error_code from report.dead_letter has what can be named.' end;
  end if;
end $$;
comment on function muster.check_filter(text, text, text, text) is 'Raises MU008 for a filter that means everything, or an account there never was, such as an id given as text.';

-- As muster.settle locks them: targets before requests, each in the order of their ids, and both before any letter. A finished request
-- needs no lock: it never changes again.
create or replace function muster.lock_work(p_ids bigint[]) returns void
language sql as $$
  select from muster.poll_state s
   where s.target_id in (select l.target_id from muster.dead_letter l where l.id = any (p_ids) and l.kind = 'pull')
   order by s.target_id for update;
  select from muster.work_request w
   where w.id in (select l.request_id from muster.dead_letter l where l.id = any (p_ids) and l.kind = 'request'
                  union all select r.id from muster.work_request r where r.replay_of = any (p_ids))
     and w.finished_at is null
   order by w.id for update;
$$;
comment on function muster.lock_work(bigint[]) is 'Locks the targets and requests that letters are about, and the requests that replay them.';

-- A pull becomes due, a request is inserted again. A letter that is not open is left alone, so that each is replayed once.
create or replace function muster.replay_letters(p_ids bigint[]) returns setof muster.replayed
language plpgsql as $$
declare
  v_ids     bigint[];
  v_new     bigint[];
  v_letters bigint[];
begin
  perform muster.lock_work(p_ids);
  v_ids := array(select c from muster.can_be_replayed(p_ids) c);
  with replayed as (
    update muster.dead_letter l set state = 'replayed', state_since = clock_timestamp(), state_by = session_user
     where l.state = 'open' and l.id = any (v_ids)
    returning l.id)
  select array_agg(id) into v_ids from replayed;
  update muster.poll_state s set due_at = clock_timestamp(), attempts = 0
    from muster.dead_letter l
   where l.id = any (v_ids) and l.kind = 'pull' and s.target_id = l.target_id and s.fence is null;
  -- An unknown request reconciles by itself; a replay asks it to do so now and sends nothing twice.
  update muster.work_request w set next_at = clock_timestamp()
    from muster.dead_letter l
   where l.id = any (v_ids) and l.kind = 'request' and w.id = l.request_id and w.status = 'unknown' and w.fence is null;
  with again as (
    insert into muster.work_request (account, action, key, params, priority, replay_of)
    select l.account, l.operation, l.key, w.params, -1000, l.id
      from muster.dead_letter l join muster.work_request w on w.id = l.request_id
     where l.id = any (v_ids) and l.kind = 'request' and w.status <> 'unknown'
     order by l.id
    returning id, replay_of)
  select array_agg(id), array_agg(replay_of) into v_new, v_letters from again;
  return query
    select l.id, l.account, l.operation, l.key, l.error_code, coalesce(n.id, l.request_id)
      from muster.dead_letter l left join unnest(v_new, v_letters) n(id, letter) on n.letter = l.id
     where l.id = any (v_ids) order by l.id;
end $$;
comment on function muster.replay_letters(bigint[]) is 'Replays those of these letters that are open.';

-- A notice and no error, so that running it twice, or by two people at once, stays harmless.
create or replace function muster.say_untouched(p_id bigint) returns void
language plpgsql stable as $$
begin
  raise notice '%', coalesce(
    (select format('dead letter %s was not touched: it is %s%s', l.id, l.state,
              case when l.state <> 'open' then ''
                   when not a.configured then format(', and account %s is not in the configuration any more: configure it again, or muster.discard it', l.account)
                   when l.kind = 'request' and not exists (select from muster.work_request w where w.id = l.request_id)
                   then format(', and its request %s was deleted, and with it what was asked for: insert it again, and muster.discard the letter', l.request_id)
                   else ', and its target is disabled or being read: enable it, wait, or muster.discard it' end)
       from muster.dead_letter l join muster.account a using (account) where l.id = p_id),
    format('there is no dead letter %s', p_id));
end $$;
comment on function muster.say_untouched(bigint) is 'Says why a dead letter was not touched.';

create or replace function muster.replay(id bigint) returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  if replay.id is null then
    perform muster.check_filter(null, null, null, null);
  end if;
  return query select * from muster.replay_letters(array[replay.id]);
  if not found then
    perform muster.say_untouched(replay.id);
  end if;
  perform muster.ring();
end $$;
comment on function muster.replay(bigint) is 'Replays the open dead letter of this id, inside the quota and below fresh requests. Returns what it touched: nothing if the letter is not open.';

create or replace function muster.replay(account text default null, operation text default null, error_code text default null, key text default null)
returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  perform muster.check_filter(replay.account, replay.operation, replay.error_code, replay.key);
  return query select * from muster.replay_letters(array(
    select x from muster.live_letters(replay.account, replay.operation, replay.error_code, replay.key) x));
  perform muster.ring();
end $$;
comment on function muster.replay(text, text, text, text) is 'Replays the open dead letters that all given filters mean. Returns what it touched.';

create or replace function muster.preview_replay(account text default null, operation text default null, error_code text default null, key text default null)
returns setof muster.replayed
language plpgsql stable security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  perform muster.check_filter(preview_replay.account, preview_replay.operation, preview_replay.error_code, preview_replay.key);
  return query select l.id, l.account, l.operation, l.key, l.error_code, l.request_id from muster.dead_letter l
                where l.id in (select c from muster.can_be_replayed(array(
                  select x from muster.live_letters(preview_replay.account, preview_replay.operation, preview_replay.error_code, preview_replay.key) x)) c)
                order by l.id;
end $$;
comment on function muster.preview_replay(text, text, text, text) is 'What muster.replay with the same filters would touch. Changes nothing.';

-- What a person gives up while its replay has begun could still come back open: the replay may fail.
create or replace function muster.open_work(p_ids bigint[], out letter bigint, out request bigint, out under_way boolean) returns setof record
language sql stable as $$
  select l.id, w.id, w.status = 'running' or (w.status = 'unknown' and w.replay_of is not null and l.state = 'replayed')
    from muster.dead_letter l
   cross join lateral (
     select r.id, r.status, r.replay_of from muster.work_request r where r.id = l.request_id and l.kind = 'request' and r.finished_at is null
     union all
     select r.id, r.status, r.replay_of from muster.work_request r where r.replay_of = l.id and r.finished_at is null
     offset 0) w
   where l.id = any (p_ids)
$$;
comment on function muster.open_work(bigint[]) is 'The unfinished requests of letters, and which of them are under way, so that their letters can''t be given up now.';

create or replace function muster.discard_letters(p_ids bigint[], p_states text[], p_note text) returns setof muster.replayed
language plpgsql as $$
declare
  v_ids   bigint[];
  v_since timestamptz[];
begin
  -- A letter that changes from here on is left alone: its new request would not be locked.
  select array_agg(l.id), array_agg(l.state_since) into v_ids, v_since from muster.dead_letter l where l.id = any (p_ids) and l.state = any (p_states);
  -- A target before its state, as its own triggers lock them.
  perform from muster.poll_target p
    where p.id in (select l.target_id from muster.dead_letter l where l.id = any (v_ids) and l.kind = 'pull') order by p.id for update;
  perform muster.lock_work(v_ids);
  with discarded as (
    update muster.dead_letter l set state = 'discarded', state_since = clock_timestamp(), state_by = session_user, note = p_note
      from unnest(v_ids, v_since) seen (id, since)
     where l.id = seen.id and l.state_since = seen.since and l.id <> all (array(select letter from muster.open_work(v_ids) where under_way))
    returning l.id)
  select array_agg(id) into v_ids from discarded;
  update muster.poll_target p set enabled = false
    from muster.dead_letter l where l.id = any (v_ids) and l.kind = 'pull' and p.id = l.target_id and p.enabled;
  -- What a read under way brings would write a new letter.
  update muster.poll_state s set fence = null
    from muster.dead_letter l where l.id = any (v_ids) and l.kind = 'pull' and s.target_id = l.target_id and s.fence is not null;
  -- A person has looked: nothing more is sent or read, and the next request for the key goes on.
  update muster.work_request r
     set status = case r.status when 'unknown' then 'dead' else 'cancelled' end, finished_at = clock_timestamp(), fence = null,
         result = case r.status when 'pending' then jsonb_build_object('cancelled_by', session_user) else r.result end
   where r.id = any (array(select request from muster.open_work(v_ids)));
  return query select l.id, l.account, l.operation, l.key, l.error_code, l.request_id from muster.dead_letter l where l.id = any (v_ids) order by l.id;
end $$;
comment on function muster.discard_letters(bigint[], text[], text) is 'Gives up those of these letters that are in one of these states and whose work is not under way.';

create or replace function muster.check_not_under_way(p_id bigint) returns void
language plpgsql stable as $$
declare
  v_request bigint := (select min(request) from muster.open_work(array[p_id]) where under_way);
begin
  if v_request is not null then
    raise exception using errcode = 'MU012', message = format('dead letter %s can''t be discarded yet: request %s is replaying it now', p_id, v_request),
      hint = format('Discard it when that has ended; select muster.explain(%s) says how far it is.', v_request);
  end if;
end $$;
comment on function muster.check_not_under_way(bigint) is 'Raises MU012 for a letter whose replay is under way.';

create or replace function muster.discard(id bigint, note text default null) returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  return query select * from muster.discard_letters(array[discard.id], '{open,replayed}', discard.note);
  if not found then
    perform muster.check_not_under_way(discard.id);
    perform muster.say_untouched(discard.id);
  end if;
end $$;
comment on function muster.discard(bigint, text) is 'Gives a dead letter up, with a note why; a pull''s target is disabled, a replay that waits is cancelled. Returns what it touched.';

create or replace function muster.discard(account text default null, operation text default null, error_code text default null, key text default null,
  note text default null) returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  perform muster.check_filter(discard.account, discard.operation, discard.error_code, discard.key);
  return query select * from muster.discard_letters(
    array(select x from muster.live_letters(discard.account, discard.operation, discard.error_code, discard.key) x), '{open}', discard.note);
end $$;
comment on function muster.discard(text, text, text, text, text) is 'Gives up the open dead letters that all given filters mean, with a note why. Returns what it touched.';
