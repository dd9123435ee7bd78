-- THE SETTLEMENT: what became of claimed tasks, a batch in one transaction: the canonical records, the row's new state,
-- the dead letter that explains it, and the permit given back. An outcome whose fence is no longer the row's changes
-- nothing.
--   p_outcomes  see the type muster.outcome
--   p_devices   the canonical records that they show, as text: {vendor, …the canonical columns…, attributes,
--               ports: [{port_no, status, vendor_status}]}. Muster parses one only if its MD5, the digest, is new.
-- It takes locks in the order quota, token, account, target, request, letter, and targets and requests in the order of
-- their ids. It waits for a lock less long than the service waits for an answer: else the service would settle twice.
-- Planner: kept plans (docs/planner.md).
create or replace function muster.settle(p_outcomes muster.outcome[], p_devices text[]) returns void
language plpgsql
set enable_seqscan = off set enable_mergejoin = off set jit = off set lock_timeout = '2s' as $$
declare
  o          muster.outcome;
  v_accounts text[];
  v_well     text[];
  v_snoozed  boolean;
  v_tokens   boolean;
  v_pulls    boolean;
  v_pages    boolean;
  v_failing  boolean;
  v_requests boolean;
  v_open     boolean;
  v_ill      boolean;
  v_refused  bigint[] := '{}';
  v_held     text[];
begin
  -- One look at what there is. Most batches hold pulls or requests that went well, and nothing else.
  select array_agg(distinct x.account),
         array_agg(distinct x.account) filter (where x.verdict in ('done', 'send') and x.kind <> 'token'),
         bool_or(x.verdict = 'snooze'),
         bool_or(muster.concerns_token(x)), bool_or(x.blame is not null or x.verdict = 'halt'),
         bool_or(x.kind = 'pull'), bool_or(x.kind = 'pull' and x.verdict <> 'done'),
         bool_or(x.kind = 'request'), bool_or(x.kind = 'request' and x.verdict <> 'done'), bool_or(x.kind = 'list')
    into v_accounts, v_well, v_snoozed, v_tokens, v_ill, v_pulls, v_failing, v_requests, v_open, v_pages
    from unnest(p_outcomes) x;

  -- Quotas and permits.
  if v_snoozed then
    perform muster.lock_slowed_quotas(p_outcomes);
    for o in select x.* from unnest(p_outcomes) x where x.verdict = 'snooze' order by x.account loop
      perform muster.slow_down(o);
    end loop;
  end if;
  if exists (select from muster.account_quota where account = any (v_accounts)) then
    perform muster.free_permits(p_outcomes);
  end if;

  -- Tokens and accounts.
  if v_tokens then
    for o in
      select x.* from unnest(p_outcomes) x where muster.concerns_token(x) order by x.account
    loop
      if muster.settle_token(o) then
        v_refused := v_refused || o.fence;
      end if;
    end loop;
  end if;
  if v_snoozed then
    for o in select x.* from unnest(p_outcomes) x where x.verdict = 'snooze' order by x.account loop
      perform muster.slow_account(o);
    end loop;
  end if;
  if v_well is not null then
    perform muster.trust_tokens(v_well, p_outcomes);
  end if;
  v_held := muster.note_weather(p_outcomes, v_accounts, v_refused, v_ill);
  if v_held <> '{}' then
    p_outcomes := muster.waiting(p_outcomes, v_held, v_refused);
  end if;

  -- The rows: those that went well by the batch, the others one by one.
  if v_pulls then
    perform muster.settle_pulls_done(p_outcomes, p_devices);
  end if;
  if v_requests then
    perform muster.settle_requests_done(p_outcomes, p_devices);
  end if;
  if v_open then
    for o in
      select x.* from unnest(p_outcomes) x where x.kind = 'request' and x.verdict <> 'done' order by x.id
    loop
      perform muster.settle_request(o, p_devices);
    end loop;
  end if;
  if v_failing then
    for o in
      select x.* from unnest(p_outcomes) x where x.kind = 'pull' and x.verdict <> 'done' order by x.id
    loop
      perform muster.settle_pull(o);
    end loop;
  end if;
  if v_pages then
    for o in select x.* from unnest(p_outcomes) x where x.kind = 'list' order by x.id loop
      perform muster.settle_page(o, p_devices);
    end loop;
  end if;
  perform muster.note_success(v_well);
end $$;
comment on function muster.settle(muster.outcome[], text[]) is 'Writes what became of claimed tasks. For the service.';

-- Out of the order of locks, so it waits for nobody: whoever holds the row sets the same, or the next batch does.
create or replace function muster.note_success(p_accounts text[]) returns void
language sql as $$
  update muster.account a set last_success_at = clock_timestamp()
   where a.account in (
     select l.account from muster.account l
      where l.account = any (p_accounts)
        and coalesce(l.last_success_at, '-infinity') < clock_timestamp() - interval '1 second'
        for no key update skip locked)
$$;
comment on function muster.note_success(text[]) is 'Notes, to the second, that calls of these accounts succeeded.';
