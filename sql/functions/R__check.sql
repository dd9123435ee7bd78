-- Checks at an INSERT: each refuses in one sentence with a HINT. docs/errors.md lists the codes.
create or replace function muster.check_key(p_account text, p_key text) returns void
language plpgsql stable as $$
declare
  -- Control characters, blanks other than U+0020, and characters without a width: Unicode's Cc, Zs, Zl, Zp, Cf and
  -- Default_Ignorable_Code_Point. By number: classes such as [:cntrl:] and [:space:] depend on the database's locale.
  c_unseen constant text :=
    '[\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2'
    '\u115f\u1160\u1680\u17b4\u17b5'
    '\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0'
    '\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a'
    '\U000e0000-\U000e0fff]';
  v_unseen text;
begin
  if length(p_key) > 256 then
    raise exception using errcode = 'MU003',
      message = format('the key %s… has %s characters; 256 is the most that a vendor takes (account %s)',
        muster.shown(left(p_key, 20)), length(p_key), muster.shown(p_account)),
      hint = 'Keys longer than 256 characters exist at no vendor.';
  end if;
  if p_key is null or btrim(p_key) = '' then
    raise exception using errcode = 'MU003',
      message = format('the key is empty (account %s)', muster.shown(p_account)),
      hint = 'The key is the name by which the vendor knows the device or product.';
  end if;
  if p_key <> btrim(p_key) then
    raise exception using errcode = 'MU003',
      message = format('the key %s begins or ends with a blank (account %s)',
        muster.shown(p_key), muster.shown(p_account)),
      hint = 'Take the blank off; vendors do not.';
  end if;
  v_unseen := upper(to_hex(ascii(substring(p_key from c_unseen))));
  if v_unseen is not null then
    raise exception using errcode = 'MU003',
      message = format('the key %s holds a character that can''t be seen, U+%s (account %s)',
        regexp_replace(to_json(left(p_key, 100))::text, muster.controls(), '?', 'g'),
        lpad(v_unseen, greatest(length(v_unseen), 4), '0'), muster.shown(p_account)),
      hint = 'Take it out; often it is the \r at the end of a line from another system, a tab, or a blank that was '
        'copied from a page or a spreadsheet.';
  end if;
  -- A proxy that decodes the address would take it for another path.
  if p_key ~ '[/\\]|^\.\.?$'
     and exists (select from muster.account where account = p_account and key_in_path) then
    raise exception using errcode = 'MU003',
      message = format('the key %s is no name in an address: it holds a slash, or is only dots (account %s)',
        muster.shown(p_key), muster.shown(p_account)),
      hint = 'The account''s vendor has no such keys; often a part of an address was copied with the key.';
  end if;
end $$;
comment on function muster.check_key(text, text) is
  'Raises MU003 for a key that is empty, too long, has blanks around it, unseen characters, or leaves its path.';

-- The tables' CHECKs have these bounds too, and no words for people.
create or replace function muster.check_priority(p_account text, p_key text, p_priority integer) returns void
language plpgsql immutable as $$
begin
  if p_priority is null or p_priority not between -1000 and 1000 then
    raise exception using errcode = 'MU009',
      message = format('the priority of key %s (account %s) is %s; it must lie between -1000 and 1000',
        muster.shown(p_key), muster.shown(p_account), coalesce(p_priority::text, 'null')),
      hint = '0 is usual, and is taken if priority is left out; higher goes first.';
  end if;
end $$;
comment on function muster.check_priority(text, text, integer) is 'Raises MU009 for a priority out of bounds.';

create or replace function muster.check_refresh_every(p_account text, p_key text, p_every interval) returns void
language plpgsql immutable as $$
begin
  if p_every < interval '1 second' or p_every > interval '10 years' then
    raise exception using errcode = 'MU011',
      message = format('refresh_every of key %s (account %s) is %s; it must lie between a second and ten years',
        muster.shown(p_key), muster.shown(p_account), p_every),
      hint = 'Leave it out for the account''s own interval; enabled = false stops reading.';
  end if;
end $$;
comment on function muster.check_refresh_every(text, text, interval) is 'Raises MU011 for an interval out of bounds.';

create or replace function muster.check_not_before(p_account text, p_key text, p_time timestamptz) returns void
language plpgsql stable as $$
begin
  -- Not by abs() of a difference, which fails for infinity.
  if p_time < now() - interval '10 years' or p_time > now() + interval '10 years' then
    raise exception using errcode = 'MU010',
      message = format('not_before of key %s (account %s) is %s; it must lie within ten years from now',
        muster.shown(p_key), muster.shown(p_account), p_time),
      hint = 'Leave it out for at once.';
  end if;
end $$;
comment on function muster.check_not_before(text, text, timestamptz) is 'Raises MU010 for a time that nobody means.';

create or replace function muster.check_params(p_account text, p_action text, p_kind text, p_key text, p jsonb)
returns void
language plpgsql stable as $$
declare
  v_wrong text := muster.wrong_params(p_account, p_kind, p);
