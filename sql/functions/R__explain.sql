-- Why a request waits, and for how long: one sentence, made of one sentence for each reason.
create or replace function muster.spoken_time(p_at timestamptz) returns text
language sql stable as $$
  select to_char(p_at, case when p_at::date = current_date then 'HH24:MI:SS TZ' else 'YYYY-MM-DD HH24:MI:SS TZ' end)
$$;
comment on function muster.spoken_time(timestamptz) is
  'A time for a sentence, in the session''s time zone, which it names; with its date unless that is today.';

create or replace function muster.spoken_seconds(p_seconds numeric) returns text
language sql immutable as $$
  select case when p_seconds <= 120 then greatest(ceil(p_seconds), 0) || ' s'
              when m < 60 then m || ' min'
              else div(m, 60) || ' h' || coalesce(' ' || nullif(mod(m, 60), 0) || ' min', '') end
    from (select round(p_seconds / 60) as m) minutes
$$;
comment on function muster.spoken_seconds(numeric) is 'A duration for a sentence.';

create or replace function muster.explain_absent(p_id bigint) returns text
language sql stable as $$
  select coalesce(
    (select format(
              case when to_status = 'deleted'
                   then 'there is no request %1$s any more: it was %4$s, and %5$s deleted it at %3$s; report.audit '
                        'tells its story'
                   else 'there is no request %1$s any more: it was %2$s at %3$s, and is past its retention; '
                        'report.audit tells its story' end,
              p_id, to_status, muster.spoken_time(at), from_status, made_by)
       from muster.audit
      where request_id = p_id and subject = 'request'
      order by at desc, id desc limit 1),
    format('there is no request %s', p_id))
$$;
comment on function muster.explain_absent(bigint) is 'Explains a number that names no row.';

create or replace function muster.explain_end(w muster.work_request) returns text
language sql stable as $$
  select format('%s since %s', w.status, muster.spoken_time(w.finished_at))
         || case w.status
              when 'done' then coalesce(': ' || nullif(w.result, '{}')::text, '')
              when 'cancelled' then coalesce(' by ' || (w.result ->> 'cancelled_by'), '')
              else coalesce(': ' || w.error_code || ' ' || w.error_message, '')
                || coalesce((
                     select format('; dead letter %s is %s', l.id, l.state) from muster.dead_letter l
                      where l.id = w.replay_of or (l.kind = 'request' and l.request_id = w.id)
                      order by l.id limit 1), '')
            end
$$;
comment on function muster.explain_end(muster.work_request) is 'Explains a finished request.';

create or replace function muster.explain_doubt(w muster.work_request) returns text
language sql stable as $$
  select case when w.refused then 'the vendor answered the POST with a refusal'
              else 'the POST may have reached the vendor' end
$$;
comment on function muster.explain_doubt(muster.work_request) is 'Explains why an outcome is not known.';

create or replace function muster.explain_call(w muster.work_request) returns text
language sql stable as $$
  select case when w.status = 'unknown' then 'unknown: being read again now' else 'being sent now' end
         || coalesce((
              select format(' (started %s ago)',
                       muster.spoken_seconds(floor(extract(epoch from statement_timestamp() - t.at))))
                from muster.audit t
               where t.request_id = w.id and t.subject = 'request'
               order by t.at desc, t.id desc limit 1), '')
         || case when w.status = 'unknown' then '; ' || muster.explain_doubt(w) else '' end
$$;
comment on function muster.explain_call(muster.work_request) is 'Explains a request whose call is under way.';

-- muster.retry.attempts counts calls: the call that follows the first failure is the second of them.
create or replace function muster.explain_delay(w muster.work_request) returns text
language sql stable as $$
  select case
    when w.error_code is null then format('not before %s', muster.spoken_time(w.next_at))
    when w.retries = 0
      then format('tried again at %s, after %s: %s', muster.spoken_time(w.next_at), w.error_code, w.error_message)
    else format('retry %s%s at %s, after %s: %s', w.retries + 1,
           coalesce((select ' of ' || s.value from muster.setting s where s.name = 'muster.retry.attempts'), ''),
           muster.spoken_time(w.next_at), w.error_code, w.error_message) end
