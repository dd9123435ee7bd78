-- The tables of Quartz's clustered job store, by which a job runs once over all replicas: those of Quartz 2.5.2 (its tables_postgres.sql,
-- of which they keep names and types), without indexes beyond the primary keys, since there is one job. Quartz alone reads and writes them.
-- Times are those of the replicas' clocks.
create table muster.qrtz_job_details (
  sched_name         varchar(120) not null,
  job_name           varchar(200) not null,
  job_group          varchar(200) not null,
  description        varchar(250),
  job_class_name     varchar(250) not null,
  is_durable         boolean      not null,
  is_nonconcurrent   boolean      not null,
  is_update_data     boolean      not null,
  requests_recovery  boolean      not null,
  job_data           bytea,
  primary key (sched_name, job_name, job_group)
);
comment on table muster.qrtz_job_details is 'Quartz: What the scheduler runs.';
comment on column muster.qrtz_job_details.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_job_details.job_name is 'The job.';
comment on column muster.qrtz_job_details.job_group is 'The jobs group.';
comment on column muster.qrtz_job_details.description is 'In words.';
comment on column muster.qrtz_job_details.job_class_name is 'The Java class that carries it out.';
comment on column muster.qrtz_job_details.is_durable is 'Whether the job stays without a trigger.';
comment on column muster.qrtz_job_details.is_nonconcurrent is 'Whether one run at a time is allowed.';
comment on column muster.qrtz_job_details.is_update_data is 'Whether a run changes job_data.';
comment on column muster.qrtz_job_details.requests_recovery is 'Whether a run that a dead replica began is begun again.';
comment on column muster.qrtz_job_details.job_data is 'Values given to the job; none.';

create table muster.qrtz_triggers (
  sched_name      varchar(120) not null,
  trigger_name    varchar(200) not null,
  trigger_group   varchar(200) not null,
  job_name        varchar(200) not null,
  job_group       varchar(200) not null,
  description     varchar(250),
  next_fire_time  bigint,
  prev_fire_time  bigint,
  priority        integer,
  trigger_state   varchar(16)  not null,
  trigger_type    varchar(8)   not null,
  start_time      bigint       not null,
  end_time        bigint,
  calendar_name   varchar(200),
  misfire_instr   smallint,
  job_data        bytea,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, job_name, job_group) references muster.qrtz_job_details
);
comment on table muster.qrtz_triggers is 'Quartz: When it runs: the next firing, and who has it.';
comment on column muster.qrtz_triggers.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_triggers.trigger_name is 'The trigger.';
comment on column muster.qrtz_triggers.trigger_group is 'The triggers group.';
comment on column muster.qrtz_triggers.job_name is 'The job.';
comment on column muster.qrtz_triggers.job_group is 'The jobs group.';
comment on column muster.qrtz_triggers.description is 'In words.';
comment on column muster.qrtz_triggers.next_fire_time is 'When it fires next, in ms since 1970.';
comment on column muster.qrtz_triggers.prev_fire_time is 'When it last fired, in ms since 1970; -1 if it never did.';
comment on column muster.qrtz_triggers.priority is 'Which fires first of those that are due at the same time.';
comment on column muster.qrtz_triggers.trigger_state is 'WAITING; ACQUIRED by a replica; BLOCKED while the job runs; ERROR if the job could not be made.';
comment on column muster.qrtz_triggers.trigger_type is 'Which other table has more of it: SIMPLE, CRON, BLOB or others.';
comment on column muster.qrtz_triggers.start_time is 'Since when it may fire, in ms since 1970.';
comment on column muster.qrtz_triggers.end_time is 'Until when, in ms since 1970; 0 for ever.';
comment on column muster.qrtz_triggers.calendar_name is 'The times at which it does not fire; null for none.';
comment on column muster.qrtz_triggers.misfire_instr is 'Quartzs number for what follows if nobody was there to fire it.';
comment on column muster.qrtz_triggers.job_data is 'Values given to the job; none.';

