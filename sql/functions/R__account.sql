-- What becomes of a whole account.
create or replace function muster.check_account(p_account text, p_table text, p_key text default null) returns void
language plpgsql stable as $$
begin
  if not exists (select from muster.account a where a.account = p_account and a.configured) then
    raise exception using errcode = 'MU001',
      message = format('account %s is not configured; known accounts: %s',
        muster.shown(p_account), muster.known_accounts()),
      hint = coalesce('row: key ' || case when p_key is not null then muster.shown(p_key) end || '. ', '')
        || format('Name a known account in %s.account, or configure this one under muster.accounts and start Muster '
                  'again.', p_table);
  end if;
end $$;
comment on function muster.check_account(text, text, text) is 'Raises MU001 unless the account is configured.';

create or replace function muster.pause(account text, why text default 'paused by hand') returns text
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
declare
  v_why text := coalesce(muster.said('why', pause.why), 'paused by hand');
begin
  perform muster.check_account(pause.account, 'account');
  update muster.account a
     set state = 'paused',
         why = v_why || ' (' || session_user || ')',
         since = clock_timestamp(),
         what_to_do = 'select muster.resume(' || quote_literal(a.account) || ');'
   where a.account = pause.account and a.state = 'active';
  if not found then
    return (select format('account %s is %s already', a.account, a.state)
              from muster.account a where a.account = pause.account);
  end if;
  return format('account %s is paused; calls under way still end', pause.account);
end $$;
comment on function muster.pause(text, text) is 'Stops an account''s calls until muster.resume.';

create or replace function muster.resume(account text) returns text
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
begin
  perform muster.check_account(resume.account, 'account');
  -- The rights behind a token may have been wrong, and mended: the next call of a halted account gets a new one.
  update muster.token t
     set refused_logins = 0, attempts = 0, next_try_at = null, failing_since = null, last_error = null,
         doubted_at_fence = null,
         expires_at = case when h.halted and t.expires_at > clock_timestamp() then clock_timestamp()
                           else t.expires_at end,
         renew_at = case when h.halted and t.renew_at > clock_timestamp() then clock_timestamp() else t.renew_at end
    from (select a.state = 'halted' and a.token_needed as halted
            from muster.account a where a.account = resume.account) h
   where t.account = resume.account;
  update muster.account a
     set state = 'active', why = null, what_to_do = null, since = clock_timestamp()
   where a.account = resume.account and a.state <> 'active';
  if not found then
    if muster.probe_now(resume.account) then
      perform muster.ring();
      return format('account %s is tried at once', resume.account);
    end if;
    return format('account %s is active already', resume.account);
  end if;
  perform muster.probe_now(resume.account);
  perform muster.ring();
  return format('account %s is active', resume.account);
end $$;
comment on function muster.resume(text) is 'Starts a paused or halted account again.';

create or replace function muster.halt(p_account text, p_code text, p_message text) returns void
language sql as $$
  update muster.account
     set state = 'halted', since = clock_timestamp(), why = p_code || ': ' || p_message,
         what_to_do = 'Mend the account''s configuration, muster.accounts.' || p_account
           || ', or its rights at the vendor. Then start Muster again with the changed configuration, or: select '
           || 'muster.resume(' || quote_literal(p_account) || ');'
   where account = p_account and state <> 'halted'
$$;
comment on function muster.halt(text, text, text) is 'Stops an account that is itself wrong.';
