-- Dead letters as a settlement writes and resolves them. A person's replay and discard are in files of their own.
create or replace function muster.park_pull(
  o muster.outcome, p_target bigint, p_account text, p_resource text, p_key text) returns void
language sql as $$
  insert into muster.dead_letter as t (kind, target_id, account, operation, key, error_code, error_message, vendor_code,
    http_status, vendor_request_id, request, response, first_failed_at, last_failed_at)
  values ('pull', p_target, p_account, p_resource, p_key, o.code, o.message, o.vendor_code,
    o.http_status, o.vendor_request_id, o.request, o.response, clock_timestamp(), clock_timestamp())
  on conflict (target_id) where kind = 'pull' and state in ('open', 'replayed') do update
     set error_code = excluded.error_code, error_message = excluded.error_message, vendor_code = excluded.vendor_code,
         http_status = excluded.http_status, vendor_request_id = excluded.vendor_request_id,
         request = excluded.request, response = excluded.response, attempts = t.attempts + 1,
         last_failed_at = excluded.last_failed_at, state = 'open',
         state_since = case when t.state = 'open' then t.state_since else clock_timestamp() end,
         state_by = case when t.state = 'open' then t.state_by else session_user end
$$;
comment on function muster.park_pull(muster.outcome, bigint, text, text, text) is
  'Writes the dead letter of a pull, or opens the live one again with one more attempt.';

create or replace function muster.park_request(o muster.outcome, w muster.work_request) returns void
language plpgsql as $$
begin
  update muster.dead_letter t
     set error_code = o.code, error_message = o.message, vendor_code = o.vendor_code, http_status = o.http_status,
         vendor_request_id = o.vendor_request_id, request = o.request, response = o.response,
         attempts = t.attempts + 1, last_failed_at = clock_timestamp(), state = 'open',
         state_since = clock_timestamp(), state_by = session_user, note = null
   where (t.id = w.replay_of or (t.kind = 'request' and t.request_id = w.id))
     and (t.state <> 'discarded' or w.replay_of is not null);
  if not found and not exists (
    select from muster.dead_letter t where t.kind = 'request' and t.request_id = w.id) then
    insert into muster.dead_letter (kind, request_id, account, operation, key, error_code, error_message, vendor_code,
      http_status, vendor_request_id, request, response, first_failed_at, last_failed_at)
    values ('request', w.id, w.account, w.action, w.key, o.code, o.message, o.vendor_code,
      o.http_status, o.vendor_request_id, o.request, o.response, clock_timestamp(), clock_timestamp());
  end if;
end $$;
comment on function muster.park_request(muster.outcome, muster.work_request) is
  'The dead letter of a request. A replay that fails opens its own letter again.';

create or replace function muster.resolve_letters(p_targets bigint[], p_letters bigint[], p_requests bigint[])
returns void
language sql as $$
  update muster.dead_letter set state = 'resolved', state_since = clock_timestamp(), state_by = session_user
   where kind = 'pull' and target_id = any (p_targets) and state in ('open', 'replayed');
  update muster.dead_letter set state = 'resolved', state_since = clock_timestamp(), state_by = session_user
   where kind = 'request' and (id = any (p_letters) or request_id = any (p_requests))
     and state in ('open', 'replayed');
$$;
comment on function muster.resolve_letters(bigint[], bigint[], bigint[]) is 'A later success resolves a letter.';
