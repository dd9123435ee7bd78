-- Which letters a person means by muster.replay and muster.discard.

-- Numbers and not rows: a row would carry the vendor's whole reply along.
create or replace function muster.live_letters(account text, operation text, error_code text, key text)
returns setof bigint
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
     and case l.kind
           when 'request' then exists (select from muster.work_request w where w.id = l.request_id)
           else exists (select from muster.poll_target p where p.id = l.target_id and p.enabled) end
$$;
comment on function muster.can_be_replayed(bigint[]) is
  'Those of these letters that are open, of a configured account, and neither of a disabled target nor of a request '
  'that was deleted.';

create or replace function muster.check_filter(account text, operation text, error_code text, key text) returns void
language plpgsql stable as $$
begin
  if coalesce(account, operation, error_code, key) is null then
    raise exception using errcode = 'MU008', message = 'no filter: that would touch every dead letter',
      hint = 'Name an id, or account =>, operation =>, error_code => or key =>.';
  end if;
  -- An account that left the configuration still has its letters.
  if account is not null and not exists (select from muster.account a where a.account = check_filter.account) then
    raise exception using errcode = 'MU008',
      message = format('no account is named %s; known accounts: %s', muster.shown(account), muster.known_accounts()),
      hint = case when account ~ '^\d{1,18}$' and coalesce(operation, error_code, key) is null
        then format('For the letter of that id leave the quotes out: select * from muster.replay(%s).', account)
        else 'select account, operation, error_code from report.dead_letter has what can be named.' end;
  end if;
end $$;
comment on function muster.check_filter(text, text, text, text) is
  'Raises MU008 for a filter that means everything, or an account there never was, such as an id given as text.';

-- As muster.settle locks them: targets before requests, each in the order of their ids, and both before any letter. A
-- finished request needs no lock: it never changes again.
create or replace function muster.lock_work(p_ids bigint[]) returns void
language sql as $$
  select from muster.poll_state s
   where s.target_id in (select l.target_id from muster.dead_letter l where l.id = any (p_ids) and l.kind = 'pull')
   order by s.target_id
     for update;
  select from muster.work_request w
   where w.id in (
       select l.request_id from muster.dead_letter l where l.id = any (p_ids) and l.kind = 'request'
       union all
       select r.id from muster.work_request r where r.replay_of = any (p_ids))
     and w.finished_at is null
   order by w.id
     for update;
$$;
comment on function muster.lock_work(bigint[]) is
  'Locks the targets and requests that letters are about, and the requests that replay them.';

-- A notice and no error, so that running it twice, or by two people at once, stays harmless.
create or replace function muster.say_untouched(p_id bigint) returns void
language plpgsql stable as $$
begin
  raise notice '%', coalesce(
    (select format('dead letter %s was not touched: it is %s%s', l.id, l.state,
       case when l.state <> 'open' then ''
            when not a.configured then format(
              ', and account %s is not in the configuration any more: configure it again, or muster.discard it',
              l.account)
            when l.kind = 'request' and not exists (
              select from muster.work_request w where w.id = l.request_id) then format(
              ', and its request %s was deleted, and with it what was asked for: insert it again, and muster.discard '
              'the letter', l.request_id)
            else ', and its target is disabled or being read: enable it, wait, or muster.discard it' end)
       from muster.dead_letter l join muster.account a using (account)
      where l.id = p_id),
    format('there is no dead letter %s', p_id));
end $$;
comment on function muster.say_untouched(bigint) is 'Says why a dead letter was not touched.';
