-- Refuses what can't be carried out, at the INSERT, in one sentence; and keeps poll_state beside poll_target.
create or replace function muster.poll_target_check() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  perform muster.check_account(new.account, 'poll_target', new.key);
  if not exists (select from muster.account_resource r where r.account = new.account and r.resource = new.resource) then
    raise exception using errcode = 'MU002',
      message = format('account %s has no resource %s; it has: %s', quote_literal(new.account), quote_nullable(new.resource),
        (select string_agg(r.resource, ', ' order by r.resource) from muster.account_resource r where r.account = new.account)),
      hint = format('row: account %s, key %s', quote_nullable(new.account), quote_nullable(new.key));
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
comment on function muster.poll_target_check() is 'Trigger: refuses a target that can''t be read.';

create or replace function muster.check_account(p_account text, p_table text, p_key text default null) returns void
language plpgsql stable as $$
begin
  if not exists (select from muster.account a where a.account = p_account and a.configured) then
    raise exception using errcode = 'MU001',
      message = format('account %s is not configured; known accounts: %s', quote_nullable(p_account), muster.known_accounts()),
      hint = coalesce('row: key ' || quote_literal(p_key) || '. ', '')
        || format('Name a known account in %s.account, or configure this one under muster.accounts and start Muster again.', p_table);
  end if;
end $$;
comment on function muster.check_account(text, text, text) is 'Raises MU001 unless the account is configured.';

