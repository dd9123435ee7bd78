create table muster.retention_run (
  id           bigint      generated always as identity primary key,
  at           timestamptz not null default clock_timestamp(),
  due_at       timestamptz,
  application  text        not null default current_setting('application_name'),
  made         text[]      not null,
  dropped      text[]      not null,
  held         text[]      not null
);

comment on table muster.retention_run is
  'One row per run of muster.tend_partitions in the last 30 days: the months it made ahead, and the months it '
  'dropped.';
comment on column muster.retention_run.id is 'Orders the runs.';
comment on column muster.retention_run.at is 'When it ended, on the database''s clock.';
comment on column muster.retention_run.due_at is 'When the run was due; null if a person ran it.';
comment on column muster.retention_run.application is
  'The application_name of the connection: which replica, or which tool.';
comment on column muster.retention_run.made is 'The partitions that it made.';
comment on column muster.retention_run.dropped is 'The partitions that it dropped: they were past their age.';
comment on column muster.retention_run.held is
  'The partitions past their age that somebody was reading. The next run tries again.';
