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
  update muster.token t set refused_logins = 0, attempts = 0, next_try_at = null where t.account = resume.account;
  update muster.account a set state = 'active', why = null, what_to_do = null, since = clock_timestamp() where a.account = resume.account and a.state <> 'active';
  if not found then
    return format('account %s is active already', resume.account);
  end if;
  perform muster.ring();
  return format('account %s is active', resume.account);
end $$;
comment on function muster.resume(text) is 'Starts a paused or halted account again.';

create or replace function muster.live_letters(account text, operation text, error_code text, key text) returns setof muster.dead_letter
language sql stable as $$
  select l from muster.dead_letter l
   where l.state = 'open'
     and (live_letters.account is null or l.account = live_letters.account)
     and (live_letters.operation is null or l.operation = live_letters.operation)
     and (live_letters.error_code is null or l.error_code = live_letters.error_code)
     and (live_letters.key is null or l.key = live_letters.key)
     and exists (select from muster.account a where a.account = l.account and a.configured)
     and (l.kind = 'request' or exists (select from muster.poll_target p where p.id = l.target_id and p.enabled))
   order by l.id
$$;
comment on function muster.live_letters(text, text, text, text) is 'The open letters that a filter means and that can be replayed.';

create or replace function muster.check_filter(account text, operation text, error_code text, key text) returns void
language plpgsql immutable as $$
begin
  if coalesce(account, operation, error_code, key) is null then
    raise exception using errcode = 'MU008', message = 'no filter: that would touch every dead letter',
      hint = 'Name an id, or account =>, operation =>, error_code => or key =>.';
  end if;
  if account ~ '^\d+$' and coalesce(operation, error_code, key) is null then
    raise exception using errcode = 'MU008', message = format('no account is named %s', quote_literal(account)),
      hint = format('For the letter of that id leave the quotes out: select * from muster.replay(%s).', account);
  end if;
end $$;
comment on function muster.check_filter(text, text, text, text) is 'Raises MU008 for a filter that means everything, or an id given as text.';

-- Replays one letter: a pull becomes due, a request is inserted again. A letter that is not open is left alone.
create or replace function muster.replay_letter(p_id bigint) returns setof muster.replayed
language plpgsql as $$
declare
  l muster.dead_letter;
  w muster.work_request;
  v_request bigint;
begin
  -- Work before letters, as muster.settle locks them.
  perform from muster.poll_state s join muster.dead_letter d on d.target_id = s.target_id where d.id = p_id and d.kind = 'pull' for update of s;
  perform from muster.work_request r join muster.dead_letter d on d.request_id = r.id where d.id = p_id and d.kind = 'request' for update of r;
  select * into l from muster.dead_letter where id = p_id and state = 'open' for update skip locked;
  if not found then
    return;
  end if;
  if l.kind = 'pull' then
    update muster.poll_state s set due_at = clock_timestamp(), attempts = 0 from muster.poll_target p
     where s.target_id = l.target_id and p.id = s.target_id and p.enabled and s.fence is null;
    if not exists (select from muster.poll_target where id = l.target_id and enabled) then
      return;
    end if;
  else
    select * into w from muster.work_request where id = l.request_id;
    -- An unknown request reconciles by itself; a replay asks it to do so now and sends nothing twice.
    if w.status = 'unknown' then
      update muster.work_request set next_at = clock_timestamp() where id = w.id and fence is null;
      v_request := w.id;
    else
      insert into muster.work_request (account, action, key, params, priority, replay_of)
      values (l.account, l.operation, l.key, w.params, -1000, l.id) returning id into v_request;
    end if;
  end if;
  update muster.dead_letter set state = 'replayed', state_since = clock_timestamp(), state_by = session_user where id = l.id;
  return query select l.id, l.account, l.operation, l.key, l.error_code, v_request;
end $$;
comment on function muster.replay_letter(bigint) is 'Replays one open letter.';

-- A notice and no error, so that running it twice, or by two people at once, stays harmless.
create or replace function muster.say_untouched(p_id bigint) returns void
language plpgsql stable as $$
begin
  raise notice '%', coalesce(
    (select format('dead letter %s was not touched: it is %s%s', l.id, l.state,
              case when l.state = 'open' then ', and its target is disabled or being read: enable it, wait, or muster.discard it' else '' end)
       from muster.dead_letter l where l.id = p_id),
    format('there is no dead letter %s', p_id));
end $$;
comment on function muster.say_untouched(bigint) is 'Says why a dead letter was not touched.';

create or replace function muster.replay(id bigint) returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  if replay.id is null then
    perform muster.check_filter(null, null, null, null);
  end if;
  return query select * from muster.replay_letter(replay.id);
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
  -- All targets, then all requests, each in the order of their ids, before any letter: as muster.settle locks them.
  perform from muster.poll_state s
    where s.target_id in (select l.target_id from muster.live_letters(replay.account, replay.operation, replay.error_code, replay.key) l where l.kind = 'pull')
    order by s.target_id for update;
  perform from muster.work_request w
    where w.id in (select l.request_id from muster.live_letters(replay.account, replay.operation, replay.error_code, replay.key) l where l.kind = 'request')
    order by w.id for update;
  return query select r.* from muster.live_letters(replay.account, replay.operation, replay.error_code, replay.key) l, muster.replay_letter(l.id) r;
  perform muster.ring();