begin
  if v_wrong is not null then
    raise exception using errcode = 'MU004',
      message = format('params of %s for key %s (account %s): it %s',
        p_action, muster.shown(p_key), muster.shown(p_account), v_wrong),
      hint = case p_kind when 'resource' then 'Example: {"resource": "device"}'
                         when 'master_data' then 'Example: {"max_capacity": 1.0, "scale": 1}'
                         else 'Leave params out.' end;
  end if;
end $$;
comment on function muster.check_params(text, text, text, text, jsonb) is
  'Raises MU004 for params that the action does not take.';

create or replace function muster.is_plain_number(n numeric) returns boolean
language sql immutable as $$
  -- Its text is short once the first line has let it pass.
  select case when abs(n) >= 1e41 or scale(n) > 80 then false
              else n = 0 or (abs(n) >= 1e-40 and length(btrim(replace(abs(n)::text, '.', ''), '0')) <= 40) end
$$;
comment on function muster.is_plain_number(numeric) is
  'Whether a number has at most 40 digits and an exponent of at most 40. Others may be short in a row, and a hundred '
  'thousand characters as text.';

-- It makes no text before it knows that the text is short. The claim asks for rows that came past the INSERT's checks.
create or replace function muster.unfit_params(p jsonb) returns text
language plpgsql immutable as $$
declare
  -- In bytes. Documented master data stay below 10 kB. A megabyte would go out at every try.
  c_most  constant integer := 65536;
  -- With plain numbers, and characters that are escaped, no text is so many times as long as the row's bytes.
  c_grows constant integer := 8;
  -- With nothing added: a compressed value has its full size then.
  v_bytes constant integer := pg_column_size(p || '{}');
begin
  if v_bytes > c_most then
    return format('takes %s bytes, and may take %s', v_bytes, c_most);
  elsif exists (select from jsonb_path_query(p, 'strict $.** ? (@.type() == "number")') x
                 where not muster.is_plain_number(x::numeric)) then
    return coalesce(
      (select format('holds in %s a number of more than 40 digits, or with an exponent beyond 40',
                to_jsonb(left(e.key, 100)))
         from jsonb_path_query(p, 'strict $ ? (@.type() == "object")') o
        cross join jsonb_each(o) e
        where exists (select from jsonb_path_query(e.value, 'strict $.** ? (@.type() == "number")') x
                       where not muster.is_plain_number(x::numeric))
        limit 1),
      'holds a number of more than 40 digits, or with an exponent beyond 40');
  elsif v_bytes > c_most / c_grows and octet_length(p::text) > c_most then
    return format('has %s bytes as text, and may have %s', octet_length(p::text), c_most);
  end if;
  return null;
end $$;
comment on function muster.unfit_params(jsonb) is
  'Why params are too large to be carried, as the end of a sentence; null if they are not.';

create or replace function muster.wrong_params(p_account text, p_kind text, p jsonb) returns text
language plpgsql stable as $$
declare
  v_unfit text;
begin
  if p is null or p = '{}' or p = 'null' then
    return null;
  elsif jsonb_typeof(p) <> 'object' then
    return format('must be a JSON object, and is of type %s', jsonb_typeof(p));
  end if;
  v_unfit := muster.unfit_params(p);
  if v_unfit is not null then
    return v_unfit;
  elsif p_kind = 'none' then
    return 'must be null or {}';
  elsif p_kind = 'resource' then
    return (
      select format('may hold "resource" alone (one of: %s), and holds %s',
               (select string_agg(resource, ', ' order by resource)
                  from muster.account_resource where account = p_account), left(p::text, 200))
       where (p - 'resource') <> '{}'
          or not exists (select from muster.account_resource
                          where account = p_account and resource = p ->> 'resource'
                            and jsonb_typeof(p -> 'resource') = 'string'));
  -- Scalars are always fine, and are most of what there is.
  elsif p_kind = 'master_data' and p @? 'strict $.* ? (@.type() == "object" || @.type() == "array")' then
    return (
      select format('holds in %s a value that is no scalar, date as text, array of scalars, or localised name '
                    '{"defaultValue": …, "i18nValue": {…}}', to_jsonb(left(e.key, 100)))
        from jsonb_each(p) e where not muster.is_master_data(e.value) limit 1);
  end if;
  return null;
end $$;
comment on function muster.wrong_params(text, text, jsonb) is
  'What is wrong with params, as the end of a sentence; null if nothing is.';

-- In PL/pgSQL, which is many times faster here than SQL: a bulk INSERT asks for every value.
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
              when 'object' then not exists (select from jsonb_each(v -> 'i18nValue') t
                                              where jsonb_typeof(t.value) not in ('string', 'null'))
              else false end;
    else
      return true;
  end case;
end $$;
comment on function muster.is_master_data(jsonb) is 'Whether a value may stand in master data.';

create or replace function muster.check_traceparent(p_account text, p_key text, p_text text) returns void
language plpgsql immutable as $$
begin
  if p_text !~ '^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$' then
    raise exception using errcode = 'MU025',
      message = format('traceparent of key %s (account %s) is %s; W3C Trace Context has another form',
        muster.shown(p_key), muster.shown(p_account), muster.shown(p_text)),
      hint = 'Example: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01. Leave it out if there is no trace.';
  end if;
end $$;
comment on function muster.check_traceparent(text, text, text) is 'Raises MU025 for a text that names no trace.';
