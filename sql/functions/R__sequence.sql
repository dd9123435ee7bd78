-- A copy of the tables alone, as by logical replication, leaves the sequences at their beginning.
-- One at a time: a second would set back what went on meanwhile.
create or replace function muster.catch_up_sequences() returns table (sequence text, was bigint, reached bigint)
language plpgsql as $$
declare
  s record;
begin
  perform muster.await_turn('sequences');
  for s in
    select d.objid::regclass as seq, format('select max(%I) from %s', a.attname, d.refobjid::regclass) as query
      from pg_depend d
      join pg_class c on c.oid = d.objid and c.relkind = 'S' and c.relnamespace = 'muster'::regnamespace
      join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
     where d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
    union all
    -- The rows of audit are in the order of time, nearly, and too many to read all.
    select 'muster.audit_id'::regclass,
           'select max(id) from (select id from muster.audit order by at desc, id desc limit 1000) a'
    union all
    select 'muster.fence'::regclass,
           'select greatest((select max(fence) from muster.permit), (select max(fence) from muster.token), '
             '(select max(fence) from muster.work_request where fence is not null), '
             '(select max(fence) from muster.poll_state where fence is not null))'
  loop
    execute s.query into reached;
    was := coalesce(pg_sequence_last_value(s.seq), 0);
    if reached > was then
      perform setval(s.seq, reached);
      -- Not by its regclass: that depends on the search path.
      sequence := format('muster.%I', (select c.relname from pg_class c where c.oid = s.seq));
      return next;
    end if;
  end loop;
end $$;
comment on function muster.catch_up_sequences() is
  'Sets each sequence that is behind its table to the table''s highest number, and returns those. For the service.';