create or replace function muster.check_key(p_account text, p_key text) returns void
language plpgsql immutable as $$
declare
  -- Control characters, blanks other than U+0020, and what has no width (Unicode's Cc, Zs, Zl, Zp, Cf and Default_Ignorable_Code_Point).
  -- By number: what a class such as [:cntrl:] or [:space:] holds depends on the database's locale.
  c_unseen constant text := '[\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f'
    '\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]';
  v_unseen text := upper(to_hex(ascii(substring(p_key from c_unseen))));
begin
  if p_key is null or btrim(p_key) = '' then
    raise exception using errcode = 'MU003', message = format('the key is empty (account %s)', quote_nullable(p_account)),
      hint = 'The key is the name by which the vendor knows the device or product.';
  end if;
  if p_key <> btrim(p_key) then
    raise exception using errcode = 'MU003', message = format('the key %s begins or ends with a blank (account %s)', quote_literal(p_key), quote_nullable(p_account)),
      hint = 'Take the blank off; vendors do not.';
  end if;
  if v_unseen is not null then
    raise exception using errcode = 'MU003',
      message = format('the key %s holds a character that can''t be seen, U+%s (account %s)', to_json(left(p_key, 300)),
        lpad(v_unseen, greatest(length(v_unseen), 4), '0'), quote_nullable(p_account)),
      hint = 'Take it out; often it is the \r at the end of a line from another system, a tab, or a blank that was copied from a page or a spreadsheet.';
  end if;
  if length(p_key) > 256 then
    raise exception using errcode = 'MU003',
      message = format('the key %s… has %s characters; 256 is the most that a vendor takes (account %s)', quote_literal(left(p_key, 20)), length(p_key), quote_nullable(p_account)),
      hint = 'Keys longer than 256 characters exist at no vendor.';
  end if;
end $$;
comment on function muster.check_key(text, text) is 'Raises MU003 for a key that is empty, too long, or has blanks around it or characters in it that can''t be seen.';

-- The bounds stand in the tables' CHECKs too, which have no words for people.
create or replace function muster.check_priority(p_account text, p_key text, p_priority integer) returns void
language plpgsql immutable as $$
begin
  if p_priority is null or p_priority not between -1000 and 1000 then
    raise exception using errcode = 'MU009',
      message = format('the priority of key %s (account %s) is %s; it must lie between -1000 and 1000', quote_nullable(p_key), quote_nullable(p_account), coalesce(p_priority::text, 'null')),
      hint = '0 is usual, and is taken if priority is left out; higher goes first.';
  end if;
end $$;
comment on function muster.check_priority(text, text, integer) is 'Raises MU009 for a priority out of bounds.';

create or replace function muster.check_refresh_every(p_account text, p_key text, p_every interval) returns void
language plpgsql immutable as $$
begin
  if p_every < interval '1 second' or p_every > interval '10 years' then
    raise exception using errcode = 'MU011',
      message = format('refresh_every of key %s (account %s) is %s; it must lie between a second and ten years', quote_nullable(p_key), quote_nullable(p_account), p_every),
      hint = 'Leave it out for the account''s own interval; enabled = false stops reading.';
  end if;
end $$;
comment on function muster.check_refresh_every(text, text, interval) is 'Raises MU011 for an interval out of bounds.';

create or replace trigger poll_target_check before insert or update of account, resource, key, priority, refresh_every on muster.poll_target
  for each row execute function muster.poll_target_check();

create or replace function muster.poll_target_added() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  insert into muster.poll_state (target_id, account, priority, due_at)
  select id, account, priority, case when enabled then clock_timestamp() else 'infinity' end from added;
  perform muster.ring();
  return null;
end $$;
comment on function muster.poll_target_added() is 'Trigger: a new target is due at once.';

create or replace trigger poll_target_added after insert on muster.poll_target
  referencing new table as added for each statement execute function muster.poll_target_added();

create or replace function muster.poll_target_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  -- In the order in which muster.settle locks them: a change of many targets would meet it in a deadlock.
  perform from muster.poll_state where target_id in (select id from new_rows) order by target_id for update;
  update muster.poll_state s
     set account = n.account, priority = n.priority,
         due_at = case when not n.enabled then 'infinity'
                       when s.due_at = 'infinity' or (n.account, n.resource, n.key) is distinct from (o.account, o.resource, o.key) then clock_timestamp()
                       when n.refresh_every is distinct from o.refresh_every and s.synced_at is not null and s.fence is null and s.waits_for is null
                         then greatest(s.synced_at + muster.refresh_interval(n.account, n.resource, n.refresh_every), clock_timestamp())
                       -- The claim begins to look for each priority at its own time: what was due before it would be passed over.
                       when n.priority <> o.priority then greatest(s.due_at, clock_timestamp())
                       else s.due_at end,
         -- A call under way reads what the row named before.
         fence = case when (n.account, n.resource, n.key) is not distinct from (o.account, o.resource, o.key) then s.fence end
    from new_rows n join old_rows o using (id)
   where s.target_id = n.id;
  return null;
end $$;
comment on function muster.poll_target_changed() is 'Trigger: a changed interval, priority or enabled takes hold at once.';

create or replace trigger poll_target_changed after update on muster.poll_target
  referencing old table as old_rows new table as new_rows for each statement execute function muster.poll_target_changed();

create or replace function muster.poll_target_gone() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
begin
  update muster.dead_letter l set state = 'discarded', state_since = clock_timestamp(), state_by = session_user, note = 'the target was deleted'
    from gone g where l.kind = 'pull' and l.target_id = g.id and l.state in ('open', 'replayed');
  return null;
end $$;
comment on function muster.poll_target_gone() is 'Trigger: a deleted target takes its dead letter with it.';

create or replace trigger poll_target_gone after delete on muster.poll_target
  referencing old table as gone for each statement execute function muster.poll_target_gone();

create or replace function muster.refresh_unknown() returns interval language sql immutable as $$ select interval '1 day' $$;
comment on function muster.refresh_unknown() is 'How often a target is read whose account left the configuration.';

create or replace function muster.refresh_interval(p_account text, p_resource text, p_own interval) returns interval
language sql stable as $$
  select coalesce(p_own, (select refresh_every from muster.account_resource where account = p_account and resource = p_resource), muster.refresh_unknown())
$$;
comment on function muster.refresh_interval(text, text, interval) is 'How often a target is read: its own interval, else its account''s, else (the account left the configuration) daily.';
