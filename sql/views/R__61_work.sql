create or replace view report.allocation as
select w.id, w.account, w.key, w.params, w.priority, w.not_before, w.status, w.attempts, w.error_code, w.error_message, w.http_status,
       w.vendor_request_id, w.result, w.requested_by, w.requested_at, w.started_at, w.finished_at, w.replay_of,
       d.lifecycle as device_lifecycle, d.vendor_status as device_vendor_status, d.org_id as device_org_id,
       greatest(d.synced_at, s.synced_at) as device_synced_at, d.missing_since as device_missing_since, w.action
  from muster.work_request w
  left join muster.device d on d.account = w.account and d.key = w.key
  left join muster.poll_target p on p.account = w.account and p.resource = 'device' and p.key = w.key
  left join muster.poll_state s on s.target_id = p.id
 where w.action = 'allocate';
comment on view report.allocation is 'One row per allocate request, with the device''s present state beside it.';
comment on column report.allocation.device_lifecycle is 'Where the device stands now.';
comment on column report.allocation.device_vendor_status is 'The same in the vendor''s word.';
comment on column report.allocation.device_org_id is 'The organisation the device is allocated to now.';
comment on column report.allocation.device_synced_at is 'When the device was last read.';
comment on column report.allocation.device_missing_since is 'Since when the vendor says that the device does not exist.';

create or replace view report.dead_letter as
select id, account, operation, key, error_code, error_message, http_status, vendor_request_id, request, response, attempts, first_failed_at,
       last_failed_at, state, kind, vendor_code, request_id, state_since, state_by, note,
       exists (select from muster.account a where a.account = l.account and a.configured) as account_configured
  from muster.dead_letter l;
comment on view report.dead_letter is 'One row per failure that needs a person. muster.replay and muster.discard act on it.';
comment on column report.dead_letter.account_configured is 'False once the account has left the configuration: the letter can be discarded, and replayed only when the account is back.';

create or replace view report.audit as
select at, id, subject, account, operation, key, request_id, letter_id, from_status, to_status, step, attempts, error_code, message, made_by, part, application
  from muster.audit;
comment on view report.audit is 'One row per transition of a request, a dead letter or an account: when, from what to what, and who or what made it.';

create or replace view report.unclassified as
select account, operation, vendor_code, http_status, count(*) as letters, min(first_failed_at) as first_failed_at, max(last_failed_at) as last_failed_at,
       max(error_message) as example
  from muster.dead_letter where error_code = 'unclassified'
 group by account, operation, vendor_code, http_status;
comment on view report.unclassified is 'Codes that vendors sent and that stand in no table, counted.';
comment on column report.unclassified.letters is 'How many dead letters carry it.';
comment on column report.unclassified.first_failed_at is 'When it was first seen.';
comment on column report.unclassified.last_failed_at is 'When it was last seen.';
comment on column report.unclassified.example is 'One of the messages.';
