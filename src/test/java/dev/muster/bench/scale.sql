-- A large inventory after months of work, made by plain statements past the triggers that look at each row. One statement a paragraph.
-- :devices targets over :accounts accounts, a tenth of them due; :versions earlier versions and one finished request of each; a dead
-- letter of every thousandth. What the vendor sent of a device is short here, some 100 bytes.

alter table muster.poll_target disable trigger user;

insert into muster.poll_target (account, resource, key, refresh_every)
select 'enos' || 1 + n % :accounts, 'device', 'SN-' || n, interval '1 day' from generate_series(1, :devices) n;

alter table muster.poll_target enable trigger user;

insert into muster.poll_state (target_id, account, priority, due_at, synced_at)
select id, account, priority, d.due_at, d.due_at - refresh_every
  from muster.poll_target, lateral (select now() + ((id * 7919 % 1000) / 1000.0 - 0.1) * interval '1 day' as due_at) d;

insert into muster.device (account, key, vendor, serial_number, name, product_key, lifecycle, vendor_status, connectivity, activated, org_id,
  attributes, ports, first_seen_at, last_changed_at, synced_at, digest)
select account, key, 'enos', key, 'pump ' || id, 'pk-' || id % 50, 'active', 'finished', 'online', true, 'o-bench',
       jsonb_build_object('scale', id % 7, 'timezone', '+09:00', 'energyType', 'steam', 'assetId', 'asset-' || id), '[]',
       f.at, f.at + interval '90 days', now() - interval '1 day', md5(id::text)::uuid
  from muster.poll_target, lateral (select now() - interval '100 days' + (id * 7919 % 1000) / 1000.0 * interval '9 days' as at) f
 order by account, key;

-- Where the history is kept by the month, it needs its months.
do $$
declare
  v_from timestamp;
begin
  if (select relkind from pg_class where oid = 'muster.device_history'::regclass) = 'p' then
    for v_from in select date_trunc('month', now() at time zone 'UTC') - make_interval(months => n) from generate_series(0, 4) n loop
      execute format('create table if not exists muster.%I partition of muster.device_history for values from (%L) to (%L)',
                     'device_history_' || to_char(v_from, 'YYYY_MM'), v_from at time zone 'UTC', (v_from + interval '1 month') at time zone 'UTC');
    end loop;
  end if;
end $$;

-- In the order of time, as it comes about.
insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, serial_number, name, product_key, lifecycle, vendor_status,
  connectivity, activated, org_id, attributes, ports)
select d.account, d.key, d.first_seen_at + (v - 1) * s.step, d.first_seen_at + v * s.step, case v when 1 then '{}' else '{connectivity}'::text[] end,
       d.vendor, d.serial_number, d.name, d.product_key, d.lifecycle, d.vendor_status, case v % 2 when 0 then 'online' else 'offline' end,
       d.activated, d.org_id, d.attributes, d.ports
  from muster.device d, (select interval '90 days' / :versions as step) s, generate_series(1, :versions) v
 order by 4;

alter table muster.work_request disable trigger user;

insert into muster.work_request (account, action, key, status, attempts, http_status, vendor_request_id, result, requested_at, started_at, finished_at,
  step, next_at)
select account, case id % 2 when 0 then 'allocate' else 'refresh' end, key, 'done', 1 + id % 2, 200, md5(id::text), '{}', r.at, r.at, r.at + interval '1 second',
       'read', r.at
  from muster.poll_target, lateral (select now() - (id * 7919 % 1000) / 1000.0 * interval '80 days' as at) r;

alter table muster.work_request enable trigger user;

insert into muster.audit (at, subject, account, operation, key, request_id, from_status, to_status, step, attempts, made_by, part)
select greatest(date_trunc('month', now() at time zone 'UTC') at time zone 'UTC', now() - (id * 7919 % 1000) / 1000.0 * interval '28 days'),
       'request', account, action, key, id, 'running', 'done', step, attempts, 'muster', 'settle'
  from muster.work_request;

alter table muster.dead_letter disable trigger user;

insert into muster.dead_letter (kind, target_id, account, operation, key, error_code, error_message)
select 'pull', id, account, resource, key, '35601', 'Verify not pass/sn not found' from muster.poll_target where id % 1000 = 0;

alter table muster.dead_letter enable trigger user;
