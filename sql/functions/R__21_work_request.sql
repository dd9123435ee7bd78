-- Refuses at the INSERT what can't be carried out, in one sentence with a HINT; see docs/errors.md for the codes.
create or replace function muster.work_request_check() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp as $$
declare
  v_params text;
begin
  select c.params into v_params from muster.account a join muster.account_action c using (account)
   where a.account = new.account and a.configured and c.action = new.action;
  if v_params is null then
    perform muster.check_account(new.account, 'work_request', new.key);
    raise exception using errcode = 'MU002',
      message = format('account %s has no action %s; it has: %s', quote_literal(new.account), quote_nullable(new.action),
        (select string_agg(action, ', ' order by action) from muster.account_action where account = new.account)),
      hint = format('row: key %s', quote_nullable(new.key));
  end if;
  perform muster.check_key(new.account, new.key);
  perform muster.check_params(new.account, new.action, v_params, new.key, new.params);
  perform muster.check_priority(new.account, new.key, new.priority);
  perform muster.check_not_before(new.account, new.key, new.not_before);
  new.requested_by := session_user;
  new.requested_at := now();
  new.status := 'pending';
  new.attempts := 0;
  new.error_code := null;
  new.error_message := null;
  new.http_status := null;
  new.vendor_request_id := null;
  new.result := null;
  new.started_at := null;
  new.finished_at := null;
  new.step := 'read';
  new.fence := null;
  new.retries := 0;
  new.reauthorised := false;
  new.given_up_at := null;
  -- The transaction's number before the clock: the floor of the claim builds on it.
  perform pg_current_xact_id();
  new.next_at := greatest(new.not_before, clock_timestamp());
  return new;
end $$;
comment on function muster.work_request_check() is 'Trigger: refuses a request that can''t be carried out, and says who asked and when.';

create or replace function muster.check_not_before(p_account text, p_key text, p_time timestamptz) returns void
language plpgsql stable as $$
begin
  -- abs() of a difference would fail for infinity.
  if p_time < now() - interval '10 years' or p_time > now() + interval '10 years' then
    raise exception using errcode = 'MU010',
      message = format('not_before of key %s (account %s) is %s; it must lie within ten years from now', quote_nullable(p_key), quote_nullable(p_account), p_time),
      hint = 'Leave it out for at once.';
  end if;
end $$;
comment on function muster.check_not_before(text, text, timestamptz) is 'Raises MU010 for a time that nobody means.';

create or replace function muster.check_params(p_account text, p_action text, p_kind text, p_key text, p jsonb) returns void
language plpgsql stable as $$
declare
  -- In bytes. Documented master data stay below 10 kB; a megabyte would be sent at every try.
  c_most  constant integer := 65536;
  v_wrong text;
begin
  if p is null or p = '{}' or p = 'null' then
    return;
  end if;
  if jsonb_typeof(p) <> 'object' then
    v_wrong := format('must be a JSON object, and is of type %s', jsonb_typeof(p));
  elsif pg_column_size(p) > c_most then
    v_wrong := format('takes %s bytes, and may take %s', pg_column_size(p), c_most);
  elsif p_kind = 'none' then
    v_wrong := 'must be null or {}';
  elsif p_kind = 'resource' then
    select format('may hold "resource" alone (one of: %s), and holds %s',
             (select string_agg(resource, ', ' order by resource) from muster.account_resource where account = p_account), left(p::text, 200))
      into v_wrong
     where (p - 'resource') <> '{}' or not exists (
       select from muster.account_resource where account = p_account and resource = p ->> 'resource' and jsonb_typeof(p -> 'resource') = 'string');
  -- Scalars are always fine, and are most of what there is.
  elsif p_kind = 'master_data' and p @? 'strict $.* ? (@.type() == "object" || @.type() == "array")' then
    select format('holds in %s a value that is no scalar, date as text, array of scalars, or localised name {"defaultValue": …, "i18nValue": {…}}', to_jsonb(e.key))
      into v_wrong from jsonb_each(p) e where not muster.is_master_data(e.value) limit 1;
  end if;
  if v_wrong is not null then
    raise exception using errcode = 'MU004',
      message = format('params of %s for key %s (account %s): it %s', p_action, quote_literal(p_key), quote_literal(p_account), v_wrong),
      hint = case p_kind when 'resource' then 'Example: {"resource": "device"}' when 'master_data' then 'Example: {"max_capacity": 1.0, "scale": 1}' else 'Leave params out.' end;
  end if;
end $$;
comment on function muster.check_params(text, text, text, text, jsonb) is 'Raises MU004 for params that the action does not take.';

-- In PL/pgSQL, which is many times faster here than SQL: it is asked for every value of a bulk INSERT.
create or replace function muster.is_master_data(v jsonb) returns boolean
language plpgsql immutable as $$
begin
  case jsonb_typeof(v)
    when 'array' then
      return not exists (select from jsonb_array_elements(v) x where jsonb_typeof(x) in ('array', 'object'));
    when 'object' then
      return (v - 'defaultValue' - 'i18nValue') = '{}'
        and coalesce(jsonb_typeof(v -> 'defaultValue'), 'null') in ('string', 'null')
        and case coalesce(jsonb_typeof(v -> 'i18nValue'), 'null')
              when 'null' then true
              when 'object' then not exists (select from jsonb_each(v -> 'i18nValue') t where jsonb_typeof(t.value) not in ('string', 'null'))
              else false end;
    else
      return true;
  end case;
end $$;
comment on function muster.is_master_data(jsonb) is 'Whether a value may stand in master data.';

create or replace trigger work_request_check before insert on muster.work_request
  for each row execute function muster.work_request_check();

-- NOTIFY serialises commits, so only one open transaction rings at a time; the listener, once woken, asks which
-- accounts have something to do (a single one claims unasked), and asks again a moment later for what was committed meanwhile.
create or replace function muster.ring() returns void
language plpgsql as $$
begin
  if pg_try_advisory_xact_lock(hashtext('muster.ring')) then
    perform pg_notify('muster', '');
  end if;
end $$;
comment on function muster.ring() is 'Wakes the service.';

-- With the rights of whoever inserts: it needs none.
create or replace function muster.work_request_added() returns trigger
language plpgsql as $$
begin
  perform pg_catalog.pg_notify('muster', '');
  return null;
end $$;
comment on function muster.work_request_added() is 'Trigger: wakes the service, once a statement.';

-- As muster.ring, but asked before the function is called: whose transaction does not ring pays for a look at a lock, and no more.
create or replace trigger work_request_added after insert on muster.work_request
  for each statement when (pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtext('muster.ring'))) execute function muster.work_request_added();

create or replace function muster.work_request_finished() returns trigger
language plpgsql as $$
begin
  raise exception using errcode = 'MU005', message = format('request %s is %s; a finished row never changes again', old.id, old.status),
    hint = 'Insert a new row to ask again, or select * from muster.replay(…) for a dead letter.';
end $$;
comment on function muster.work_request_finished() is 'Trigger: a finished row never changes again.';

create or replace trigger work_request_finished before update on muster.work_request
  for each row when (old.status in ('done', 'dead', 'cancelled')) execute function muster.work_request_finished();
