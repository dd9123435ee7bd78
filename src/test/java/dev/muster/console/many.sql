-- A hundred thousand rows wherever a page lists some.
insert into muster.device (account, key, vendor, name, lifecycle, connectivity, attributes, ports, first_seen_at,
  last_changed_at, synced_at, digest)
select 'lvcc1', 'MANY-' || n, 'lvcc', 'one of many', 'active', 'online', '{}', '[]', now(),
       now() - make_interval(secs => n), now(), md5('')::uuid
  from generate_series(1, 100000) n;
insert into muster.device_port (account, key, port_no, status, changed_at)
select 'lvcc1', 'MANY-1', n, 'available', now() from generate_series(1, 100000) n;
insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, name, lifecycle, connectivity,
  attributes, ports)
select 'lvcc1', 'MANY-1', now() - make_interval(secs => n / 1000.0), now() - make_interval(secs => (n - 1) / 1000.0),
       '{}', 'lvcc', 'name ' || n, 'active', 'online', '{}', '[]'
  from generate_series(1, 100000) n;
insert into muster.work_request (account, action, key, status, requested_by, finished_at)
select 'lvcc1', 'refresh', 'MANY-1', 'cancelled', 'many', now() from generate_series(1, 100000) n;
insert into muster.dead_letter (kind, target_id, account, operation, key, error_code, error_message)
select 'pull', 1000000 + n, 'lvcc1', 'device', 'MANY-' || n, 'E' || n, 'one of many' from generate_series(1, 100000) n;
insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, to_status, made_by)
select now(), s, 'lvcc1', 'refresh', 'MANY-1', (select max(id) from muster.work_request),
       (select max(id) from muster.dead_letter), 'running', 'many'
  from generate_series(1, 50000) n, unnest('{request,letter}'::text[]) s;
insert into muster.sweep (account, resource, state, page_size, started_at, finished_at)
select 'lvcc1', 'device', 'done', 1, now() - make_interval(secs => n), now() from generate_series(1, 100000) n;
alter table muster.device enable trigger user;
alter table muster.poll_target enable trigger user;
alter table muster.work_request enable trigger user;
alter table muster.dead_letter enable trigger user;
alter table muster.account enable trigger user;
analyze muster.device, muster.device_history, muster.work_request, muster.dead_letter, muster.audit, muster.sweep;
