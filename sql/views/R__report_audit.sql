create or replace view report.audit as
select at, id, subject, account, operation, key, request_id, letter_id, from_status, to_status, step, attempts,
       error_code, left(message, 1000) as message, made_by, part, application
  from muster.audit;
comment on view report.audit is
  'One row per transition of a request, a dead letter or an account: when, from what to what, and who or what made '
  'it.';

create or replace view report.retention_run as
select id, at, due_at, application, made, dropped, held from muster.retention_run;
comment on view report.retention_run is
  'One row per run, for 30 days, of the job that makes the months of audit and device_history ahead and drops those '
  'past their age.';
