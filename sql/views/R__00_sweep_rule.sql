-- When sweeps pay, and how they may follow each other, in one place: the functions of R__sweep.sql, the reports and the
-- plan read it. A view, because views call no function of Muster's.
create or replace view muster.sweep_rule as
select 100 as least_saving, 0.25 as rest;
comment on view muster.sweep_rule is 'One row: the numbers by which Muster sweeps.';
comment on column muster.sweep_rule.least_saving is
  'A sweep must spare so many calls more than it costs. A small inventory is read singly.';
comment on column muster.sweep_rule.rest is
  'So much of a sweep''s duration is left to single reads before the next one. A quarter is a fifth of all time.';