create table muster.qrtz_simple_triggers (
  sched_name       varchar(120) not null,
  trigger_name     varchar(200) not null,
  trigger_group    varchar(200) not null,
  repeat_count     bigint       not null,
  repeat_interval  bigint       not null,
  times_triggered  bigint       not null,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group) references muster.qrtz_triggers
);
comment on table muster.qrtz_simple_triggers is 'Quartz: Of triggers that fire at an interval: which.';
comment on column muster.qrtz_simple_triggers.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_simple_triggers.trigger_name is 'The trigger.';
comment on column muster.qrtz_simple_triggers.trigger_group is 'The triggers group.';
comment on column muster.qrtz_simple_triggers.repeat_count is 'How often; -1 for ever.';
comment on column muster.qrtz_simple_triggers.repeat_interval is 'Milliseconds between two firings.';
comment on column muster.qrtz_simple_triggers.times_triggered is 'How often it has fired.';

create table muster.qrtz_cron_triggers (
  sched_name       varchar(120) not null,
  trigger_name     varchar(200) not null,
  trigger_group    varchar(200) not null,
  cron_expression  varchar(120) not null,
  time_zone_id     varchar(80),
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group) references muster.qrtz_triggers
);
comment on table muster.qrtz_cron_triggers is 'Quartz: Of triggers that fire by the calendar: when. Muster has none.';
comment on column muster.qrtz_cron_triggers.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_cron_triggers.trigger_name is 'The trigger.';
comment on column muster.qrtz_cron_triggers.trigger_group is 'The triggers group.';
comment on column muster.qrtz_cron_triggers.cron_expression is 'The times.';
comment on column muster.qrtz_cron_triggers.time_zone_id is 'The times time zone.';

create table muster.qrtz_simprop_triggers (
  sched_name     varchar(120)   not null,
  trigger_name   varchar(200)   not null,
  trigger_group  varchar(200)   not null,
  str_prop_1     varchar(512),
  str_prop_2     varchar(512),
  str_prop_3     varchar(512),
  int_prop_1     integer,
  int_prop_2     integer,
  long_prop_1    bigint,
  long_prop_2    bigint,
  dec_prop_1     numeric(13, 4),
  dec_prop_2     numeric(13, 4),
  bool_prop_1    boolean,
  bool_prop_2    boolean,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group) references muster.qrtz_triggers
);
comment on table muster.qrtz_simprop_triggers is 'Quartz: Of triggers with a few values of their own. Muster has none.';
comment on column muster.qrtz_simprop_triggers.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_simprop_triggers.trigger_name is 'The trigger.';
comment on column muster.qrtz_simprop_triggers.trigger_group is 'The triggers group.';
comment on column muster.qrtz_simprop_triggers.str_prop_1 is 'One of its values.';
comment on column muster.qrtz_simprop_triggers.str_prop_2 is 'One of its values.';
comment on column muster.qrtz_simprop_triggers.str_prop_3 is 'One of its values.';
comment on column muster.qrtz_simprop_triggers.int_prop_1 is 'One of its values.';
comment on column muster.qrtz_simprop_triggers.int_prop_2 is 'One of its values.';
comment on column muster.qrtz_simprop_triggers.long_prop_1 is 'One of its values.';
comment on column muster.qrtz_simprop_triggers.long_prop_2 is 'One of its values.';
comment on column muster.qrtz_simprop_triggers.dec_prop_1 is 'One of its values.';
comment on column muster.qrtz_simprop_triggers.dec_prop_2 is 'One of its values.';
comment on column muster.qrtz_simprop_triggers.bool_prop_1 is 'One of its values.';
comment on column muster.qrtz_simprop_triggers.bool_prop_2 is 'One of its values.';

create table muster.qrtz_blob_triggers (
  sched_name     varchar(120) not null,
  trigger_name   varchar(200) not null,
  trigger_group  varchar(200) not null,
  blob_data      bytea,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, trigger_name, trigger_group) references muster.qrtz_triggers
);
comment on table muster.qrtz_blob_triggers is 'Quartz: Of triggers that are kept as bytes. Muster has none.';
comment on column muster.qrtz_blob_triggers.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_blob_triggers.trigger_name is 'The trigger.';
comment on column muster.qrtz_blob_triggers.trigger_group is 'The triggers group.';
comment on column muster.qrtz_blob_triggers.blob_data is 'The trigger.';

