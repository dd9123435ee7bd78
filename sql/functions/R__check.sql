-- Checks at an INSERT: each refuses in one sentence with a HINT. docs/errors.md lists the codes.
create or replace function muster.check_key(p_account text, p_key text) returns void
language plpgsql stable as $$
declare
  -- Control characters, blanks other than U+0020, and characters without a width: Unicode's Cc, Zs, Zl, Zp, Cf and
  -- Default_Ignorable_Code_Point. By number: classes such as [:cntrl:] and [:space:] depend on the database's locale.
  c_unseen constant text :=
    '[\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
    '\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3'
    '\U0001d173-\U0001d17a\U000e0000-\U000e0fff]';
  v_unseen text := upper(to_hex(ascii(substring(p_key from c_unseen))));
begin
  if p_key is null or btrim(p_key) = '' then
    raise exception using errcode = 'MU003',
      message = format('the key is empty (account %s)', quote_nullable(p_account)),
      hint = 'The key is the name by which the vendor knows the device or product.';
  end if;
  if p_key <> btrim(p_key) then
    raise exception using errcode = 'MU003',
      message = format('the key %s begins or ends with a blank (account %s)',
        quote_literal(p_key), quote_nullable(p_account)),
      hint = 'Take the blank off; vendors do not.';
  end if;
  if v_unseen is not null then
    raise exception using errcode = 'MU003',
      message = format('the key %s holds a character that can''t be seen, U+%s (account %s)',
        to_json(left(p_key, 300)), lpad(v_unseen, greatest(length(v_unseen), 4), '0'), quote_nullable(p_account)),
      hint = 'Take it out; often it is the \r at the end of a line from another system, a tab, or a blank that was '
        'copied from a page or a spreadsheet.';
  end if;
  if length(p_key) > 256 then
    raise exception using errcode = 'MU003',
      message = format('the key %s… has %s characters; 256 is the most that a vendor takes (account %s)',
        quote_literal(left(p_key, 20)), length(p_key), quote_nullable(p_account)),
      hint = 'Keys longer than 256 characters exist at no vendor.';
  end if;
  -- A proxy that decodes the address would take it for another path.
  if p_key ~ '[/\\]|^\.\.?$'
     and exists (select from muster.account where account = p_account and key_in_path) then
    raise exception using errcode = 'MU003',
      message = format('the key %s is no name in an address: it holds a slash, or is only dots (account %s)',
        quote_literal(p_key), quote_nullable(p_account)),
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
        quote_nullable(p_key), quote_nullable(p_account), coalesce(p_priority::text, 'null')),
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
        quote_nullable(p_key), quote_nullable(p_account), p_every),
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
        quote_nullable(p_key), quote_nullable(p_account), p_time),
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
        p_action, quote_literal(p_key), quote_literal(p_account), v_wrong),
      hint = case p_kind when 'resource' then 'Example: {"resource": "device"}'
                         when 'master_data' then 'Example: {"max_capacity": 1.0, "scale": 1}'
                         else 'Leave params out.' end;
  end if;
end $$;
comment on function muster.check_params(text, text, text, text, jsonb) is
  'Raises MU004 for params that the action does not take.';

create or replace function muster.wrong_params(p_account text, p_kind text, p jsonb) returns text
language plpgsql stable as $$
declare
  -- In bytes. Documented master data stay below 10 kB. A megabyte would go out at every try.
  c_most constant integer := 65536;
begin
  if p is null or p = '{}' or p = 'null' then
    return null;
  elsif jsonb_typeof(p) <> 'object' then
    return format('must be a JSON object, and is of type %s', jsonb_typeof(p));
  elsif pg_column_size(p) > c_most then
    return format('takes %s bytes, and may take %s', pg_column_size(p), c_most);
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
                    '{"defaultValue": …, "i18nValue": {…}}', to_jsonb(e.key))
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
