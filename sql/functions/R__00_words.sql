-- Small words that other functions use. The number puts them first: PostgreSQL checks an SQL function when it is made.
create or replace function muster.millis(p_millis text) returns interval
language sql immutable as $$ select make_interval(secs => p_millis::numeric::double precision / 1000) $$;
comment on function muster.millis(text) is 'Milliseconds, as JSON has them, as an interval.';

create or replace function muster.millis(p_millis bigint) returns interval
language sql immutable as $$ select make_interval(secs => p_millis::double precision / 1000) $$;
comment on function muster.millis(bigint) is 'Milliseconds as an interval.';

create or replace function muster.epoch_ms(p_at timestamptz) returns bigint
language sql immutable as $$ select (extract(epoch from p_at) * 1000)::bigint $$;
comment on function muster.epoch_ms(timestamptz) is 'Milliseconds since 1970, UTC.';

create or replace function muster.no_digest() returns uuid
language sql immutable as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;
comment on function muster.no_digest() is 'In device.digest: no single read has shown the device, only a list.';

-- The time of the statement and not of its transaction: all decisions are made by it.
create or replace function muster.later(p_millis bigint) returns timestamptz
language sql volatile as $$
  select clock_timestamp() + make_interval(secs => coalesce(p_millis, 0)::double precision / 1000)
$$;
comment on function muster.later(bigint) is 'So many milliseconds from now, on the database''s clock.';

-- By number: classes such as [:cntrl:] and [:space:] depend on the database's locale.
create or replace function muster.controls() returns text
language sql immutable as $$
  select '[\u0001-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f'
    '\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3'
    '\U0001d173-\U0001d17a\U000e0001-\U000e007f]'
$$;
comment on function muster.controls() is
  'A regular expression for one character that steers a terminal or has no width: Unicode''s Cc, Cf, Zl and Zp.';

create or replace function muster.shown(p_text text) returns text
language sql immutable as $$
  select quote_nullable(regexp_replace(left(p_text, 100), muster.controls(), '?', 'g')
           || case when length(p_text) > 100 then '…' else '' end)
$$;
comment on function muster.shown(text) is
  'A text of somebody else''s for a message: quoted, cut, and without controls.';

create or replace function muster.said(p_what text, p_text text) returns text
language plpgsql immutable as $$
declare
  c_most constant integer := 500;
begin
  if length(p_text) > c_most then
    raise exception using errcode = 'MU015',
      message = format('the %s has %s characters; %s are the most', p_what, length(p_text), c_most),
      hint = 'Say it in fewer words.';
  end if;
  return regexp_replace(p_text, muster.controls(), ' ', 'g');
end $$;
comment on function muster.said(text, text) is
  'What a person wrote, for people and logs: blanks for controls. Raises MU015 if it is too long.';

create or replace function muster.known_accounts() returns text
language sql stable as $$
  select coalesce(string_agg(account, ', ' order by account), 'none') from muster.account where configured
$$;
comment on function muster.known_accounts() is 'The configured accounts as a list for a message.';

create or replace function muster.naming_actions(p_account text) returns text[]
language sql stable as $$
  select array(select action from muster.account_action where account = p_account and params = 'resource')
$$;
comment on function muster.naming_actions(text) is 'The actions of an account whose params may name the resource.';

create or replace function muster.writing_actions(p_account text) returns text[]
language sql stable as $$
  select array(select action from muster.account_action where account = p_account and writes)
$$;
comment on function muster.writing_actions(text) is 'The actions of an account that change something at the vendor.';

-- p_naming: muster.naming_actions, so that a batch looks them up once.
create or replace function muster.request_resource(w muster.work_request, p_naming text[]) returns text
language sql immutable as $$
  select case when w.action = any (p_naming) then coalesce(w.params ->> 'resource', 'device') else 'device' end
$$;
comment on function muster.request_resource(muster.work_request, text[]) is
  'The resource that a request is about. Only some actions may name it; to others a member of that name is data.';

-- SKIP LOCKED: whoever comes second goes away. Only the service's users can lock the row.
create or replace function muster.take_turn(p_chore text) returns boolean
language sql as $$
  select cardinality(array(select 1 from muster.chore where name = p_chore for update skip locked)) > 0
$$;
comment on function muster.take_turn(text) is
  'Whether this transaction alone does a chore now. False if another one is at it.';

create or replace function muster.await_turn(p_chore text) returns void
language sql as $$ select from muster.chore where name = p_chore for update $$;
comment on function muster.await_turn(text) is 'Waits until no other transaction does a chore.';

-- Strict, so that nothing is called for the many that do not fail.
create or replace function muster.failing_ms(p_account text, p_since timestamptz, p_now timestamptz) returns bigint
language sql stable strict as $$
  select greatest(extract(epoch from p_now - greatest(p_since, max(w.ended_at))) * 1000, 0)::bigint
    from muster.weather w where w.account = p_account
$$;
comment on function muster.failing_ms(text, timestamptz, timestamptz) is
  'How long something of an account has failed in a row. What failed before the account was last down, and meanwhile, '
  'does not count.';
