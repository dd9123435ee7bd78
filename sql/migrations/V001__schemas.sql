-- Schema muster is the working side, schema report the reading side.
create schema if not exists muster;
create schema if not exists report;
comment on schema muster is
  'The working side: what to keep a copy of, what operations ask for, and the service''s own state.';
comment on schema report is 'The reading side: views for people and dashboards. Read these and nothing else.';

create sequence muster.fence;
comment on sequence muster.fence is
  'Numbers every claim. A settlement with an older number than the row''s changes nothing.';
