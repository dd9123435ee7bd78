-- All calls of an account wait for its token. One caller at a time renews it.
create or replace function muster.claim_renewal(a muster.account, p_now timestamptz, p_room boolean, p_paused boolean,
  out tasks muster.task[], out good boolean, out generation bigint, out changes_at timestamptz)
language plpgsql as $$
declare
  t muster.token;
begin
  tasks := '{}';
  good := true;
  generation := 0;
  if not a.token_needed then
    return;
  end if;
  select * into t from muster.token k where k.account = a.account;
  if coalesce(t.renew_at, '-infinity') > p_now and coalesce(t.expires_at, '-infinity') > p_now then
    generation := t.generation;
    changes_at := least(t.renew_at, t.expires_at);
    return;
  end if;
  -- A token call that the quota does not count needs no permit; but it respects a pause.
  if p_room or not (a.token_paid or p_paused) then
    tasks := muster.claim_token(a.account, p_now, a.call_deadline);
  end if;
  select * into t from muster.token k where k.account = a.account;
  generation := coalesce(t.generation, 0);
  good := coalesce(t.expires_at, '-infinity') > p_now;
  -- A time that has passed already would make the service ask without end.
  changes_at := greatest(t.renewing_until, t.next_try_at);
  if changes_at <= p_now then
    changes_at := null;
  end if;
end $$;
comment on function muster.claim_renewal(muster.account, timestamptz, boolean, boolean) is
  'The renewal of an account''s token if it is time, whether the present token is good, which one it is, and when '
  'that changes.';

-- Other accounts' rows may be what ends the process, so the account is not halted for it.
create or replace function muster.is_renewed_in_vain(p_account text, p_now timestamptz) returns boolean
language plpgsql as $$
declare
  c_pause constant interval := interval '5 minutes';
begin
  update muster.token
     set fence = null, lost = null, next_try_at = p_now + c_pause, attempts = greatest(attempts, 2),
         failing_since = coalesce(failing_since, p_now), last_error = 'defect: ' || muster.explain_lost()
   where account = p_account and fence is not null and renewing_until <= p_now and lost >= muster.most_lost() - 1;
  return found;
end $$;
comment on function muster.is_renewed_in_vain(text, timestamptz) is
  'Pauses the renewal of a token that nobody settled so often in a row, and has report.attention say so.';

create or replace function muster.claim_token(p_account text, p_now timestamptz, p_deadline interval)
returns muster.task[]
language plpgsql as $$
declare
  -- A renewal that was killed holds the others up for so long, and the time to settle, at most.
  c_longest constant interval := interval '8 seconds';
  -- How much longer than its call the lease of a renewal is: time to settle.
  c_settle constant interval := interval '1 second';
  v_deadline constant interval := least(p_deadline, c_longest);
  v_fence bigint;
begin
  if muster.is_renewed_in_vain(p_account, p_now) then
    return '{}';
  end if;
  update muster.token
     set lost = case when fence is null then null else coalesce(lost, 0) + 1 end,
         renewing_until = p_now + v_deadline + c_settle, fence = nextval('muster.fence')
   where account = (
     select account from muster.token
      where account = p_account
        and coalesce(renewing_until, '-infinity') <= p_now and coalesce(next_try_at, '-infinity') <= p_now
        and (coalesce(renew_at, '-infinity') <= p_now or coalesce(expires_at, '-infinity') <= p_now)
        for update skip locked)
  returning fence into v_fence;
  if v_fence is null then
    return '{}';
  end if;
  return array(
    select row('token', null, v_fence, 'token', null, null, null, null, attempts, null, null, null, null,
               generation, (extract(epoch from v_deadline) * 1000)::bigint, null, null, null, null,
               null)::muster.task
      from muster.token where account = p_account);
end $$;
comment on function muster.claim_token(text, timestamptz, interval) is
  'The renewal of an account''s token, for one caller at a time.';
