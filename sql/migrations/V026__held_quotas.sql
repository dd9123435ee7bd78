-- A day's quota that a working account gets holds it for a day: report.attention says so.
alter table muster.quota add column held_since timestamptz;
comment on column muster.quota.held_since is 'When all of its permits were last taken for one window because calls made before may count in it: it was new to a working account, or its window was lengthened. Null if never.';
