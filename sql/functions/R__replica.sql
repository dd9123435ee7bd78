-- WHO HAS WHICH ACCOUNT. Each process says every few seconds that it lives, and which accounts it has. A process with
-- fewer accounts takes nothing from the others: an account leaves only when a replica has started without it, no living
-- replica has it, and a day has passed since one had (muster.leaving). Or a person says so: muster.forget.
-- Locks are taken in the order account, replica, as at a start.
create or replace function muster.replica_lives(p_id uuid, p_version text, p_accounts text[]) returns void
language sql as $$
  -- It was silent for so long that they left: its host was suspended, or cut off. It still works for them.
  update muster.account set configured = true where account = any (p_accounts) and not configured;
  -- Six times as long as the service takes until it says so again.
  insert into muster.replica (id, version, accounts, lives_until)
  values (p_id, p_version, p_accounts, clock_timestamp() + interval '1 minute')
  on conflict (id) do update
     set last_seen = excluded.last_seen, lives_until = excluded.lives_until, missed_at = null;
$$;
comment on function muster.replica_lives(uuid, text, text[]) is
  'Notes that a process lives, and which accounts it has. For the service, every few seconds.';

create or replace function muster.replica_leaves(p_id uuid) returns void
language sql as $$
  update muster.replica
     set last_seen = clock_timestamp(), lives_until = clock_timestamp(), missed_at = '-infinity'
   where id = p_id
$$;
comment on function muster.replica_leaves(uuid) is 'Notes that a process ends. For the service.';

-- At every start, and once a minute. While another process starts, the next look does it.
create or replace function muster.let_accounts_go() returns setof text
language plpgsql set lock_timeout = '500ms' as $$
begin
  if not muster.take_turn('configure') then
    return;
  end if;
  return query
    update muster.account a set configured = false
      from muster.leaving l
     where a.account = l.account and l.certain and l.leaves_at <= clock_timestamp()
    returning a.account;
  -- The latest of equal lists tells when its accounts were last had.
  delete from muster.replica o
   where o.missed_at is not null
     and (greatest(o.missed_at, o.last_seen) < now() - interval '2 days'
          or exists (select from muster.replica n where n.accounts = o.accounts and n.last_seen > o.last_seen));
  update muster.replica set missed_at = clock_timestamp()
   where missed_at is null and lives_until < clock_timestamp();
end $$;
comment on function muster.let_accounts_go() is
  'Lets the accounts leave whose time has come, and returns them. For the service, at its start and once a minute.';

create or replace function muster.forget(account text) returns text
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
#variable_conflict use_column
declare
  v_has text := (select string_agg(r.name, ', ' order by r.name)
                   from report.replica r where forget.account = any (r.accounts));
begin
  perform muster.check_account(forget.account, 'account');
  if v_has is not null then
    raise exception using errcode = 'MU014',
      message = format('account %s can''t be forgotten: a replica that lives has it (%s)',
        muster.shown(forget.account), v_has),
      hint = 'Start that replica again without the account in its configuration. A replica that was killed counts as '
        'alive for a minute.';
  end if;
  update muster.account a set configured = false where a.account = forget.account;
  return format('account %s has left; what Muster knows of it stays readable', forget.account);
end $$;
comment on function muster.forget(text) is
  'Lets an account leave at once that no living replica has. A start with it in the configuration brings it back.';
