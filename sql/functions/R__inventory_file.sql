-- The inventory from a file, again and again. One transaction: all lines, or none and the name of each bad one.
create or replace function muster.wrong_line(p_account text, p_resource text, p_key text, p_every text) returns text
language plpgsql stable as $$
begin
  if not exists (select from muster.account_resource where account = p_account and resource = p_resource) then
    perform muster.check_account(p_account, 'inventory_file', p_key);
    return format('account %s has no resource %s', muster.shown(p_account), muster.shown(p_resource));
  end if;
  perform muster.check_key(p_account, p_key);
  if p_every is not null then
    perform muster.check_refresh_every(p_account, p_key, p_every::interval);
  end if;
  return null;
exception
  when invalid_datetime_format or datetime_field_overflow or interval_field_overflow then
    return format('refresh_every %s of key %s is no interval: write 15 min, 1 h or 1 d',
      muster.shown(p_every), muster.shown(p_key));
  when sqlstate 'MU001' or sqlstate 'MU003' or sqlstate 'MU011' then
    return sqlerrm;
end $$;
comment on function muster.wrong_line(text, text, text, text) is
  'What is wrong with a line of muster.inventory_file; null if nothing is.';

-- Some spreadsheets write one before the first account's name.
create or replace function muster.without_mark(p_text text) returns text
language sql immutable as $$ select ltrim(p_text, U&'\FEFF') $$;
comment on function muster.without_mark(text) is 'The text without a byte order mark at its beginning.';

create or replace function muster.inventory_file_taken() returns trigger
language plpgsql security definer set search_path = pg_catalog, muster, pg_temp
set jit = off as $$
declare
  -- More lines help nobody to find the mistake.
  c_named constant integer := 50;
  v_lines bigint;
  v_bad   bigint;
  v_names text;
  v_new   bigint;
  v_given bigint;
begin
  select count(*), count(b.wrong),
         string_agg(format('line %s: %s', b.n, b.wrong), E'\n' order by b.n) filter
           (where b.wrong is not null and b.nth <= c_named)
    into v_lines, v_bad, v_names
    from (select w.*, count(w.wrong) over (order by w.n) as nth
            from (select l.n, muster.wrong_line(muster.without_mark(l.account), l.resource, l.key, l.refresh_every)
                           as wrong
                    from (select *, row_number() over (order by line) as n from added) l) w) b;
  if v_bad > 0 then
    raise exception using errcode = 'MU018',
      message = format('%s of %s lines are bad, and none was taken%s%s', v_bad, v_lines, E'\n', v_names),
      hint = 'Lines are counted from the first that is no header. Mend them and load the file again.';
  end if;
  -- What people keep themselves is no discovery any more.
  update muster.poll_target t set discovered_at = null
    from added a
   where t.account = muster.without_mark(a.account) and t.resource = a.resource and t.key = a.key
     and t.discovered_at is not null;
  with wanted as (
    select distinct on (1, resource, key) muster.without_mark(account) as account, resource, key,
           refresh_every::interval as every
      from added order by 1, resource, key, line desc),
  taken as (
    insert into muster.poll_target as t (account, resource, key, refresh_every)
    select account, resource, key, every from wanted order by account, resource, key
    on conflict (account, resource, key) do update set refresh_every = excluded.refresh_every
     where t.refresh_every is distinct from excluded.refresh_every
    returning t.created_at = now() as fresh)
  select count(*) filter (where fresh), count(*) filter (where not fresh) into v_new, v_given from taken;
  delete from muster.inventory_file;
  raise notice '% lines: % new targets, % with another interval, the others were there', v_lines, v_new, v_given;
  return null;
end $$;
comment on function muster.inventory_file_taken() is
  'Trigger: takes the lines of a file into poll_target, or names the bad ones.';

create or replace trigger inventory_file_taken after insert on muster.inventory_file
  referencing new table as added for each statement execute function muster.inventory_file_taken();
