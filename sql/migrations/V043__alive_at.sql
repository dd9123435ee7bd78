alter table muster.incarnation add column alive_at timestamptz;
comment on column muster.incarnation.alive_at is
  'When a claim last found the database as it was, to the minute. What was done since can be lost in a restore.';
