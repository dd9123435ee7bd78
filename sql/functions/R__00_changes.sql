-- What a settlement brings, told to the service: it reads the setting in the statement that settles. A setting of the
-- transaction costs no write, and no function between the settlement and the change has to hand it on. The number
-- puts it before the functions that use it.
create or replace function muster.note_changes(p_kind text, p_accounts text[]) returns integer
language plpgsql as $$
begin
  if cardinality(p_accounts) > 0 then
    perform set_config('muster.changes', concat(current_setting('muster.changes', true), (
      select string_agg(p_kind || ' ' || x.count || ' ' || x.account || E'\n', '')
        from (select account, count(*) from unnest(p_accounts) account group by account) x)), true);
  end if;
  return cardinality(p_accounts);
end $$;
comment on function muster.note_changes(text, text[]) is
  'Notes devices that were new, changed or went missing, an account for each. Returns how many. '
  'current_setting(''muster.changes'') has a line for each kind and account: kind, number, account.';
