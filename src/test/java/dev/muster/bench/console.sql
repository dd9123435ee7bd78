-- What the console lists beside scale.sql: a dead letter of every tenth device, nine of ten of them open, of twelve codes; and of
-- every twentieth device a request that waits, of every hundredth one that failed. One statement a paragraph.

alter table muster.dead_letter disable trigger user;

insert into muster.dead_letter (kind, target_id, account, operation, key, error_code, error_message, http_status, request, response,
  attempts, first_failed_at, last_failed_at, state)
select 'pull', id, account, resource, key, 'E' || id % 12, 'The vendor does not know device ' || key, 404, '{"call": "get-device"}',
       repeat('x', 200), 1 + id % 5, f.at, f.at + interval '1 hour', case when id % 100 = 0 then 'resolved' else 'open' end
  from muster.poll_target, lateral (select now() - (id * 7919 % 1000) / 1000.0 * interval '20 days' as at) f
 where id % 10 = 0 and id % 1000 <> 0;

alter table muster.dead_letter enable trigger user;

alter table muster.work_request disable trigger user;

insert into muster.work_request (account, action, key, params, not_before, next_at)
select account, 'refresh', key, '{}', now() + interval '1 day', now() + interval '1 day' from muster.poll_target where id / 20 % 20 = 3;

insert into muster.work_request (account, action, key, status, attempts, error_code, error_message, requested_by, requested_at, started_at,
  finished_at)
select account, 'allocate', key, 'dead', 2, 'E' || id % 12, 'The vendor does not know device ' || key, 'ann', r.at, r.at, r.at
  from muster.poll_target, lateral (select now() - (id * 7919 % 1000) / 1000.0 * interval '20 days' as at) r where id / 20 % 100 = 7;

alter table muster.work_request enable trigger user;

-- Some devices differ from most.
update muster.device set connectivity = 'offline' where right(key, 1) = '7';

update muster.device set missing_since = now() where right(key, 3) = '077';

update muster.device set lifecycle = 'faulted' where right(key, 4) = '0123';
