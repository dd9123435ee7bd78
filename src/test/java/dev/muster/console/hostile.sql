-- Values as no vendor, operator or person should send them, wherever a page shows one. EVIL and LONG are replaced.
alter table muster.device disable trigger user;
alter table muster.poll_target disable trigger user;
alter table muster.work_request disable trigger user;
alter table muster.dead_letter disable trigger user;
alter table muster.account disable trigger user;

insert into muster.device (account, key, vendor, serial_number, name, product_key, model, type, lifecycle, vendor_status,
  connectivity, address, region, org_id, attributes, ports, first_seen_at, last_changed_at, synced_at, missing_since,
  digest)
values ('enos1', EVIL, 'enos', EVIL, LONG, LONG, LONG, LONG, 'active', LONG, 'online', LONG, LONG, LONG,
  jsonb_build_object(EVIL, LONG), '[]', now(), now(), now(), now(), md5('')::uuid);
insert into muster.device_port (account, key, port_no, status, vendor_status, changed_at)
select 'enos1', EVIL, n, 'available', LONG, now() from generate_series(1, 3) n;
insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, name, lifecycle, connectivity,
  attributes, ports)
values ('enos1', EVIL, now() - interval '1 hour', now(), '{}', 'enos', 'x' || LONG, 'active', 'online',
  jsonb_build_object(EVIL, 'x' || LONG, EVIL || 'b', 1), '[]');
insert into muster.poll_target (account, resource, key, enabled, created_by) values ('enos1', 'device', EVIL, false, EVIL);

-- Of unknown outcome for long: it needs a person.
insert into muster.work_request (account, action, key, params, status, error_code, error_message, vendor_request_id,
  requested_by, given_up_at, next_at, step)
values ('enos1', EVIL, EVIL, jsonb_build_object(EVIL, LONG), 'unknown', EVIL, LONG, LONG, EVIL,
  now() - interval '1 hour', now(), 'verify');
insert into muster.work_request (account, action, key, params, status, error_code, error_message, result,
  requested_by, finished_at)
values ('enos1', EVIL, EVIL, jsonb_build_object(EVIL, LONG), 'dead', EVIL, LONG, jsonb_build_object(EVIL, LONG), EVIL,
  now());
insert into muster.dead_letter (kind, request_id, account, operation, key, error_code, error_message, vendor_code,
  vendor_request_id, request, response, state_by, note)
select 'request', max(id), 'enos1', EVIL, EVIL, EVIL, LONG, LONG, LONG, jsonb_build_object(EVIL, LONG), LONG, EVIL, LONG
  from muster.work_request where key = EVIL;
insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, to_status, step, error_code,
  message, made_by, part, application)
select now(), s, 'enos1', EVIL, EVIL, r.id, l.id, 'dead', 'read', EVIL, LONG, EVIL, EVIL, EVIL
  from muster.work_request r, muster.dead_letter l, unnest('{request,letter}'::text[]) s
 where r.key = EVIL and l.key = EVIL;

insert into muster.account (account, vendor, call_deadline, state, why, what_to_do)
values (EVIL, EVIL, '1 s', 'halted', LONG, LONG);
update muster.account set state = 'active', why = null, what_to_do = null where account = 'huawei1';
update muster.account set state = 'paused', why = LONG, what_to_do = LONG where account = 'enos1';
insert into muster.weather (account, failures, why, down_since, probe_at)
values ('huawei1', 9, LONG, now(), now() + interval '1 day')
on conflict (account) do update set why = excluded.why, down_since = now(), probe_at = excluded.probe_at;
insert into muster.quota (quota, scope, max_calls, "window", held_until, held_since)
values (EVIL, EVIL, 1, '1 h', now() + interval '1 h', now());
insert into muster.account_quota (account, quota) values ('enos1', EVIL), (EVIL, EVIL);
insert into muster.sweep (account, resource, state, page_size, finished_at, why)
values ('enos1', EVIL, 'refused', 1, now(), LONG), (EVIL, EVIL, 'refused', 1, now(), LONG);
