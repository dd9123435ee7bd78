-- The calls of `check --live`: paid from the same permits as the service's, and for no work.

-- A login that p_keep asks for is that of a renewal: one caller at a time makes it, and its settlement stores the
-- token. An account that the database does not know yet pays as one that shares a quota with it. Where none does,
-- nobody counts. The permit comes free by itself, one window after the call's deadline.
create or replace function muster.claim_check(
  p_account text, p_quotas text[], p_paid boolean, p_keep boolean,
  out fence bigint, out wait_until timestamptz, out at timestamptz, out generation bigint, out attempts integer,
  out call_deadline_ms bigint, out quota text, out max_calls integer, out window_ms bigint)
language plpgsql set lock_timeout = '2s' as $$
#variable_conflict use_column
declare
  a muster.account;
  l record;
  t muster.task;
  v_limited boolean := false;
begin
  perform muster.notice_restore(null);
  select x.* into a
    from muster.account x
   where x.account = p_account
      or x.account = (select min(account) from muster.account_quota where quota = any (p_quotas))
   order by x.account = p_account desc limit 1;
  at := clock_timestamp();
  if a.account is not null and p_paid then
    select * into l from muster.lock_quotas(a.account, 1);
    at := clock_timestamp();
    v_limited := l.limited;
    quota := l.quota;
    max_calls := l.max_calls;
    window_ms := l.window_ms;
    if l.room < 1 or a.slowed_until > at then
      select greatest(a.slowed_until, max(q.paused_until), max(f.free_at)) into wait_until
        from muster.account_quota u
        join muster.quota q using (quota)
       cross join lateral (select min(free_at) as free_at from muster.permit p
                            where p.quota = q.quota and p.slot <= q.max_calls and p.free_at >= q.free_from) f
       where u.account = a.account;
      return;
    end if;
  end if;
  if p_keep then
    t := (muster.claim_token(p_account, at, a.call_deadline))[1];
    if t.fence is null then
      select greatest(k.renewing_until, k.next_try_at) into wait_until from muster.token k where k.account = p_account;
      return;
    end if;
  else
    t.kind := 'pull';
    t.fence := nextval('muster.fence');
  end if;
  fence := t.fence;
  attempts := coalesce(t.retries, 0);
  call_deadline_ms := t.call_deadline_ms;
  generation := coalesce((select k.generation from muster.token k where k.account = p_account), 0);
  if v_limited then
    perform muster.take_permits(a.account, array[t], 0, a, at);
  end if;
end $$;
comment on function muster.claim_check(text, text[], boolean, boolean) is
  'Pays a call of `check --live`. fence: the claim''s number; null while no permit is free, or another caller gets the '
  'token, and then wait_until says how long.';

create or replace function muster.record_difference(p_kind text, p_account text, p_key text, p_record jsonb)
returns table (field text, stored jsonb, present jsonb)
language plpgsql stable as $$
declare
  v_stored jsonb;
  v_now    jsonb;
begin
  if p_kind = 'product' then
    select to_jsonb(p) into v_stored from muster.product p where p.account = p_account and p.product_key = p_key;
    v_now := to_jsonb(jsonb_populate_record(null::muster.product, p_record));
  else
    select to_jsonb(d) into v_stored from muster.device d where d.account = p_account and d.key = p_key;
    v_now := to_jsonb(jsonb_populate_record(null::muster.device, p_record));
  end if;
  return query
  with recursive part (field, stored, present) as (
    select k, nullif(v_stored -> k, 'null'), nullif(v_now -> k, 'null') from jsonb_object_keys(p_record) k
    union all
    select p.field || '.' || k.key, p.stored -> k.key, p.present -> k.key
      from part p
     cross join lateral (
       select jsonb_object_keys(case jsonb_typeof(p.stored) when 'object' then p.stored else '{}' end)
       union
       select jsonb_object_keys(case jsonb_typeof(p.present) when 'object' then p.present else '{}' end)) k (key)
     where p.stored is distinct from p.present and jsonb_typeof(p.stored) = 'object'
       and jsonb_typeof(p.present) = 'object')
  select p.field, p.stored, p.present from part p
   where p.stored is distinct from p.present
     and not (coalesce(jsonb_typeof(p.stored), '') = 'object' and coalesce(jsonb_typeof(p.present), '') = 'object')
   order by p.field;
end $$;
comment on function muster.record_difference(text, text, text, jsonb) is
  'In which fields a record of a vendor''s reply differs from what is stored: all that it has, if nothing is.';