end $$;
comment on function muster.replay(text, text, text, text) is 'Replays the open dead letters that all given filters mean. Returns what it touched.';

create or replace function muster.preview_replay(account text default null, operation text default null, error_code text default null, key text default null)
returns setof muster.replayed
language plpgsql stable security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  perform muster.check_filter(preview_replay.account, preview_replay.operation, preview_replay.error_code, preview_replay.key);
  return query select l.id, l.account, l.operation, l.key, l.error_code, l.request_id
                 from muster.live_letters(preview_replay.account, preview_replay.operation, preview_replay.error_code, preview_replay.key) l;
end $$;
comment on function muster.preview_replay(text, text, text, text) is 'What muster.replay with the same filters would touch. Changes nothing.';

create or replace function muster.discard(id bigint, note text default null) returns setof muster.replayed
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
declare
  l muster.dead_letter;
begin
  -- Work before letters, as muster.settle locks them; and a target before its state, as its own triggers do.
  perform from muster.poll_target p join muster.dead_letter d on d.target_id = p.id where d.id = discard.id and d.kind = 'pull' for update of p;
  perform from muster.poll_state s join muster.dead_letter d on d.target_id = s.target_id where d.id = discard.id and d.kind = 'pull' for update of s;
  perform from muster.work_request r join muster.dead_letter d on d.request_id = r.id where d.id = discard.id and d.kind = 'request' for update of r;
  update muster.dead_letter d set state = 'discarded', state_since = clock_timestamp(), state_by = session_user, note = discard.note
   where d.id = discard.id and d.state in ('open', 'replayed')
  returning * into l;
  if l.id is null then
    perform muster.say_untouched(discard.id);
    return;
  end if;
  update muster.poll_target p set enabled = false where l.kind = 'pull' and p.id = l.target_id;
  -- A person has looked: the request is not read again, and lets the next one for its key go on.
  update muster.work_request r set status = 'dead', finished_at = clock_timestamp(), fence = null
   where l.kind = 'request' and r.id = l.request_id and r.status = 'unknown';
  return query select l.id, l.account, l.operation, l.key, l.error_code, l.request_id;
end $$;
comment on function muster.discard(bigint, text) is 'Gives a dead letter up, with a note why; a pull''s target is disabled. Returns what it touched.';

create or replace function muster.explain(id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
declare
  w muster.work_request;
  a muster.account;
  q muster.quota;
  v_ahead bigint;
  v_before bigint;
begin
  select * into w from muster.work_request r where r.id = explain.id;
  if not found then
    return format('there is no request %s', explain.id);
  end if;
  if w.finished_at is not null then
    return format('%s since %s', w.status, w.finished_at) || coalesce(': ' || w.error_code || ' ' || w.error_message, '');
  end if;
  select * into a from muster.account t where t.account = w.account;
  if not a.configured then
    return format('account %s is not in the configuration any more', w.account);
  end if;
  if a.state <> 'active' then
    return format('account %s: %s', a.state, a.why);
  end if;
  if w.fence is not null then
    return format('a call for it is under way, until %s at most', to_char(w.next_at, 'HH24:MI:SS'));
  end if;
  if w.next_at > now() then
    return case when w.status = 'unknown' then format('outcome not known (%s); read again at %s', w.error_code, to_char(w.next_at, 'HH24:MI:SS'))
                when w.error_code is not null then format('retry %s at %s, after %s: %s', w.retries, to_char(w.next_at, 'HH24:MI:SS'), w.error_code, w.error_message)
                else format('not before %s', w.next_at) end;
  end if;
  select min(o.id) into v_before
    from muster.work_request o
    join muster.account_action c on c.account = o.account and c.action = o.action and c.writes
    join muster.account_action own on own.account = w.account and own.action = w.action and own.writes
   where o.account = w.account and o.key = w.key and o.id <> w.id and o.status in ('pending', 'running', 'unknown')
     and (o.started_at is not null or (w.started_at is null and o.next_at <= now() and o.id < w.id));
  if v_before is not null then
    return format('request %s for the same key goes first', v_before);
  end if;
  select t.* into q from muster.quota t join muster.account_quota u using (quota) where u.account = w.account
   order by t.paused_until > now() desc nulls last, t.max_calls / extract(epoch from t."window") limit 1;
  select count(*) into v_ahead from muster.work_request o
   where o.account = w.account and o.status in ('pending', 'unknown') and o.next_at <= now() and (o.priority, w.next_at, w.id) > (w.priority, o.next_at, o.id);
  if q.paused_until > now() then
    return format('quota %s: the vendor asked to slow down; paused until %s', q.quota, to_char(q.paused_until, 'HH24:MI:SS'));
  end if;
  if q.quota is not null then
    return format('quota %s: %s ahead, about %s s', q.quota, v_ahead, ceil((v_ahead + 1) * extract(epoch from q."window") / q.max_calls));
  end if;
  return format('%s ahead', v_ahead);
end $$;
comment on function muster.explain(bigint) is 'Why a request waits, and for how long, in a sentence.';
