-- The names of secrets as in Redaction.java. Master data have them at the top alone.
create or replace view report.request as
select w.id, w.account, w.action, w.key,
       case when jsonb_typeof(w.params) = 'object' then (
         select coalesce(jsonb_object_agg(e.key, case when
           e.key ~ '(?<=[a-z])(?:Psk|Pass|Auth|Ak|Sk|PASS|AUTH|AK|SK)(?![A-Za-z])' or e.key ~* (
             'secret(?!ar)|token|passw|passphrase|passcode|pwd|regcode|credential|authorization|cookie|encryption'
             '|signature|(?<!as|de|con)signing|verif(?:y|ication)[_-]?code|密码|密钥'
             '|(?:private|api|access|app|session|shared|master|auth|encrypt|aes)[_-]?key(?!board|pad)'
             '|(?:wifi|wpa2?|wlan)[_-]?psk|(?<![a-z])(?:psk|pass|ak|sk|auth)(?![a-z])')
           then '"[redacted]"' else e.value end), '{}')
           from jsonb_each(w.params) e) else w.params end as params,
       w.priority, w.not_before, w.status, w.attempts, w.error_code, w.error_message, w.http_status,
       w.vendor_request_id, w.result, w.requested_by, w.requested_at, w.started_at, w.finished_at, w.replay_of,
       case when w.finished_at is null then w.step end as step,
       case when w.finished_at is null then w.next_at end as next_at, w.traceparent
  from muster.work_request w;
comment on view report.request is 'One row per request, whatever it asks for.';
comment on column report.request.params is
  'The action''s parameters beside the key, with [redacted] for a value whose name is a secret''s.';
comment on column report.request.step is
  'The next call: read (see how things stand), write (send the change) or verify (see whether it took place); null '
  'once it is finished.';
comment on column report.request.next_at is
  'When Muster may claim it next, or when the lease of the call under way ends; null once it is finished.';

create or replace view report.allocation as
select w.id, w.account, w.key, w.params, w.priority, w.not_before, w.status, w.attempts, w.error_code,
       w.error_message, w.http_status, w.vendor_request_id, w.result, w.requested_by, w.requested_at, w.started_at,
       w.finished_at, w.replay_of,
       d.lifecycle as device_lifecycle, d.vendor_status as device_vendor_status, d.org_id as device_org_id,
       greatest(d.synced_at, s.synced_at) as device_synced_at, d.missing_since as device_missing_since, w.action
  from report.request w
  left join muster.device d on d.account = w.account and d.key = w.key
  left join muster.poll_target p on p.account = w.account and p.resource = 'device' and p.key = w.key
  left join muster.poll_state s on s.target_id = p.id
 where w.action = 'allocate';
comment on view report.allocation is 'One row per allocate request, with the device''s present state beside it.';
comment on column report.allocation.params is
  'The action''s parameters beside the key, with [redacted] for a value whose name is a secret''s.';
comment on column report.allocation.device_lifecycle is 'Where the device stands now.';
comment on column report.allocation.device_vendor_status is 'The same in the vendor''s word.';
comment on column report.allocation.device_org_id is 'The organisation the device is allocated to now.';
comment on column report.allocation.device_synced_at is 'When the device was last read.';
comment on column report.allocation.device_missing_since is
  'Since when the vendor says that the device does not exist.';
