-- Who or what brought a row to its state. Triggers write it, one statement a batch, whoever changed the row.

-- By the call stack. A setting would have to be set everywhere and could be forgotten.
create or replace function muster.acting_part() returns text
language plpgsql as $$
declare
  v_stack text;
begin
  get diagnostics v_stack = pg_context;
  return muster.part_in(v_stack);
end $$;
comment on function muster.acting_part() is
  'The function of Muster that executes a statement; null for a plain statement.';

-- The server writes the stack in its own language (lc_messages), and only a superuser may change that. So the first
-- line, which is acting_part's own, shows how a frame begins. The stack holds the texts of statements too.
create or replace function muster.part_in(p_stack text) returns text
language plpgsql immutable as $$
declare
  v_lines text[] := string_to_array(p_stack, E'\n');
  v_begin text := regexp_replace(v_lines[1], '(muster\.)?acting_part\(\).*', '');
  v_part  text;
begin
  -- The outermost call stands last, and is mostly the one. One expression over the whole stack is as dear as a claim.
  for n in reverse cardinality(v_lines) .. 1 loop
    if starts_with(v_lines[n], v_begin) then
      v_part := (regexp_match(substr(v_lines[n], length(v_begin) + 1),
        '^(?:muster\.)?'
        '(claim|settle|configure|cancel|replay|discard|pause|resume|forget|forget_requests|forget_letters'
        '|let_accounts_go|replica_lives|undiscover)\('))[1];
      if v_part is not null then
        return v_part;
      end if;
    end if;
  end loop;
  return null;
end $$;
comment on function muster.part_in(text) is
  'The function of Muster that is outermost in a call stack, whose first line is muster.acting_part.';

create or replace function muster.acting_person(p_part text) returns text
language sql stable as $$
  -- Only a user who may write the work table can be the service.
  select case when p_part in ('claim', 'settle', 'configure', 'let_accounts_go', 'replica_lives')
                   and has_table_privilege(session_user, 'muster.work_request', 'update')
              then 'muster' else session_user end
$$;
comment on function muster.acting_person(text) is
  'Who acts: a database user, or muster for the service''s own decisions.';

-- The service makes partitions ahead. If it has not run for a quarter, nobody's request is refused for that.
create or replace function muster.audit_time() returns timestamptz
language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
begin
  perform muster.make_partition('audit', v_now);
  return v_now;
end $$;
comment on function muster.audit_time() is 'The time of an entry in audit. There is a partition for it.';

-- Planner: first batch (docs/planner.md).
-- A transition is a change of the status or of the lease. Muster claims and settles a request of unknown outcome as it
-- is.
create or replace function muster.work_request_audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp
set jit = off set enable_nestloop = off as $$
declare
  v_part text;
  v_by   text;
  v_at   timestamptz;
  v_app  text := current_setting('application_name');
begin
  -- Most statements of a claim and a settlement touch no row.
  if not exists (select from new_rows) then
    return null;
  end if;
  v_part := muster.acting_part();
  v_by := muster.acting_person(v_part);
  v_at := muster.audit_time();
  if tg_op = 'INSERT' then
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, to_status, step, attempts,
      made_by, part, application)
    select v_at, 'request', n.account, n.action, n.key, n.id, n.replay_of, n.status, n.step, n.attempts,
           v_by, v_part, v_app
      from new_rows n;
  else
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, from_status, to_status,
      step, attempts, error_code, message, made_by, part, application)
    select v_at, 'request', n.account, n.action, n.key, n.id, n.replay_of, o.status, n.status,
           n.step, n.attempts, n.error_code, n.error_message, v_by, v_part, v_app
      from new_rows n join old_rows o using (id)
     where (n.status, n.fence) is distinct from (o.status, o.fence);
  end if;
  return null;
end $$;
comment on function muster.work_request_audit() is 'Trigger: records what happened to requests.';

create or replace trigger work_request_inserted after insert on muster.work_request
  referencing new table as new_rows for each statement execute function muster.work_request_audit();
create or replace trigger work_request_updated after update on muster.work_request
  referencing old table as old_rows new table as new_rows
  for each statement execute function muster.work_request_audit();

