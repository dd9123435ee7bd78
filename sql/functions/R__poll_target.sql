-- poll_target: refuses at the INSERT what Muster can't read, and keeps poll_state beside it.
create or replace function muster.poll_target_check() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  perform muster.check_account(new.account, 'poll_target', new.key);
  if not exists (
    select from muster.account_resource r where r.account = new.account and r.resource = new.resource) then
    raise exception using errcode = 'MU002',
      message = format('account %s has no resource %s; it has: %s',
        muster.shown(new.account), muster.shown(new.resource),
        (select string_agg(r.resource, ', ' order by r.resource)
           from muster.account_resource r where r.account = new.account)),
      hint = format('row: account %s, key %s', muster.shown(new.account), muster.shown(new.key));
  end if;
  perform muster.check_key(new.account, new.key);
  perform muster.check_priority(new.account, new.key, new.priority);
  perform muster.check_refresh_every(new.account, new.key, new.refresh_every);
  if tg_op = 'INSERT' then
    new.created_by := session_user;
    new.created_at := now();
  end if;
  return new;
end $$;
comment on function muster.poll_target_check() is 'Trigger: refuses a target that Muster can''t read.';

create or replace trigger poll_target_check
  before insert or update of account, resource, key, priority, refresh_every on muster.poll_target
  for each row execute function muster.poll_target_check();

create or replace function muster.poll_target_added() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  insert into muster.poll_state (target_id, account, priority, due_at)
  select id, account, priority, case when enabled then clock_timestamp() else 'infinity' end from added;
  -- In this transaction: single reads would begin before the next look.
  perform muster.begin_sweeps(a.account)
     from (select account from added group by account having count(*) > muster.least_saving()) a;
  perform muster.ring();
  return null;
end $$;
comment on function muster.poll_target_added() is 'Trigger: a new target is due at once.';

create or replace trigger poll_target_added after insert on muster.poll_target
  referencing new table as added for each statement execute function muster.poll_target_added();

create or replace function muster.poll_target_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  -- In the order in which muster.settle locks them: else a change of many targets and it would meet in a deadlock.
  perform from muster.poll_state where target_id in (select id from new_rows) order by target_id for update;
  -- Planned each time: a plan made for few rows would compare each old row with each new one.
  execute $sql$
  update muster.poll_state s
     set account = n.account, priority = n.priority,
         due_at = case
           when not n.enabled then 'infinity'
           when s.due_at = 'infinity' or x.other then clock_timestamp()
           when n.refresh_every is distinct from o.refresh_every
                and s.synced_at is not null and s.fence is null and s.waits_for is null
             then greatest(s.synced_at + (select t.every from muster.target t where t.id = n.id), clock_timestamp())
           -- The claim begins at another time for each priority. It would pass over a row that is due before that.
           when n.priority <> o.priority then greatest(s.due_at, clock_timestamp())
           else s.due_at end,
         -- A call under way reads what the row named before.
         fence = case when not x.other then s.fence end
    from new_rows n
    join old_rows o using (id)
   cross join lateral (
     select (n.account, n.resource, n.key) is distinct from (o.account, o.resource, o.key) as other) x
   where s.target_id = n.id $sql$;
  return null;
end $$;
comment on function muster.poll_target_changed() is
  'Trigger: a changed interval, priority or enabled takes hold at once.';

create or replace trigger poll_target_changed after update on muster.poll_target
  referencing old table as old_rows new table as new_rows
  for each statement execute function muster.poll_target_changed();

create or replace function muster.poll_target_gone() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  update muster.dead_letter l
     set state = 'discarded', state_since = clock_timestamp(), state_by = session_user,
         note = 'the target was deleted'
    from gone g
   where l.kind = 'pull' and l.target_id = g.id and l.state in ('open', 'replayed');
  return null;
end $$;
comment on function muster.poll_target_gone() is 'Trigger: a deleted target takes its dead letter with it.';

create or replace trigger poll_target_gone after delete on muster.poll_target
  referencing old table as gone for each statement execute function muster.poll_target_gone();
