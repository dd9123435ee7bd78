create or replace view report.dead_letter as
select id, account, operation, key, error_code, error_message, http_status, vendor_request_id, request, response,
       attempts, first_failed_at, last_failed_at, state, kind, vendor_code, request_id, state_since, state_by,
       left(note, 500) as note,
       exists (select from muster.account a where a.account = l.account and a.configured) as account_configured
  from muster.dead_letter l;
comment on view report.dead_letter is
  'One row per failure that needs a person. muster.replay and muster.discard act on it.';
comment on column report.dead_letter.account_configured is
  'False once the account has left the configuration: a person can discard the letter, and replay it only when the '
  'account is back.';

create or replace view report.unclassified as
select account, operation, vendor_code, http_status, count(*) as letters, min(first_failed_at) as first_failed_at,
       max(last_failed_at) as last_failed_at, max(error_message) as example
  from muster.dead_letter
 where error_code = 'unclassified'
 group by account, operation, vendor_code, http_status;
comment on view report.unclassified is 'Codes that vendors sent and that stand in no table, counted.';
comment on column report.unclassified.letters is 'How many dead letters carry it.';
comment on column report.unclassified.first_failed_at is 'When it was first seen.';
comment on column report.unclassified.last_failed_at is 'When it was last seen.';
comment on column report.unclassified.example is 'One of the messages.';
