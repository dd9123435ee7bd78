-- Runs before the migrations, at every start. It stores what the sessions of this login rely on in this database,
-- whatever the defaults of the server and the database are. Stored settings hold behind a pooler too: it may refuse
-- start-up options, and hands what one session SETs to another.
do $$
declare
  s record;
begin
  -- At the first start the session still has the server's own.
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  for s in
    select w.name, w.value
      from (values
        -- A claim and a settlement look at what others have committed meanwhile.
        ('default_transaction_isolation', 'read committed'),
        -- Where every login may create objects in public, an operator there that matches a type better than
        -- PostgreSQL's own would run with the service's rights.
        ('search_path', 'pg_catalog, muster, pg_temp'),
        -- Muster ends what takes too long itself. A migration of a large table may take long.
        ('statement_timeout', '0'),
        ('lock_timeout', '0'),
        ('transaction_timeout', '0'),
        ('idle_in_transaction_session_timeout', '0'),
        ('idle_session_timeout', '0')) w (name, value)
      left join pg_db_role_setting d
        on d.setdatabase = (select oid from pg_database where datname = current_database())
       and d.setrole = (select oid from pg_roles where rolname = session_user)
     -- PostgreSQL 15 knows no transaction_timeout.
     where current_setting(w.name, true) is not null and w.name || '=' || w.value <> all (coalesce(d.setconfig, '{}'))
  loop
    begin
      -- Quoted, the path would be one schema's name.
      execute format('alter role %I in database %I set %s = %s', session_user, current_database(), s.name,
                     case s.name when 'search_path' then s.value else quote_literal(s.value) end);
    exception
      -- Another replica stores the same at this moment.
      when internal_error then null;
    end;
  end loop;
end $$;