create or replace function muster.dead_letter_audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp
set jit = off set enable_nestloop = off as $$
declare
  v_part text;
  v_by   text;
  v_at   timestamptz;
  v_app  text := current_setting('application_name');
begin
  -- Most statements of a claim and a settlement touch no row.
  if not exists (select from new_rows) then
    return null;
  end if;
  v_part := muster.acting_part();
  v_by := muster.acting_person(v_part);
  v_at := muster.audit_time();
  if tg_op = 'INSERT' then
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, to_status, attempts,
      error_code, message, made_by, part, application)
    select v_at, 'letter', n.account, n.operation, n.key, n.request_id, n.id, n.state, n.attempts,
           n.error_code, n.error_message, v_by, v_part, v_app
      from new_rows n;
  else
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, from_status, to_status,
      attempts, error_code, message, made_by, part, application)
    select v_at, 'letter', n.account, n.operation, n.key, n.request_id, n.id, o.state, n.state,
           n.attempts, n.error_code, case when n.state = 'discarded' then n.note else n.error_message end,
           v_by, v_part, v_app
      from new_rows n join old_rows o using (id)
     where n.state <> o.state;
  end if;
  return null;
end $$;
comment on function muster.dead_letter_audit() is 'Trigger: records what happened to dead letters.';

create or replace trigger dead_letter_inserted after insert on muster.dead_letter
  referencing new table as new_rows for each statement execute function muster.dead_letter_audit();
create or replace trigger dead_letter_updated after update on muster.dead_letter
  referencing old table as old_rows new table as new_rows
  for each statement execute function muster.dead_letter_audit();

-- Retention is silent: the record has told long since of what it takes.
create or replace function muster.work_request_deleted() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp set jit = off as $$
declare
  v_part text := muster.acting_part();
begin
  if v_part is distinct from 'forget_requests' then
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, from_status, to_status,
      step, attempts, error_code, message, made_by, part, application)
    select muster.audit_time(), 'request', o.account, o.action, o.key, o.id, o.replay_of, o.status, 'deleted',
           o.step, o.attempts, o.error_code, o.error_message, muster.acting_person(v_part), v_part,
           current_setting('application_name')
      from old_rows o;
  end if;
  return null;
end $$;
comment on function muster.work_request_deleted() is 'Trigger: records that somebody deleted requests.';

create or replace trigger work_request_deleted after delete on muster.work_request
  referencing old table as old_rows for each statement execute function muster.work_request_deleted();

create or replace function muster.dead_letter_deleted() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp set jit = off as $$
declare
  v_part text := muster.acting_part();
begin
  if v_part is distinct from 'forget_letters' then
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, from_status, to_status,
      attempts, error_code, message, made_by, part, application)
    select muster.audit_time(), 'letter', o.account, o.operation, o.key, o.request_id, o.id, o.state, 'deleted',
           o.attempts, o.error_code, o.error_message, muster.acting_person(v_part), v_part,
           current_setting('application_name')
      from old_rows o;
  end if;
  return null;
end $$;
comment on function muster.dead_letter_deleted() is 'Trigger: records that somebody deleted dead letters.';

create or replace trigger dead_letter_deleted after delete on muster.dead_letter
  referencing old table as old_rows for each statement execute function muster.dead_letter_deleted();

create or replace function muster.account_audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
declare
  v_part text := muster.acting_part();
  v_at   timestamptz := muster.audit_time();
begin
  insert into muster.audit (at, subject, account, from_status, to_status, message, made_by, part, application)
  values (v_at, 'account', new.account, case when old.configured then old.state else 'left' end,
          case when new.configured then new.state else 'left' end, new.why, muster.acting_person(v_part), v_part,
          current_setting('application_name'));
  return null;
end $$;
comment on function muster.account_audit() is
  'Trigger: records that an account was paused, halted or started again, left, or came back.';

-- By the row: the service touches accounts every second, and hardly ever their state.
create or replace trigger account_state after update of state, configured on muster.account
  for each row when ((old.state, old.configured) is distinct from (new.state, new.configured))
  execute function muster.account_audit();