$$;
comment on function muster.explain_delay(muster.work_request) is 'Explains a request that is not due yet.';

create or replace function muster.explain_turn(p_account text, p_ahead bigint) returns text
language sql stable as $$
  select case
    when n.quota is null then format('account %s: %s ahead, and no limit', p_account, p_ahead)
    else format('quota %s: %s ahead, about %s',
           -- By its own name only if there are several.
           case when (select count(*) from muster.account_quota u where u.account = p_account) > 1 then n.quota
                else 'of ' || p_account end,
           p_ahead, muster.spoken_seconds(extract(epoch from n.at - statement_timestamp()))) end
    from muster.next_permit(p_account, p_ahead) n
$$;
comment on function muster.explain_turn(text, bigint) is 'Explains a request that waits for its turn.';

create or replace function muster.explain_wait(w muster.work_request, a muster.account) returns text
language plpgsql stable as $$
declare
  v_slow   timestamptz := greatest(a.slowed_until, (
    select max(q.paused_until) from muster.quota q join muster.account_quota u using (quota)
     where u.account = w.account));
  v_before bigint := muster.goes_first(w);
  v_token  muster.token;
  v_down   muster.weather;
begin
  select * into v_down from muster.weather t where t.account = w.account and t.down_since is not null;
  if found then
    return case when w.status = 'unknown' then 'unknown: ' || muster.explain_doubt(w) || '; ' else '' end
           || muster.explain_down(v_down);
  end if;
  select * into v_token from muster.token t
   where t.account = w.account and a.token_needed
     and coalesce(t.expires_at, '-infinity') <= statement_timestamp();
  if w.status = 'unknown' then
    return format('unknown: read again at %s; %s%s',
      muster.spoken_time(greatest(w.next_at, v_slow, muster.expected_at(w.account, muster.ahead(w)))),
      muster.explain_doubt(w),
      (select format('; dead letter %s is open', l.id) from muster.dead_letter l
        where l.kind = 'request' and l.request_id = w.id and l.state = 'open'));
  elsif v_slow > greatest(w.next_at, statement_timestamp()) then
    return format('vendor asked to slow down until %s', muster.spoken_time(v_slow));
  elsif w.next_at > statement_timestamp() then
    return muster.explain_delay(w);
  elsif v_before is not null then
    return format('waits for request %s on the same key', v_before);
  elsif v_token.next_try_at > statement_timestamp() then
    return format('waits for a token: the next login is at %s%s',
      muster.spoken_time(v_token.next_try_at), ', after ' || v_token.last_error);
  end if;
  return muster.explain_turn(w.account, muster.ahead(w));
end $$;
comment on function muster.explain_wait(muster.work_request, muster.account) is
  'Explains a request that waits, and whose account is active.';

create or replace function muster.explain_unmanned(p_account text) returns text
language sql stable as $$
  select format('no process of Muster that has account %s runs; the last one was seen at %s. Start it', p_account,
           muster.spoken_time(max(r.last_seen)))
    from muster.replica r
   where p_account = any (r.accounts)
  having not bool_or(r.lives_until > statement_timestamp())
$$;
comment on function muster.explain_unmanned(text) is
  'Explains why nothing of an account is done while the service is stopped; null while it runs.';

create or replace function muster.explain(id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
declare
  w muster.work_request;
  a muster.account;
begin
  select * into w from muster.work_request r where r.id = explain.id;
  if not found then
    return muster.explain_absent(explain.id);
  end if;
  if w.finished_at is not null then
    return muster.explain_end(w);
  end if;
  if w.fence is not null and w.next_at > statement_timestamp() then
    return muster.explain_call(w);
  end if;
  select * into a from muster.account t where t.account = w.account;
  if not a.configured then
    return format('account %s is not in the configuration any more', w.account);
  end if;
  if a.state <> 'active' then
    return format('account %s: %s What to do: %s', a.state, rtrim(left(a.why, 1000), '.') || '.', a.what_to_do);
  end if;
  return coalesce(muster.explain_unmanned(w.account), muster.explain_wait(w, a));
end $$;
comment on function muster.explain(bigint) is
  'Why a request waits, and for how long, or what became of it, in a sentence.';
