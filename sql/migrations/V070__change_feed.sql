-- What report.change counts from. A row of its own: every settlement reads it, and the claim updates incarnation.

create table muster.change_feed (
  only_row       boolean   primary key default true check (only_row),
  life           smallint  not null default 0,
  incomplete_to  bigint    not null default 0
);
insert into muster.change_feed default values;

comment on table muster.change_feed is 'One row: what the positions of changes count from.';
comment on column muster.change_feed.only_row is 'There is one row.';
comment on column muster.change_feed.life is
  'How many restores and failovers Muster has noticed. It leads each position, since transactions are numbered anew '
  'after one.';
comment on column muster.change_feed.incomplete_to is
  'The highest position among the versions that retention dropped; 0 if it dropped none.';
