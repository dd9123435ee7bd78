-- What one replica at a time may do. Whoever does it locks the row. Only the service's users can: unlike an advisory
-- lock, which every login may take.

create table muster.chore (
  name    text        primary key,
  due_at  timestamptz
);
insert into muster.chore (name)
values ('configure'), ('make_partition'), ('months'), ('check_floors'), ('reports'), ('forget');

comment on table muster.chore is
  'One row per task that one replica at a time does. Whoever does it holds the row''s lock.';
comment on column muster.chore.name is 'The task.';
comment on column muster.chore.due_at is
  'When it is due next; null before its first run, and for tasks without a schedule.';
