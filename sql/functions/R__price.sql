-- THE PRICE of requests before COMMIT: what they cost the quota, and what the copies pay for it.

create or replace function muster.calls_of(p_account text, p_action text) returns integer
language sql stable as $$
  -- An action that changes something is preceded by a reading.
  select case when p_action = any (muster.writing_actions(p_account)) then 2 else 1 end
$$;
comment on function muster.calls_of(text, text) is 'Calls of a request at which nothing goes wrong.';

create or replace function muster.priced_account(p_account text, p_action text, p_count bigint) returns text
language plpgsql stable as $$
begin
  if p_account is null and p_action is null and p_count is null then
    return null;
  end if;
  if p_account is null or p_count not between 1 and 100000000 then
    raise exception using errcode = 'MU019',
      message = 'a price is that of an account''s requests, of 1 to 100000000 of them',
      hint = 'select * from muster.price(''enos1'', ''allocate'', 10000)';
  end if;
  perform muster.check_account(p_account, 'price');
  if p_action is not null
     and not exists (select from muster.account_action c where c.account = p_account and c.action = p_action) then
    raise exception using errcode = 'MU002',
      message = format('account %s has no action %s; it has: %s', p_account, muster.shown(p_action),
        (select string_agg(c.action, ', ' order by c.action) from muster.account_action c where c.account = p_account));
  end if;
  return p_account;
end $$;
comment on function muster.priced_account(text, text, bigint) is
  'The account whose requests are to be priced before anybody inserts them; null for none. Raises for what can''t be.';

create or replace function muster.price(
  account text default null, action text default null, count bigint default null, ids bigint[] default null)
returns table (charged_account text, requests bigint, calls bigint, minutes numeric, done_at timestamptz,
               quota text, age_p95 interval, age_p95_then interval)
language sql stable security definer set search_path = pg_catalog, muster, pg_temp as $$
  with priced as (
    select w.account, count(*) as requests, sum(muster.calls_of(w.account, w.action)) as calls
      from muster.work_request w
     where price.account is null
       and w.status in ('pending', 'running', 'unknown')
       and case when ids is null then w.requested_at = now() and w.requested_by = session_user
                else w.id = any (ids) end
     group by w.account
    union all
    select c.account, coalesce(price.count, 1),
           coalesce(price.count, 1) * muster.calls_of(c.account, coalesce(price.action, 'refresh'))
      from muster.account c where c.account = muster.priced_account(price.account, price.action, price.count)),
  sharing as (
    select p.*, array(
             select p.account union
             select o.account from muster.account_quota own join muster.account_quota o using (quota)
              where own.account = p.account) as accounts
      from priced p),
  queued as (
    select s.account, s.requests, s.calls, s.accounts, (
             select count(*) from muster.work_request w
              where w.account = any (s.accounts) and w.status in ('pending', 'running', 'unknown')
                and w.next_at <= clock_timestamp()
                and (price.account is not null
                     or not case when ids is null then w.requested_at = now() and w.requested_by = session_user
                                 else w.id = any (ids) end))
           + (select coalesce(sum(o.calls), 0) from priced o
               where o.account = any (s.accounts)) - 1 as ahead
      from sharing s),
  paid as (
    select q.*, greatest(n.at, statement_timestamp()) as at, n.quota from queued q
      left join lateral muster.next_permit(q.account, q.ahead::bigint) n on true)
  select p.account, p.requests, p.calls,
         round(extract(epoch from coalesce(p.at, statement_timestamp()) - statement_timestamp()) / 60, 1),
         coalesce(p.at, statement_timestamp()), p.quota, f.age_p95,
         f.age_p95 + (coalesce(p.at, statement_timestamp()) - statement_timestamp())
    from paid p
    left join report.freshness f on f.account = p.account and f.resource = 'device'
   order by p.account
$$;
comment on function muster.price(text, text, bigint, bigint[]) is
  'What requests cost, one row an account: calls, minutes until the last is done at the quota''s pace, and the age p95 '
  'of the copies then, as pulls wait for requests. Without arguments it prices those that you inserted in this '
  'transaction: look, then COMMIT or ROLLBACK. ids prices rows; account, action and count price so many of a kind.';
