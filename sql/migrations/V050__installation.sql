-- What this installation has of its own and keeps to itself.

create table muster.installation (
  only_row  boolean primary key default true check (only_row),
  channel   text    not null default 'muster_' || replace(gen_random_uuid()::text, '-', '')
);
insert into muster.installation default values;

comment on table muster.installation is
  'One row: what no other login may know. Whoever rings for the service holds the row''s lock.';
comment on column muster.installation.only_row is 'There is one row.';
comment on column muster.installation.channel is
  'The channel on which the service is woken. Every login may notify a channel whose name it knows.';
