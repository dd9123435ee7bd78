-- Schema muster is the working side, schema report the reading side.
create schema if not exists muster;
create schema if not exists report;
comment on schema muster is 'The working side of Muster: what to keep a copy of, what operations ask for, and the service''s own state.';
comment on schema report is 'The reading side of Muster: views for people and dashboards. Nothing else is meant to be read.';

create sequence muster.fence;
comment on sequence muster.fence is 'Numbers every claim. A settlement that names an older number than the row holds changes nothing.';
