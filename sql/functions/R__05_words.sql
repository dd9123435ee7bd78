create or replace function muster.millis(p_millis text) returns interval
language sql immutable as $$ select make_interval(secs => p_millis::numeric::double precision / 1000) $$;
comment on function muster.millis(text) is 'Milliseconds as an interval.';

create or replace function muster.known_accounts() returns text
language sql stable as $$ select coalesce(string_agg(account, ', ' order by account), 'none') from muster.account where configured $$;
comment on function muster.known_accounts() is 'The configured accounts as a list for a message.';

-- The clock that all decisions are made by: the time of the statement, not of its transaction.
create or replace function muster.later(p_millis numeric) returns timestamptz
language sql volatile as $$ select clock_timestamp() + make_interval(secs => coalesce(p_millis, 0)::double precision / 1000) $$;
comment on function muster.later(numeric) is 'So many milliseconds from now, on the database''s clock.';

-- p_naming: the actions of the account whose params may name it. So a batch looks them up once, and PostgreSQL can put this in its place.
create or replace function muster.request_resource(w muster.work_request, p_naming text[]) returns text
language sql immutable as $$ select case when w.action = any (p_naming) then coalesce(w.params ->> 'resource', 'device') else 'device' end $$;
comment on function muster.request_resource(muster.work_request, text[]) is 'What a request is about. Only some actions may name it; in others'' params a member of that name is data.';

create or replace function muster.naming_actions(p_account text) returns text[]
language sql stable as $$ select array(select action from muster.account_action where account = p_account and params = 'resource') $$;
comment on function muster.naming_actions(text) is 'The actions of an account whose params may name the resource.';

create or replace function muster.set_setting(p_name text, p_value text) returns void
language sql as $$
  insert into muster.setting as s values (p_name, p_value)
  on conflict (name) do update set value = excluded.value, since = excluded.since where s.value <> excluded.value
$$;
comment on function muster.set_setting(text, text) is 'Tells a setting of the service that is shown to people. For the service, at its start.';