create table muster.qrtz_calendars (
  sched_name     varchar(120) not null,
  calendar_name  varchar(200) not null,
  calendar       bytea        not null,
  primary key (sched_name, calendar_name)
);
comment on table muster.qrtz_calendars is 'Quartz: Times at which nothing fires. Muster has none.';
comment on column muster.qrtz_calendars.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_calendars.calendar_name is 'Its name.';
comment on column muster.qrtz_calendars.calendar is 'The times.';

create table muster.qrtz_paused_trigger_grps (
  sched_name     varchar(120) not null,
  trigger_group  varchar(200) not null,
  primary key (sched_name, trigger_group)
);
comment on table muster.qrtz_paused_trigger_grps is 'Quartz: Groups of triggers that were paused. Muster pauses none.';
comment on column muster.qrtz_paused_trigger_grps.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_paused_trigger_grps.trigger_group is 'The triggers group.';

create table muster.qrtz_fired_triggers (
  sched_name         varchar(120) not null,
  entry_id           varchar(95)  not null,
  trigger_name       varchar(200) not null,
  trigger_group      varchar(200) not null,
  instance_name      varchar(200) not null,
  fired_time         bigint       not null,
  sched_time         bigint       not null,
  priority           integer      not null,
  state              varchar(16)  not null,
  job_name           varchar(200),
  job_group          varchar(200),
  is_nonconcurrent   boolean,
  requests_recovery  boolean,
  primary key (sched_name, entry_id)
);
comment on table muster.qrtz_fired_triggers is 'Quartz: One row per firing that a replica has taken or is carrying out.';
comment on column muster.qrtz_fired_triggers.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_fired_triggers.entry_id is 'The firing.';
comment on column muster.qrtz_fired_triggers.trigger_name is 'The trigger.';
comment on column muster.qrtz_fired_triggers.trigger_group is 'The triggers group.';
comment on column muster.qrtz_fired_triggers.instance_name is 'The replica: its application_name, and a random number that makes it unique.';
comment on column muster.qrtz_fired_triggers.fired_time is 'When it was taken, in ms since 1970.';
comment on column muster.qrtz_fired_triggers.sched_time is 'When it is due, in ms since 1970.';
comment on column muster.qrtz_fired_triggers.priority is 'Which fires first of those that are due at the same time.';
comment on column muster.qrtz_fired_triggers.state is 'ACQUIRED or EXECUTING.';
comment on column muster.qrtz_fired_triggers.job_name is 'The job.';
comment on column muster.qrtz_fired_triggers.job_group is 'The jobs group.';
comment on column muster.qrtz_fired_triggers.is_nonconcurrent is 'Whether one run at a time is allowed.';
comment on column muster.qrtz_fired_triggers.requests_recovery is 'Whether a run that a dead replica began is begun again.';

create table muster.qrtz_scheduler_state (
  sched_name         varchar(120) not null,
  instance_name      varchar(200) not null,
  last_checkin_time  bigint       not null,
  checkin_interval   bigint       not null,
  primary key (sched_name, instance_name)
);
comment on table muster.qrtz_scheduler_state is 'Quartz: One row per replica that checks in, so that the others notice when it no longer does.';
comment on column muster.qrtz_scheduler_state.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_scheduler_state.instance_name is 'The replica: its application_name, and a random number that makes it unique.';
comment on column muster.qrtz_scheduler_state.last_checkin_time is 'When it last checked in, by its own clock, in ms since 1970.';
comment on column muster.qrtz_scheduler_state.checkin_interval is 'Milliseconds between two check-ins.';

create table muster.qrtz_locks (
  sched_name  varchar(120) not null,
  lock_name   varchar(40)  not null,
  primary key (sched_name, lock_name)
);
comment on table muster.qrtz_locks is 'Quartz: Rows that replicas lock in turn.';
comment on column muster.qrtz_locks.sched_name is 'The scheduler: muster.';
comment on column muster.qrtz_locks.lock_name is 'What the lock is for.';

-- Quartz adds them when it needs them; two replicas that start at once would fail on each other.
insert into muster.qrtz_locks (sched_name, lock_name) values ('muster', 'TRIGGER_ACCESS'), ('muster', 'STATE_ACCESS');
