-- By this row Muster notices a restore or a failover.

create table muster.incarnation (
  only_row           boolean      primary key default true check (only_row),
  id                 uuid         not null default gen_random_uuid(),
  system_identifier  bigint,
  timeline           integer      not null,
  noticed_at         timestamptz,
  notice             text
);

comment on table muster.incarnation is 'One row: the server and timeline on which Muster last saw this database.';
comment on column muster.incarnation.only_row is 'There is one row.';
comment on column muster.incarnation.id is
  'The database''s own name. A restore brings it back; markers outside the database carry it.';
comment on column muster.incarnation.system_identifier is
  'The PostgreSQL cluster''s identifier; null where the service may not see it.';
comment on column muster.incarnation.timeline is
  'The cluster''s timeline; a failover and a recovery to a point in time begin a new one.';
comment on column muster.incarnation.noticed_at is 'When a restore or failover was last noticed; null if none was.';
comment on column muster.incarnation.notice is 'What was noticed, and what followed.';
