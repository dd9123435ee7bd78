-- Runs after every migration, also one that had nothing to do, so that it sees every view.
-- A column of a view with the name it has in its table means the same, and gets the same comment.
do $$
declare
  c record;
begin
  -- A member of muster_app runs the service without owning it; the owner's comments stay.
  if not pg_has_role(current_user, (select nspowner from pg_namespace where nspname = 'muster'), 'usage') then
    return;
  end if;
  for c in
    select v.oid::regclass as view, a.attname as name, col_description(t.oid, b.attnum) as words
      from pg_class v
      join pg_attribute a on a.attrelid = v.oid and a.attnum > 0
      join pg_class t on t.relnamespace = 'muster'::regnamespace and t.relkind in ('r', 'p')
       and t.relname = case v.relname when 'allocation' then 'work_request'
                                      when 'request' then 'work_request'
                                      when 'unclassified' then 'dead_letter'
                                      when 'inventory' then 'inventory_snapshot'
                                      when 'inventory_need' then 'inventory_snapshot'
                                      when 'target' then 'poll_target'
                                      when 'change' then 'device'
                                      else v.relname end
      join pg_attribute b on b.attrelid = t.oid and b.attname = a.attname
     where v.relnamespace in ('report'::regnamespace, 'muster'::regnamespace) and v.relkind = 'v'
       and col_description(v.oid, a.attnum) is null
  loop
    execute format('comment on column %s.%I is %L', c.view, c.name, c.words);
  end loop;

  -- Flyway's own table, which stands in the same schema.
  comment on table muster.schema_history is 'Which migrations were applied. Written by Flyway at start.';
  comment on column muster.schema_history.installed_rank is 'Their order.';
  comment on column muster.schema_history.version is 'The migration''s number; null for a repeatable one.';
  comment on column muster.schema_history.description is 'The migration''s name.';
  comment on column muster.schema_history.type is 'SQL.';
  comment on column muster.schema_history.script is 'The migration''s file.';
  comment on column muster.schema_history.checksum is 'A repeatable migration runs again when it changes.';
  comment on column muster.schema_history.installed_by is 'The database user who applied it.';
  comment on column muster.schema_history.installed_on is 'When it was applied.';
  comment on column muster.schema_history.execution_time is 'How long it took, in milliseconds.';
  comment on column muster.schema_history.success is 'Whether it succeeded.';
end $$;
