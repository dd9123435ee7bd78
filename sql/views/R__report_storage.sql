-- For people who would count: select count(*) reads every row.
create or replace view report.storage as
select coalesce(i.inhparent, c.oid)::regclass::text as table_name,
       sum(case when s.n_live_tup > 0 then s.n_live_tup else greatest(c.reltuples, 0) end)::bigint as rows_estimated,
       sum(pg_total_relation_size(c.oid))::bigint as bytes,
       count(i.inhparent)::integer as parts
  from pg_class c
  join pg_stat_all_tables s on s.relid = c.oid
  left join pg_inherits i on i.inhrelid = c.oid
 where c.relnamespace = 'muster'::regnamespace and c.relkind = 'r'
 group by coalesce(i.inhparent, c.oid);
comment on view report.storage is 'How large each table is: one row per table, those kept by the month as a whole.';
comment on column report.storage.table_name is 'The table.';
comment on column report.storage.rows_estimated is
  'Its rows by PostgreSQL''s statistics, which are some seconds old and may be some per cent off.';
comment on column report.storage.bytes is 'Its size on disk, with its indexes.';
comment on column report.storage.parts is 'How many partitions it has; 0 if it is kept as a whole.';
