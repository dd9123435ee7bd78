-- Runs at every start, because a DBA may create the roles later. The three roles are NOLOGIN groups: muster_app runs
-- the service, muster_ops asks for work, muster_report reads.
do $$
declare
  r text;
begin
  foreach r in array array['muster_app', 'muster_ops', 'muster_report'] loop
    if not exists (select from pg_roles where rolname = r) then
      begin
        execute format('create role %I nologin', r);
      exception
        -- Roles are cluster-wide: another database's Muster may have been quicker.
        when duplicate_object or unique_violation then null;
        -- The service's log then says what a DBA must run.
        when insufficient_privilege then null;
      end;
    end if;
  end loop;
end $$;

do $$
declare
  f record;
begin
  -- A DBA may run this before the first start, to create the roles; their rights come with the schema.
  if to_regnamespace('muster') is null then
    return;
  end if;
  -- A member of muster_app runs the service without owning it; the owner has given the rights.
  if not pg_has_role(current_user, (select nspowner from pg_namespace where nspname = 'muster'), 'usage') then
    return;
  end if;
  -- Another replica may start at the same time: two can't change the rights of one function at once.
  perform from muster.chore where name = 'configure' for update;
  -- EXECUTE goes to PUBLIC by default; only what is granted below is meant for others.
  for f in select p.oid::regprocedure as name from pg_proc p
            where p.pronamespace in ('muster'::regnamespace, 'report'::regnamespace) loop
    execute format('revoke execute on function %s from public', f.name);
  end loop;
  revoke all on schema muster, report from public;
  if exists (select from pg_roles where rolname = 'muster_app') then
    grant usage on schema muster, report to muster_app;
    grant select, insert, update, delete on all tables in schema muster to muster_app;
    grant usage, select, update on all sequences in schema muster to muster_app;
    grant execute on all functions in schema muster to muster_app;
    -- Triggers write the record, with the owner's rights; nobody else changes it.
    for f in
      select 'muster.audit'::regclass as name
      union all
      select inhrelid::regclass from pg_inherits where inhparent = 'muster.audit'::regclass
    loop
      execute format('revoke insert, update, delete on %s from muster_app', f.name);
    end loop;
    grant select on all tables in schema report to muster_app;
    grant execute on all functions in schema report to muster_app;
  end if;
  if exists (select from pg_roles where rolname = 'muster_report') then
    grant usage on schema report to muster_report;
    grant select on all tables in schema report to muster_report;
    grant execute on all functions in schema report to muster_report;
    grant usage on schema muster to muster_report;
    for f in
      select p.oid::regprocedure as name from pg_proc p
       where p.pronamespace = 'muster'::regnamespace and p.proname in ('changes_since', 'present_cursor', 'plan')
    loop
      execute format('grant execute on function %s to muster_report', f.name);
    end loop;
  end if;
  if exists (select from pg_roles where rolname = 'muster_ops') then
    grant usage on schema muster, report to muster_ops;
    grant select on all tables in schema report to muster_ops;
    grant execute on all functions in schema report to muster_ops;
    grant select on muster.work_request, muster.poll_target to muster_ops;
    grant insert (account, action, key, params, priority, not_before, traceparent) on muster.work_request to muster_ops;
    grant insert (account, resource, key, refresh_every, priority, enabled) on muster.poll_target to muster_ops;
    grant update (refresh_every, priority, enabled), delete on muster.poll_target to muster_ops;
    grant insert (account, key, refresh_every, resource) on muster.inventory_file to muster_ops;
    for f in
      select p.oid::regprocedure as name from pg_proc p
       where p.pronamespace = 'muster'::regnamespace
         and p.proname in
             ('cancel', 'replay', 'preview_replay', 'discard', 'pause', 'resume', 'forget', 'release_quota',
              'undiscover', 'explain', 'changes_since', 'present_cursor', 'plan', 'price', 'cancel_all', 'replay_all',
              'discard_all')
    loop
      execute format('grant execute on function %s to muster_ops', f.name);
    end loop;
  end if;
end $$;
