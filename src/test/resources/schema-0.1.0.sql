-- The schema of 0.1.0 with Flyway's history, by pg_dump 15: --inserts --no-owner --no-privileges. Never changes again.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA muster;
COMMENT ON SCHEMA muster IS 'The working side: what to keep a copy of, what operations ask for, and the service''s own state.';
CREATE SCHEMA report;
COMMENT ON SCHEMA report IS 'The reading side: views for people and dashboards. Read these and nothing else.';
CREATE TYPE muster.outcome AS (
	kind text,
	id bigint,
	fence bigint,
	account text,
	verdict text,
	delay_ms bigint,
	code text,
	message text,
	vendor_code text,
	http_status integer,
	vendor_request_id text,
	request jsonb,
	response text,
	retry_after_ms bigint,
	gone boolean,
	final boolean,
	sent boolean,
	arrived boolean,
	age_ms bigint,
	token_generation bigint,
	refused boolean,
	refused_login boolean,
	sealed bytea,
	lifetime_ms bigint,
	renew_ms bigint,
	refresh_lifetime_ms bigint,
	note text,
	device integer,
	digest uuid,
	product jsonb,
	tariff jsonb
);
COMMENT ON TYPE muster.outcome IS 'What became of one task, as muster.settle takes it. Null where nothing is to be said.';
COMMENT ON COLUMN muster.outcome.kind IS 'As in the task.';
COMMENT ON COLUMN muster.outcome.id IS 'As in the task.';
COMMENT ON COLUMN muster.outcome.fence IS 'As in the task.';
COMMENT ON COLUMN muster.outcome.account IS 'The task''s account.';
COMMENT ON COLUMN muster.outcome.verdict IS 'done, send (the write comes next), retry, snooze (the vendor asked to slow down), reauthorise, park (a dead letter), halt, unknown (sent, outcome not known) or release (give it back).';
COMMENT ON COLUMN muster.outcome.delay_ms IS 'When the row is due again, from now; null for at once.';
COMMENT ON COLUMN muster.outcome.code IS 'The vendor''s code, or one of Muster''s own words.';
COMMENT ON COLUMN muster.outcome.message IS 'What the code means, in one sentence.';
COMMENT ON COLUMN muster.outcome.vendor_code IS 'The code exactly as the vendor sent it.';
COMMENT ON COLUMN muster.outcome.http_status IS 'The HTTP status of the reply.';
COMMENT ON COLUMN muster.outcome.vendor_request_id IS 'The vendor''s name for the call.';
COMMENT ON COLUMN muster.outcome.request IS 'For a dead letter: the request as sent, without secrets.';
COMMENT ON COLUMN muster.outcome.response IS 'For a dead letter: the reply, without secrets.';
COMMENT ON COLUMN muster.outcome.retry_after_ms IS 'The pause that the vendor asked for.';
COMMENT ON COLUMN muster.outcome.gone IS 'The vendor says that the device or product does not exist.';
COMMENT ON COLUMN muster.outcome.final IS 'The park ends even a write of unknown outcome.';
COMMENT ON COLUMN muster.outcome.sent IS 'For a release: the call had left.';
COMMENT ON COLUMN muster.outcome.arrived IS 'False if the call may still reach the vendor. Its permit then stays booked.';
COMMENT ON COLUMN muster.outcome.age_ms IS 'How long ago the reply arrived.';
COMMENT ON COLUMN muster.outcome.token_generation IS 'As in the task.';
COMMENT ON COLUMN muster.outcome.refused IS 'For a write of unknown outcome: the vendor answered with a refusal.';
COMMENT ON COLUMN muster.outcome.refused_login IS 'For a token: the vendor refused the credentials.';
COMMENT ON COLUMN muster.outcome.sealed IS 'For a token: the new one, encrypted.';
COMMENT ON COLUMN muster.outcome.lifetime_ms IS 'For a token: how long it is good.';
COMMENT ON COLUMN muster.outcome.renew_ms IS 'For a token: when to renew it, from now.';
COMMENT ON COLUMN muster.outcome.refresh_lifetime_ms IS 'For a token: how long its refresh token is good.';
COMMENT ON COLUMN muster.outcome.note IS 'For the request''s result.';
COMMENT ON COLUMN muster.outcome.device IS 'The number, from 1, of the device''s record in p_devices.';
COMMENT ON COLUMN muster.outcome.digest IS 'MD5 of that record.';
COMMENT ON COLUMN muster.outcome.product IS 'The product that the reply showed, with account and product_key.';
COMMENT ON COLUMN muster.outcome.tariff IS 'The price standard that the reply showed, with account and tariff_id.';
CREATE TYPE muster.replayed AS (
	id bigint,
	account text,
	operation text,
	key text,
	error_code text,
	request_id bigint
);
COMMENT ON TYPE muster.replayed IS 'A dead letter that muster.replay or muster.discard touched.';
COMMENT ON COLUMN muster.replayed.id IS 'The letter.';
COMMENT ON COLUMN muster.replayed.account IS 'Its account.';
COMMENT ON COLUMN muster.replayed.operation IS 'Its operation.';
COMMENT ON COLUMN muster.replayed.key IS 'Its key.';
COMMENT ON COLUMN muster.replayed.error_code IS 'Its code.';
COMMENT ON COLUMN muster.replayed.request_id IS 'The request that carries the replay out; null for a pull.';
CREATE TYPE muster.task AS (
	kind text,
	id bigint,
	fence bigint,
	operation text,
	resource text,
	key text,
	params jsonb,
	step text,
	retries integer,
	conclusive boolean,
	error_code text,
	error_message text,
	refused boolean,
	token_generation bigint,
	call_deadline_ms bigint
);
COMMENT ON TYPE muster.task IS 'One call to make, as muster.claim hands it out.';
COMMENT ON COLUMN muster.task.kind IS 'pull (a target), request (a row of work_request) or token (a renewal).';
COMMENT ON COLUMN muster.task.id IS 'The target or request; null for a token.';
COMMENT ON COLUMN muster.task.fence IS 'The claim''s number. The settlement must name it.';
COMMENT ON COLUMN muster.task.operation IS 'The action of a request, the resource of a pull, or token.';
COMMENT ON COLUMN muster.task.resource IS 'The resource to read; null for a token.';
COMMENT ON COLUMN muster.task.key IS 'The device or product; null for a token.';
COMMENT ON COLUMN muster.task.params IS 'The request''s params.';
COMMENT ON COLUMN muster.task.step IS 'For a request: read, write or verify.';
COMMENT ON COLUMN muster.task.retries IS 'Failures in a row so far.';
COMMENT ON COLUMN muster.task.conclusive IS 'For a request of unknown outcome: whether a read now proves what happened.';
COMMENT ON COLUMN muster.task.error_code IS 'For a request: the code of the last failure.';
COMMENT ON COLUMN muster.task.error_message IS 'For a request: what the last failure means.';
COMMENT ON COLUMN muster.task.refused IS 'For a request of unknown outcome: whether the vendor answered the write with a refusal.';
COMMENT ON COLUMN muster.task.token_generation IS 'The generation of the account''s token now.';
COMMENT ON COLUMN muster.task.call_deadline_ms IS 'The longest that the call may take, from the claim on.';
CREATE FUNCTION muster.accomplished(p_began timestamp with time zone, p_since timestamp with time zone) RETURNS TABLE(kind text, account text, operation text, done bigint, new bigint, changed bigint, failed bigint, unknown bigint, remaining bigint)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    SET work_mem TO '64MB'
    AS $$
  with failed as (
    select l.target_id from muster.dead_letter l
     where l.kind = 'pull' and l.state = 'open' and l.last_failed_at >= p_began),
  pulls as (
    select s.target_id, 'done' as "end" from muster.poll_state s
     where s.synced_at >= p_began and not exists (select from failed f where f.target_id = s.target_id)
    union all
    select f.target_id, 'failed' from failed f
    union all
    select u.target_id, 'remaining' from muster.pulls_untouched(p_since) u
    union all
    select u.target_id, 'remaining' from muster.pulls_under_way(p_since) u),
  counts as (
    select p.account, p.resource, count(*) filter (where t."end" = 'done') as done,
           count(*) filter (where t."end" = 'failed') as failed,
           count(*) filter (where t."end" = 'remaining') as remaining
      from pulls t join muster.poll_target p on p.id = t.target_id
     group by p.account, p.resource),
  versions as (
    select d.account, 'device' as resource, d.key, d.first_seen_at >= p_began as new
      from muster.device d where d.last_changed_at >= p_began
    union all
    select d.account, 'product', d.product_key, d.first_seen_at >= p_began
      from muster.product d where d.last_changed_at >= p_began),
  brought as (
    select p.account, p.resource, count(*) filter (where v.new) as new, count(*) filter (where not v.new) as changed
      from versions v
      join muster.poll_target p on p.account = v.account and p.resource = v.resource and p.key = v.key
      join muster.poll_state s on s.target_id = p.id and s.synced_at >= p_began
     where not exists (select from failed f where f.target_id = p.id)
     group by p.account, p.resource),
  requests as (
    select w.account, w.action, w.status from muster.work_request w
     where w.finished_at >= p_began and w.status in ('done', 'dead')
    union all
    select w.account, w.action, 'unknown'
      from muster.dead_letter l join muster.work_request w on w.id = l.request_id
     where l.kind = 'request' and l.state = 'open' and l.last_failed_at >= p_began and w.status = 'unknown'
    union all
    select r.account, r.action, 'remaining' from muster.requests_to_do(p_since) r)
  select 'pull', c.account, c.resource, c.done, coalesce(b.new, 0), coalesce(b.changed, 0), c.failed, 0, c.remaining
    from counts c left join brought b on b.account = c.account and b.resource = c.resource
  union all
  select 'request', r.account, r.action, count(*) filter (where r.status = 'done'), 0, 0,
         count(*) filter (where r.status = 'dead'), count(*) filter (where r.status = 'unknown'),
         count(*) filter (where r.status = 'remaining')
    from requests r
   group by r.account, r.action
   order by 1, 2, 3
$$;
COMMENT ON FUNCTION muster.accomplished(p_began timestamp with time zone, p_since timestamp with time zone) IS 'The work done since p_began, of pulls and of requests: how many were done, brought a new or changed device or product, failed for good, or (requests) have an unknown outcome for a person to look at. And what remains of the work that was due at p_since.';
CREATE FUNCTION muster.account_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
declare
  v_part text := muster.acting_part();
  v_at   timestamptz := muster.audit_time();
begin
  insert into muster.audit (at, subject, account, from_status, to_status, message, made_by, part, application)
  values (v_at, 'account', new.account, old.state, new.state, new.why, muster.acting_person(v_part), v_part,
          current_setting('application_name'));
  return null;
end $$;
COMMENT ON FUNCTION muster.account_audit() IS 'Trigger: records that an account was paused, halted or started again.';
CREATE FUNCTION muster.accounts_behind() RETURNS SETOF text
    LANGUAGE sql STABLE
    AS $$
  select muster.accounts_with_requests() union select muster.accounts_with_pulls()
$$;
COMMENT ON FUNCTION muster.accounts_behind() IS 'The accounts that have something to do now.';
CREATE FUNCTION muster.accounts_due(p_vendor text) RETURNS SETOF text
    LANGUAGE sql STABLE
    AS $$
  select a.account
    from muster.accounts_behind() b (account)
    join muster.account a using (account)
   where a.configured and (p_vendor is null or a.vendor = p_vendor)
         -- The claim gives up what was being sent when a process stopped, whatever the account's state.
     and (a.state = 'active' or exists (
           select from muster.work_request w
            where w.account = a.account and w.fence is not null and w.next_at < now()))
$$;
COMMENT ON FUNCTION muster.accounts_due(p_vendor text) IS 'The active accounts of a vendor (null: of all) that have something to do now, whether their quotas allow it or not. For the service.';
CREATE FUNCTION muster.accounts_with_pulls() RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    AS $$
begin
  return query
  with recursive noted as (
    select a.account, f.priority, f.waiting_from, f.leased_from, 2147483647 as above
      from muster.account a
      left join lateral (
        select priority, waiting_from, leased_from from muster.claim_floor
         where account = a.account and kind = 'pull'
         order by priority desc, id desc limit 1) f on true
     where a.configured
    union all
    select n.account, f.priority, f.waiting_from, f.leased_from, n.priority
      from noted n
      left join lateral (
        select priority, waiting_from, leased_from from muster.claim_floor
         where account = n.account and kind = 'pull' and priority < n.priority
         order by priority desc, id desc limit 1) f on true
     where n.priority is not null)
  select n.account from noted n
   where (select true from muster.poll_state
           where account = n.account and priority = n.priority and fence is null
             and due_at >= muster.usable_floor(n.waiting_from) and due_at < now()
           order by due_at limit 1)
      or (select true from muster.poll_state
           where account = n.account and priority = n.priority and fence is not null
             and due_at >= muster.usable_floor(n.leased_from) and due_at < now()
           order by due_at limit 1)
      or (select true from muster.poll_state
           where account = n.account and priority > coalesce(n.priority, -2147483648) and priority < n.above
             and fence is null and due_at < now()
           order by priority desc, due_at limit 1)
      or (n.priority is null and n.above = 2147483647
          and (select true from muster.poll_state
                where account = n.account and fence is not null and due_at < now()
                order by priority desc, due_at limit 1));
end $$;
COMMENT ON FUNCTION muster.accounts_with_pulls() IS 'The accounts with targets that are due, or whose lease ended unanswered. An account may come twice.';
CREATE FUNCTION muster.accounts_with_requests() RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    AS $$
begin
  return query
  with recursive noted as (
    select a.account, f.priority, f.waiting_from, f.leased_from, 2147483647 as above
      from muster.account a
      left join lateral (
        select priority, waiting_from, leased_from from muster.claim_floor
         where account = a.account and kind = 'request'
         order by priority desc, id desc limit 1) f on true
     where a.configured
    union all
    select n.account, f.priority, f.waiting_from, f.leased_from, n.priority
      from noted n
      left join lateral (
        select priority, waiting_from, leased_from from muster.claim_floor
         where account = n.account and kind = 'request' and priority < n.priority
         order by priority desc, id desc limit 1) f on true
     where n.priority is not null)
  select n.account from noted n
   where (select true from muster.work_request
           where account = n.account and priority = n.priority and status in ('pending', 'running', 'unknown')
             and fence is null and next_at >= muster.usable_floor(n.waiting_from) and next_at < now()
           order by next_at limit 1)
      or (select true from muster.work_request
           where account = n.account and priority = n.priority and fence is not null
             and next_at >= muster.usable_floor(n.leased_from) and next_at < now()
           order by next_at limit 1)
      or (select true from muster.work_request
           where account = n.account and priority > coalesce(n.priority, -2147483648) and priority < n.above
             and status in ('pending', 'running', 'unknown') and fence is null and next_at < now()
           order by priority desc, next_at limit 1)
      or (n.priority is null and n.above = 2147483647
          and (select true from muster.work_request
                where account = n.account and fence is not null and next_at < now()
                order by priority desc, next_at limit 1));
end $$;
COMMENT ON FUNCTION muster.accounts_with_requests() IS 'The accounts with requests that are due, or whose lease ended unanswered. An account may come twice.';
CREATE FUNCTION muster.acting_part() RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  v_stack text;
  v_lines text[];
  v_part  text;
begin
  get diagnostics v_stack = pg_context;
  v_lines := string_to_array(v_stack, E'\n');
  -- The outermost call stands last, and is mostly the one. One expression over the whole stack is as dear as a claim.
  for n in reverse cardinality(v_lines) .. 1 loop
    -- Frames only, which begin a line: the stack holds the texts of statements too.
    v_part := (regexp_match(v_lines[n],
      '^(?:PL/pgSQL function (?:muster\.)?|SQL function ")'
      '(claim|settle|configure|cancel|replay|discard|pause|resume|forget_requests|forget_letters)[("]'))[1];
    if v_part is not null then
      return v_part;
    end if;
  end loop;
  return null;
end $$;
COMMENT ON FUNCTION muster.acting_part() IS 'The function of Muster that executes a statement; null for a plain statement.';
CREATE FUNCTION muster.acting_person(p_part text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  -- Only a user who may write the work table can be the service.
  select case when p_part in ('claim', 'settle', 'configure')
                   and has_table_privilege(session_user, 'muster.work_request', 'update')
              then 'muster' else session_user end
$$;
COMMENT ON FUNCTION muster.acting_person(p_part text) IS 'Who acts: a database user, or muster for the service''s own decisions.';
CREATE FUNCTION muster.add_devices(p_new bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[], p_now timestamp with time zone) RETURNS bigint[]
    LANGUAGE sql
    AS $$
  with given as (
    select x.*
      from unnest(p_accounts, p_keys, p_digests, p_devices) with ordinality x (account, key, digest, device, n)
     where n = any (p_new)),
  added as (
    insert into muster.device (account, key, vendor, serial_number, name, product_key, model, type, lifecycle,
      vendor_status, connectivity, activated, port_count, address, region, org_id, attributes, ports,
      vendor_created_at, vendor_updated_at, first_seen_at, last_changed_at, synced_at, digest)
    select g.account, g.key, d.vendor, d.serial_number, d.name, d.product_key, d.model, d.type, d.lifecycle,
           d.vendor_status, d.connectivity, d.activated, d.port_count, d.address, d.region, d.org_id, d.attributes,
           d.ports, d.vendor_created_at, d.vendor_updated_at, p_now, p_now, p_now, g.digest
      from given g, jsonb_populate_record(null::muster.device, g.device::jsonb) d
     order by g.account, g.key, g.n
    on conflict (account, key) do nothing
    returning account, key, ports),
  sockets as (
    insert into muster.device_port (account, key, port_no, status, vendor_status, changed_at)
    select a.account, a.key, (e ->> 'port_no')::integer, e ->> 'status', e ->> 'vendor_status', p_now
      from added a, jsonb_array_elements(a.ports) e
     where a.ports <> '[]')
  select case when (select count(*) from added) < cardinality(p_new) then (
    select array_agg(g.n)
      from (select account, key, n, row_number() over (partition by account, key order by n) as turn from given) g
     where g.turn > 1 or (g.account, g.key) not in (select account, key from added)) end
$$;
COMMENT ON FUNCTION muster.add_devices(p_new bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[], p_now timestamp with time zone) IS 'Stores the new devices of a batch, those with these numbers, in one statement. Returns the numbers of those that are left to store.';
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE muster.work_request (
    id bigint NOT NULL,
    account text NOT NULL,
    action text NOT NULL,
    key text NOT NULL,
    params jsonb,
    priority integer DEFAULT 0 NOT NULL,
    not_before timestamp with time zone,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    error_code text,
    error_message text,
    http_status integer,
    vendor_request_id text,
    result jsonb,
    requested_by text DEFAULT SESSION_USER NOT NULL,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    replay_of bigint,
    step text DEFAULT 'read'::text NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL,
    fence bigint,
    retries integer DEFAULT 0 NOT NULL,
    reauthorised boolean DEFAULT false NOT NULL,
    given_up_at timestamp with time zone,
    refused boolean DEFAULT false NOT NULL,
    CONSTRAINT work_request_finished CHECK (((status = ANY (ARRAY['done'::text, 'dead'::text, 'cancelled'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT work_request_priority_check CHECK (((priority >= '-1000'::integer) AND (priority <= 1000))),
    CONSTRAINT work_request_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'unknown'::text, 'done'::text, 'dead'::text, 'cancelled'::text]))),
    CONSTRAINT work_request_step_check CHECK ((step = ANY (ARRAY['read'::text, 'write'::text, 'verify'::text])))
);
COMMENT ON TABLE muster.work_request IS 'Requests of operations: one row each, and in the same row what became of it.';
COMMENT ON COLUMN muster.work_request.id IS 'Muster''s number of the request.';
COMMENT ON COLUMN muster.work_request.account IS 'The account to carry it out with.';
COMMENT ON COLUMN muster.work_request.action IS 'refresh, or another action that the account''s vendor has.';
COMMENT ON COLUMN muster.work_request.key IS 'The device or product.';
COMMENT ON COLUMN muster.work_request.params IS 'The action''s parameters beside the key; null or {} for none.';
COMMENT ON COLUMN muster.work_request.priority IS 'Higher goes first among requests; -1000 to 1000.';
COMMENT ON COLUMN muster.work_request.not_before IS 'Do not start before this time; null for at once.';
COMMENT ON COLUMN muster.work_request.status IS 'pending, running, unknown (sent, and the outcome is not known yet), done, dead (see report.dead_letter) or cancelled.';
COMMENT ON COLUMN muster.work_request.attempts IS 'Calls made for it so far.';
COMMENT ON COLUMN muster.work_request.error_code IS 'The vendor''s code, or one of Muster''s own words, of the last failure; null once done.';
COMMENT ON COLUMN muster.work_request.error_message IS 'What the last failure means; null once done.';
COMMENT ON COLUMN muster.work_request.http_status IS 'The HTTP status of the last reply.';
COMMENT ON COLUMN muster.work_request.vendor_request_id IS 'The vendor''s name for the last call, for its support desk.';
COMMENT ON COLUMN muster.work_request.result IS 'The result in a few words.';
COMMENT ON COLUMN muster.work_request.requested_by IS 'The database user who inserted it.';
COMMENT ON COLUMN muster.work_request.requested_at IS 'When it was inserted.';
COMMENT ON COLUMN muster.work_request.started_at IS 'When its first call took its permit.';
COMMENT ON COLUMN muster.work_request.finished_at IS 'When it became done, dead or cancelled. A finished row never changes again.';
COMMENT ON COLUMN muster.work_request.replay_of IS 'The dead letter that this request replays; null for a request of its own.';
COMMENT ON COLUMN muster.work_request.step IS 'The next call: read (see how things stand), write (send the change) or verify (see whether it took place).';
COMMENT ON COLUMN muster.work_request.next_at IS 'When Muster may claim it next. While a call runs: the end of its lease.';
COMMENT ON COLUMN muster.work_request.fence IS 'The number of the claim that runs; null while none does.';
COMMENT ON COLUMN muster.work_request.retries IS 'Failures in a row that count towards the last attempt.';
COMMENT ON COLUMN muster.work_request.reauthorised IS 'Whether Muster already got a new token for it.';
COMMENT ON COLUMN muster.work_request.given_up_at IS 'When Muster gave up on a write of unknown outcome. A read one call deadline later shows whether it took place.';
COMMENT ON COLUMN muster.work_request.refused IS 'The vendor answered the write with a refusal, but in doubt. If a read shows that nothing took place, the request ends.';
CREATE FUNCTION muster.ahead(w muster.work_request) RETURNS bigint
    LANGUAGE plpgsql STABLE
    AS $$
declare
  v_accounts text[] := array(
    select w.account
    union
    select a.account
      from muster.account_quota own
      join muster.account_quota u using (quota)
      join muster.account a on a.account = u.account
     where own.account = w.account and a.configured and a.state = 'active');
begin
  return (
    select count(*) from muster.work_request o
     where o.account = any (v_accounts) and o.status in ('pending', 'running', 'unknown') and o.fence is null
       and o.next_at <= statement_timestamp()
       and (o.priority > w.priority or (o.priority = w.priority and (o.next_at, o.id) < (w.next_at, w.id))));
end $$;
COMMENT ON FUNCTION muster.ahead(w muster.work_request) IS 'How many requests that are due go before this one.';
CREATE FUNCTION muster.asked_pause(o muster.outcome) RETURNS interval
    LANGUAGE sql IMMUTABLE
    AS $$
  select least(coalesce(muster.millis(o.retry_after_ms), interval '0'), interval '10 minutes')
$$;
COMMENT ON FUNCTION muster.asked_pause(o muster.outcome) IS 'The pause that the vendor asked for, up to a limit.';
CREATE FUNCTION muster.audit_time() RETURNS timestamp with time zone
    LANGUAGE plpgsql
    AS $$
declare
  v_now timestamptz := clock_timestamp();
begin
  perform muster.make_partition('audit', v_now);
  return v_now;
end $$;
COMMENT ON FUNCTION muster.audit_time() IS 'The time of an entry in audit. There is a partition for it.';
CREATE FUNCTION muster.await_turn(p_chore text) RETURNS void
    LANGUAGE sql
    AS $$ select from muster.chore where name = p_chore for update $$;
COMMENT ON FUNCTION muster.await_turn(p_chore text) IS 'Waits until no other transaction does a chore.';
CREATE FUNCTION muster.blames_token(o muster.outcome) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select exists (
    select from muster.token_of_call(o) t
     where t.account is not null
       and ((t.fence is null and t.attempts = 0)
            or not (select a.token_needed from muster.account a where a.account = t.account)))
$$;
COMMENT ON FUNCTION muster.blames_token(o muster.outcome) IS 'Whether a refusal says something about the present token: the call was made with it, and nobody can have been given another.';
CREATE FUNCTION muster.can_be_replayed(p_ids bigint[]) RETURNS SETOF bigint
    LANGUAGE sql STABLE
    AS $$
  select l.id from muster.dead_letter l
   where l.id = any (p_ids) and l.state = 'open'
     and exists (select from muster.account a where a.account = l.account and a.configured)
     and case l.kind
           when 'request' then exists (select from muster.work_request w where w.id = l.request_id)
           else exists (select from muster.poll_target p where p.id = l.target_id and p.enabled) end
$$;
COMMENT ON FUNCTION muster.can_be_replayed(p_ids bigint[]) IS 'Those of these letters that are open, of a configured account, and neither of a disabled target nor of a request that was deleted.';
CREATE FUNCTION muster.cancel(id bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
#variable_conflict use_column
declare
  w muster.work_request;
begin
  select * into w from muster.work_request r where r.id = cancel.id for update;
  if not found then
    raise exception using errcode = 'MU006', message = format('there is no request %s', cancel.id),
      hint = 'select id from muster.work_request';
  end if;
  if w.status in ('done', 'dead', 'cancelled') then
    return format('request %s is %s already; nothing was changed', w.id, w.status);
  end if;
  if w.status <> 'pending' then
    raise exception using errcode = 'MU007',
      message = format('request %s is %s: its call may have reached the vendor, so it can''t be taken back',
        w.id, w.status),
      hint = 'Wait until it is settled.';
  end if;
  update muster.work_request r
     set status = 'cancelled', finished_at = clock_timestamp(),
         result = jsonb_build_object('cancelled_by', session_user)
   where r.id = w.id;
  update muster.dead_letter l
     set state = 'open', state_since = clock_timestamp(), state_by = session_user
   where l.id = w.replay_of and l.state = 'replayed';
  return format('request %s is cancelled; %s', w.id,
           case when w.attempts = 0 then 'nothing was sent' else 'nothing more is sent' end);
end $$;
COMMENT ON FUNCTION muster.cancel(id bigint) IS 'Cancels a request that has not been sent, and says in a sentence what it did.';
CREATE FUNCTION muster.catch_up() RETURNS interval
    LANGUAGE sql IMMUTABLE
    AS $$ select interval '250 milliseconds' $$;
COMMENT ON FUNCTION muster.catch_up() IS 'How far pulls may catch up after a late tick.';
CREATE FUNCTION muster.change_devices(p_n bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[], p_now timestamp with time zone) RETURNS bigint[]
    LANGUAGE sql
    AS $$
  with given as (
    select x.*, row_number() over (partition by account, key order by n) as turn
      from unnest(p_n, p_accounts, p_keys, p_digests, p_devices) x (n, account, key, digest, device)),
  fresh as materialized (
    select g.account, g.key, g.digest, r as device, k.former, muster.difference(k.former, r) as columns,
           muster.next_version_at(k.former, p_now) as at
      from given g
     cross join lateral (
       select d as former, d.digest from muster.device d where d.account = g.account and d.key = g.key offset 0) k
     cross join lateral jsonb_populate_record(null::muster.device, g.device::jsonb) r
     where g.turn = 1 and k.digest <> g.digest),
  stored as (
    insert into muster.device as t (account, key, vendor, serial_number, name, product_key, model, type, lifecycle,
      vendor_status, connectivity, activated, port_count, address, region, org_id, attributes, ports,
      vendor_created_at, vendor_updated_at, first_seen_at, last_changed_at, synced_at, changed, digest)
    select f.account, f.key, (f.device).vendor, (f.device).serial_number, (f.device).name, (f.device).product_key,
           (f.device).model, (f.device).type, (f.device).lifecycle, (f.device).vendor_status,
           (f.device).connectivity, (f.device).activated, (f.device).port_count, (f.device).address,
           (f.device).region, (f.device).org_id, (f.device).attributes, (f.device).ports,
           (f.device).vendor_created_at, (f.device).vendor_updated_at, (f.former).first_seen_at,
           case when f.columns <> '{}' then f.at else (f.former).last_changed_at end,
           case when f.columns <> '{}' then f.at else (f.former).synced_at end,
           case when f.columns <> '{}' then f.columns else (f.former).changed end, f.digest
      from fresh f
    on conflict (account, key) do update
       set (vendor, serial_number, name, product_key, model, type, lifecycle, vendor_status, connectivity, activated,
            port_count, address, region, org_id, attributes, ports, vendor_created_at, vendor_updated_at,
            last_changed_at, synced_at, missing_since, changed, digest)
         = (excluded.vendor, excluded.serial_number, excluded.name, excluded.product_key, excluded.model,
            excluded.type, excluded.lifecycle, excluded.vendor_status, excluded.connectivity, excluded.activated,
            excluded.port_count, excluded.address, excluded.region, excluded.org_id, excluded.attributes,
            excluded.ports, excluded.vendor_created_at, excluded.vendor_updated_at, excluded.last_changed_at,
            excluded.synced_at, null, excluded.changed, excluded.digest)),
  history as (
    insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, serial_number, name,
      product_key, model, type, lifecycle, vendor_status, connectivity, activated, port_count, address, region, org_id,
      attributes, ports, vendor_created_at, vendor_updated_at)
    select f.account, f.key, (f.former).last_changed_at, f.at, (f.former).changed, (f.former).vendor,
           (f.former).serial_number, (f.former).name, (f.former).product_key, (f.former).model, (f.former).type,
           (f.former).lifecycle, (f.former).vendor_status, (f.former).connectivity, (f.former).activated,
           (f.former).port_count, (f.former).address, (f.former).region, (f.former).org_id, (f.former).attributes,
           (f.former).ports, (f.former).vendor_created_at, (f.former).vendor_updated_at
      from fresh f where f.columns <> '{}'),
  socketed as materialized (
    select f.account, f.key, f.at, (f.device).ports from fresh f where 'ports' = any (f.columns)),
  removed as (
    delete from muster.device_port where ctid = any (array(
      select p.ctid
        from socketed v
       cross join lateral (
         select ctid, port_no from muster.device_port where account = v.account and key = v.key offset 0) p
       where not exists (
         select from jsonb_array_elements(v.ports) e where (e ->> 'port_no')::integer = p.port_no)))),
  sockets as (
    insert into muster.device_port as p (account, key, port_no, status, vendor_status, changed_at)
    select v.account, v.key, (e ->> 'port_no')::integer, e ->> 'status', e ->> 'vendor_status', v.at
      from socketed v, jsonb_array_elements(v.ports) e
    on conflict (account, key, port_no) do update
       set status = excluded.status, vendor_status = excluded.vendor_status, changed_at = excluded.changed_at
     where (p.status, p.vendor_status) is distinct from (excluded.status, excluded.vendor_status))
  select array_agg(n) from given where turn > 1
$$;
COMMENT ON FUNCTION muster.change_devices(p_n bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[], p_now timestamp with time zone) IS 'Stores one version of each device that is known, and in history the one that it ends, in one statement. Returns the numbers of those that are left to store.';
CREATE FUNCTION muster.check_account(p_account text, p_table text, p_key text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql STABLE
    AS $$
begin
  if not exists (select from muster.account a where a.account = p_account and a.configured) then
    raise exception using errcode = 'MU001',
      message = format('account %s is not configured; known accounts: %s',
        quote_nullable(p_account), muster.known_accounts()),
      hint = coalesce('row: key ' || quote_literal(p_key) || '. ', '')
        || format('Name a known account in %s.account, or configure this one under muster.accounts and start Muster '
                  'again.', p_table);
  end if;
end $$;
COMMENT ON FUNCTION muster.check_account(p_account text, p_table text, p_key text) IS 'Raises MU001 unless the account is configured.';
CREATE FUNCTION muster.check_filter(account text, operation text, error_code text, key text) RETURNS void
    LANGUAGE plpgsql STABLE
    AS $_$
begin
  if coalesce(account, operation, error_code, key) is null then
    raise exception using errcode = 'MU008', message = 'no filter: that would touch every dead letter',
      hint = 'Name an id, or account =>, operation =>, error_code => or key =>.';
  end if;
  -- An account that left the configuration still has its letters.
  if account is not null and not exists (select from muster.account a where a.account = check_filter.account) then
    raise exception using errcode = 'MU008',
      message = format('no account is named %s; known accounts: %s', quote_literal(account), muster.known_accounts()),
      hint = case when account ~ '^\d+$' and coalesce(operation, error_code, key) is null
        then format('For the letter of that id leave the quotes out: select * from muster.replay(%s).', account)
        else 'select account, operation, error_code from report.dead_letter has what can be named.' end;
  end if;
end $_$;
COMMENT ON FUNCTION muster.check_filter(account text, operation text, error_code text, key text) IS 'Raises MU008 for a filter that means everything, or an account there never was, such as an id given as text.';
CREATE FUNCTION muster.check_floors() RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    AS $$
declare
  v_waiting timestamptz;
  v_leased  timestamptz;
  v_first   timestamptz;
  f         muster.claim_floor;
begin
  if not muster.take_turn('check_floors') then
    return;
  end if;
  delete from muster.claim_floor o
   where exists (select from muster.claim_floor n
                  where n.account = o.account and n.kind = o.kind and n.priority = o.priority and n.id > o.id);
  for f in
    select distinct on (account, kind, priority) * from muster.claim_floor
     order by account, kind, priority, id desc
  loop
    v_waiting := muster.first_due(f.account, f.kind, f.priority, false, '-infinity', 'infinity');
    v_leased := muster.first_due(f.account, f.kind, f.priority, true, '-infinity', 'infinity');
    v_first := coalesce(v_waiting, v_leased);
    if v_waiting < f.waiting_from or v_leased < f.leased_from
       or (v_first is not null and f.used_at < now() - interval '1 hour') then
      perform pg_advisory_xact_lock(hashtext('muster.claim_floor'), hashtext(f.account));
      insert into muster.claim_floor
        (account, kind, priority, waiting_from, leased_from, used_at, marked_at, marked_xid)
      select account, kind, priority, least(waiting_from, v_waiting), least(leased_from, v_leased), now(),
             marked_at, marked_xid
        from muster.claim_floor
       where account = f.account and kind = f.kind and priority = f.priority
       order by id desc limit 1;
    elsif v_first is null and f.used_at < now() - interval '1 day' then
      delete from muster.claim_floor where account = f.account and kind = f.kind and priority = f.priority;
    end if;
  end loop;
end $$;
COMMENT ON FUNCTION muster.check_floors() IS 'Looks for work below the floors, where there should be none. Lowers floors that are too high, and forgets those without a use. For the service, once a minute.';
CREATE FUNCTION muster.check_key(p_account text, p_key text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    AS $$
declare
  -- Control characters, blanks other than U+0020, and characters without a width: Unicode's Cc, Zs, Zl, Zp, Cf and
  -- Default_Ignorable_Code_Point. By number: classes such as [:cntrl:] and [:space:] depend on the database's locale.
  c_unseen constant text :=
    '[\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
    '\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3'
    '\U0001d173-\U0001d17a\U000e0000-\U000e0fff]';
  v_unseen text := upper(to_hex(ascii(substring(p_key from c_unseen))));
begin
  if p_key is null or btrim(p_key) = '' then
    raise exception using errcode = 'MU003',
      message = format('the key is empty (account %s)', quote_nullable(p_account)),
      hint = 'The key is the name by which the vendor knows the device or product.';
  end if;
  if p_key <> btrim(p_key) then
    raise exception using errcode = 'MU003',
      message = format('the key %s begins or ends with a blank (account %s)',
        quote_literal(p_key), quote_nullable(p_account)),
      hint = 'Take the blank off; vendors do not.';
  end if;
  if v_unseen is not null then
    raise exception using errcode = 'MU003',
      message = format('the key %s holds a character that can''t be seen, U+%s (account %s)',
        to_json(left(p_key, 300)), lpad(v_unseen, greatest(length(v_unseen), 4), '0'), quote_nullable(p_account)),
      hint = 'Take it out; often it is the \r at the end of a line from another system, a tab, or a blank that was '
        'copied from a page or a spreadsheet.';
  end if;
  if length(p_key) > 256 then
    raise exception using errcode = 'MU003',
      message = format('the key %s… has %s characters; 256 is the most that a vendor takes (account %s)',
        quote_literal(left(p_key, 20)), length(p_key), quote_nullable(p_account)),
      hint = 'Keys longer than 256 characters exist at no vendor.';
  end if;
end $$;
COMMENT ON FUNCTION muster.check_key(p_account text, p_key text) IS 'Raises MU003 for a key that is empty, too long, or has blanks around it or unseen characters in it.';
CREATE FUNCTION muster.check_not_before(p_account text, p_key text, p_time timestamp with time zone) RETURNS void
    LANGUAGE plpgsql STABLE
    AS $$
begin
  -- Not by abs() of a difference, which fails for infinity.
  if p_time < now() - interval '10 years' or p_time > now() + interval '10 years' then
    raise exception using errcode = 'MU010',
      message = format('not_before of key %s (account %s) is %s; it must lie within ten years from now',
        quote_nullable(p_key), quote_nullable(p_account), p_time),
      hint = 'Leave it out for at once.';
  end if;
end $$;
COMMENT ON FUNCTION muster.check_not_before(p_account text, p_key text, p_time timestamp with time zone) IS 'Raises MU010 for a time that nobody means.';
CREATE FUNCTION muster.check_not_under_way(p_id bigint) RETURNS void
    LANGUAGE plpgsql STABLE
    AS $$
declare
  v_request bigint := (select min(request) from muster.open_work(array[p_id]) where under_way);
begin
  if v_request is not null then
    raise exception using errcode = 'MU012',
      message = format('dead letter %s can''t be discarded yet: request %s is replaying it now', p_id, v_request),
      hint = format('Discard it when that has ended; select muster.explain(%s) says how far it is.', v_request);
  end if;
end $$;
COMMENT ON FUNCTION muster.check_not_under_way(p_id bigint) IS 'Raises MU012 for a letter whose replay is under way.';
CREATE FUNCTION muster.check_params(p_account text, p_action text, p_kind text, p_key text, p jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    AS $$
declare
  v_wrong text := muster.wrong_params(p_account, p_kind, p);
begin
  if v_wrong is not null then
    raise exception using errcode = 'MU004',
      message = format('params of %s for key %s (account %s): it %s',
        p_action, quote_literal(p_key), quote_literal(p_account), v_wrong),
      hint = case p_kind when 'resource' then 'Example: {"resource": "device"}'
                         when 'master_data' then 'Example: {"max_capacity": 1.0, "scale": 1}'
                         else 'Leave params out.' end;
  end if;
end $$;
COMMENT ON FUNCTION muster.check_params(p_account text, p_action text, p_kind text, p_key text, p jsonb) IS 'Raises MU004 for params that the action does not take.';
CREATE FUNCTION muster.check_priority(p_account text, p_key text, p_priority integer) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    AS $$
begin
  if p_priority is null or p_priority not between -1000 and 1000 then
    raise exception using errcode = 'MU009',
      message = format('the priority of key %s (account %s) is %s; it must lie between -1000 and 1000',
        quote_nullable(p_key), quote_nullable(p_account), coalesce(p_priority::text, 'null')),
      hint = '0 is usual, and is taken if priority is left out; higher goes first.';
  end if;
end $$;
COMMENT ON FUNCTION muster.check_priority(p_account text, p_key text, p_priority integer) IS 'Raises MU009 for a priority out of bounds.';
CREATE FUNCTION muster.check_refresh_every(p_account text, p_key text, p_every interval) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    AS $$
begin
  if p_every < interval '1 second' or p_every > interval '10 years' then
    raise exception using errcode = 'MU011',
      message = format('refresh_every of key %s (account %s) is %s; it must lie between a second and ten years',
        quote_nullable(p_key), quote_nullable(p_account), p_every),
      hint = 'Leave it out for the account''s own interval; enabled = false stops reading.';
  end if;
end $$;
COMMENT ON FUNCTION muster.check_refresh_every(p_account text, p_key text, p_every interval) IS 'Raises MU011 for an interval out of bounds.';
CREATE FUNCTION muster.claim(p_account text, p_max integer, p_seen bigint, p_pulls integer, p_at_once integer, OUT tasks muster.task[], OUT wait_until timestamp with time zone, OUT unlimited boolean, OUT notice text, OUT at timestamp with time zone, OUT quota text, OUT max_calls integer, OUT window_ms bigint) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET lock_timeout TO '5s'
    AS $$
#variable_conflict use_column
declare
  -- How much longer than the call's deadline a lease is: time to settle.
  c_settle constant interval := interval '4 seconds';
  a         muster.account;
  l         record;
  r         record;
  v_floors  muster.claim_floor[];
  v_lease   timestamptz;
  v_room    integer;
  v_max     integer;
  v_asked   muster.task[];
  v_pulled  muster.task[] := '{}';
  v_pulls   integer;
  v_free    integer;
begin
  tasks := '{}';
  unlimited := false;
  at := clock_timestamp();
  notice := muster.notice_restore(p_seen);
  if notice is not null then
    wait_until := at;
    return;
  end if;
  select * into a from muster.account where account = p_account and configured and state = 'active';
  if not found then
    perform muster.give_up_lost(p_account, array(select f from muster.floors(p_account) f));
    return;
  end if;
  -- How much may leave.
  select * into l from muster.lock_quotas(p_account, p_max);
  unlimited := not l.limited;
  quota := l.quota;
  max_calls := l.max_calls;
  window_ms := l.window_ms;
  if l.limited then
    p_max := least(p_max, p_at_once);
  end if;
  v_floors := array(select f from muster.floors(p_account) f);
  perform muster.give_up_lost(p_account, v_floors);
  at := clock_timestamp();
  wait_until := l.wait_until;
  if a.slowed_until > at then
    l.paused := true;
    l.room := 0;
    wait_until := greatest(wait_until, a.slowed_until);
  end if;
  v_room := l.room;
  v_free := l.room;
  -- The token, if it is time, and what it leaves.
  select * into r from muster.claim_renewal(a, at, v_room > 0, l.paused);
  tasks := r.tasks;
  if a.token_paid then
    v_room := v_room - cardinality(tasks);
    l.pull_room := l.pull_room - cardinality(tasks);
  end if;
  if not r.good then
    v_room := 0;
  end if;
  -- The work.
  v_max := p_max - cardinality(tasks);
  if v_room > 0 and v_max > 0 then
    v_lease := at + a.call_deadline + c_settle;
    v_asked := muster.claim_requests(a, v_floors, least(v_room, v_max), at, v_lease, r.generation);
    v_pulls := least(l.pulls, v_max - cardinality(v_asked), l.pull_room - cardinality(v_asked), p_pulls);
    if v_pulls > 0 then
      v_pulled := muster.claim_pulls(a, v_floors, v_pulls, at, v_lease, r.generation);
    end if;
    tasks := tasks || v_asked || v_pulled;
  end if;
  if l.limited and cardinality(tasks) > 0 then
    perform muster.take_permits(p_account, tasks, cardinality(v_pulled), a, at);
    select * into l from muster.lock_quotas(p_account, p_max);
    v_free := l.room;
    wait_until := l.wait_until;
  end if;
  perform muster.move_floors(p_account, v_floors, cardinality(tasks) > 0);
  -- When to ask again. Work that becomes due while nothing may leave changes nothing.
  wait_until := least(wait_until, r.changes_at);
  if v_free > 0 or wait_until is null then
    wait_until := least(wait_until, muster.next_due(v_floors, at));
  end if;
end $$;
COMMENT ON FUNCTION muster.claim(p_account text, p_max integer, p_seen bigint, p_pulls integer, p_at_once integer, OUT tasks muster.task[], OUT wait_until timestamp with time zone, OUT unlimited boolean, OUT notice text, OUT at timestamp with time zone, OUT quota text, OUT max_calls integer, OUT window_ms bigint) IS 'Takes permits and the work to spend them on. For the service. tasks: the calls to make. wait_until: when to ask again; null if nothing is in sight. unlimited: no quota counts the account''s calls. notice: the database was restored or failed over. at: the database''s clock. quota, max_calls, window_ms: the account''s tightest quota.';
CREATE TABLE muster.account (
    account text NOT NULL,
    vendor text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    why text,
    what_to_do text,
    since timestamp with time zone DEFAULT now() NOT NULL,
    configured boolean DEFAULT true NOT NULL,
    call_deadline interval NOT NULL,
    token_needed boolean DEFAULT false NOT NULL,
    token_paid boolean DEFAULT false NOT NULL,
    credentials_digest bytea,
    last_success_at timestamp with time zone,
    slowed_until timestamp with time zone,
    slowdown interval DEFAULT '00:00:00'::interval NOT NULL,
    CONSTRAINT account_account_check CHECK ((account <> ''::text)),
    CONSTRAINT account_call_deadline_check CHECK ((call_deadline > '00:00:00'::interval)),
    CONSTRAINT account_says_why CHECK (((state = 'active'::text) OR (why IS NOT NULL))),
    CONSTRAINT account_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'halted'::text])))
);
COMMENT ON TABLE muster.account IS 'One row per account that is or was configured. The service writes it.';
COMMENT ON COLUMN muster.account.account IS 'The account''s name under muster.accounts in the configuration.';
COMMENT ON COLUMN muster.account.vendor IS 'The vendor''s name, as in the configuration.';
COMMENT ON COLUMN muster.account.state IS 'active, paused (a person did it) or halted (Muster did it: the account itself is wrong). Only active accounts make calls.';
COMMENT ON COLUMN muster.account.why IS 'Why it is not active; null while it is.';
COMMENT ON COLUMN muster.account.what_to_do IS 'What a person has to do to make it active again; null while it is.';
COMMENT ON COLUMN muster.account.since IS 'Since when it is in this state.';
COMMENT ON COLUMN muster.account.configured IS 'False once the account has left the configuration. Its rows stay readable.';
COMMENT ON COLUMN muster.account.call_deadline IS 'The longest that one call may take, from its claim to its last byte.';
COMMENT ON COLUMN muster.account.token_needed IS 'Whether Muster gets a token by a call before it makes others.';
COMMENT ON COLUMN muster.account.token_paid IS 'Whether the vendor counts token calls in the quota.';
COMMENT ON COLUMN muster.account.credentials_digest IS 'A keyed digest of the credentials. Muster notices by it that they were changed; nobody gets them back from it.';
COMMENT ON COLUMN muster.account.last_success_at IS 'When a call last succeeded, to the second.';
COMMENT ON COLUMN muster.account.slowed_until IS 'For an account without a quota: the vendor asked to slow down, and nothing leaves before this time.';
COMMENT ON COLUMN muster.account.slowdown IS 'For an account without a quota: how long the last pause was. The next one in a row is longer.';
CREATE TABLE muster.claim_floor (
    account text NOT NULL,
    kind text NOT NULL,
    priority integer NOT NULL,
    id bigint NOT NULL,
    waiting_from timestamp with time zone NOT NULL,
    leased_from timestamp with time zone NOT NULL,
    used_at timestamp with time zone NOT NULL,
    marked_at timestamp with time zone NOT NULL,
    marked_xid xid8 NOT NULL,
    CONSTRAINT claim_floor_kind_check CHECK ((kind = ANY (ARRAY['pull'::text, 'request'::text])))
);
COMMENT ON TABLE muster.claim_floor IS 'From when on the claim looks for work. The latest row of each account, kind and priority counts.';
COMMENT ON COLUMN muster.claim_floor.account IS 'The account.';
COMMENT ON COLUMN muster.claim_floor.kind IS 'pull (rows of poll_state) or request (rows of work_request).';
COMMENT ON COLUMN muster.claim_floor.priority IS 'The priority of those rows.';
COMMENT ON COLUMN muster.claim_floor.id IS 'Orders the rows: the highest counts.';
COMMENT ON COLUMN muster.claim_floor.waiting_from IS 'No waiting row is due before this time.';
COMMENT ON COLUMN muster.claim_floor.leased_from IS 'No lease ends before this time.';
COMMENT ON COLUMN muster.claim_floor.used_at IS 'When there last was such a row. Muster forgets a priority that nobody used for a day.';
COMMENT ON COLUMN muster.claim_floor.marked_at IS 'The next floor may move up to this time.';
COMMENT ON COLUMN muster.claim_floor.marked_xid IS 'A transaction that began to write after marked_at. Once all earlier ones have ended, nobody can commit a row that is due earlier.';
CREATE FUNCTION muster.claim_pulls(a muster.account, p_floors muster.claim_floor[], p_max integer, p_now timestamp with time zone, p_lease timestamp with time zone, p_generation bigint) RETURNS muster.task[]
    LANGUAGE plpgsql
    AS $$
declare
  v_deadline_ms constant bigint := extract(epoch from a.call_deadline) * 1000;
  v_left   integer := p_max;
  v_places tid[];
  v_some   muster.task[];
  v_tasks  muster.task[] := '{}';
  f        muster.claim_floor;
begin
  -- One priority after the other: each is a plain range of an index. Lost leases go first.
  foreach f in array p_floors loop
    continue when f.kind <> 'pull';
    v_places := array(
      select ctid from muster.poll_state
       where account = a.account and priority = f.priority and fence is not null
         and due_at >= f.leased_from and due_at <= p_now
       order by due_at limit v_left
         for update skip locked);
    v_places := v_places || array(
      select ctid from muster.poll_state
       where account = a.account and priority = f.priority and fence is null
         and due_at >= f.waiting_from and due_at <= p_now
       order by due_at limit v_left - cardinality(v_places)
         for update skip locked);
    with leased as (
      update muster.poll_state set due_at = p_lease, fence = nextval('muster.fence')
       where ctid = any (v_places)
      returning target_id, fence, attempts)
    select coalesce(array_agg(
             row('pull', p.id, l.fence, p.resource, p.resource, p.key, null, null, l.attempts, null, null, null, null,
                 p_generation, v_deadline_ms)::muster.task), '{}')
      into v_some
      from leased l
     cross join lateral (select * from muster.poll_target where id = l.target_id offset 0) p;
    v_tasks := v_tasks || v_some;
    v_left := v_left - cardinality(v_places);
    exit when v_left <= 0;
  end loop;
  return v_tasks;
end $$;
COMMENT ON FUNCTION muster.claim_pulls(a muster.account, p_floors muster.claim_floor[], p_max integer, p_now timestamp with time zone, p_lease timestamp with time zone, p_generation bigint) IS 'Leases targets that are due, the most overdue first.';
CREATE FUNCTION muster.claim_renewal(a muster.account, p_now timestamp with time zone, p_room boolean, p_paused boolean, OUT tasks muster.task[], OUT good boolean, OUT generation bigint, OUT changes_at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql
    AS $$
declare
  t muster.token;
begin
  tasks := '{}';
  good := true;
  generation := 0;
  if not a.token_needed then
    return;
  end if;
  select * into t from muster.token k where k.account = a.account;
  if coalesce(t.renew_at, '-infinity') > p_now and coalesce(t.expires_at, '-infinity') > p_now then
    generation := t.generation;
    changes_at := least(t.renew_at, t.expires_at);
    return;
  end if;
  -- A token call that the quota does not count needs no permit; but it respects a pause.
  if p_room or not (a.token_paid or p_paused) then
    tasks := muster.claim_token(a.account, p_now, a.call_deadline);
  end if;
  select * into t from muster.token k where k.account = a.account;
  generation := coalesce(t.generation, 0);
  good := coalesce(t.expires_at, '-infinity') > p_now;
  -- A time that has passed already would make the service ask without end.
  changes_at := greatest(t.renewing_until, t.next_try_at);
  if changes_at <= p_now then
    changes_at := null;
  end if;
end $$;
COMMENT ON FUNCTION muster.claim_renewal(a muster.account, p_now timestamp with time zone, p_room boolean, p_paused boolean, OUT tasks muster.task[], OUT good boolean, OUT generation bigint, OUT changes_at timestamp with time zone) IS 'The renewal of an account''s token if it is time, whether the present token is good, which one it is, and when that changes.';
CREATE FUNCTION muster.claim_requests(a muster.account, p_floors muster.claim_floor[], p_max integer, p_now timestamp with time zone, p_lease timestamp with time zone, p_generation bigint) RETURNS muster.task[]
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
  v_writes text[] := muster.writing_actions(a.account);
  v_naming text[] := muster.naming_actions(a.account);
  v_left   integer := p_max;
  v_places tid[];
  v_tasks  muster.task[] := '{}';
  f        muster.claim_floor;
begin
  -- One priority after the other: each is a plain range of an index.
  foreach f in array p_floors loop
    continue when f.kind <> 'request';
    -- Lost leases go first. muster.give_up_lost has the lost writes.
    v_places := array(
      select ctid from muster.work_request
       where account = a.account and priority = f.priority and fence is not null
         and next_at >= f.leased_from and next_at <= p_now and step <> 'write'
       order by next_at limit v_left
         for update skip locked);
    v_places := v_places || array(
      select w.ctid from muster.work_request w
       where w.account = a.account and w.priority = f.priority
         and w.status in ('pending', 'running', 'unknown') and w.fence is null
         and w.next_at >= f.waiting_from and w.next_at <= p_now
         and case when w.action = any (v_writes)
               then not exists (
                 select from muster.same_key_first(w.account, w.key, w.id, w.started_at, v_writes, p_now))
               else true end
       order by w.next_at, w.id limit v_left - cardinality(v_places)
         for update of w skip locked);
    v_tasks := v_tasks || muster.lease_requests(a, v_places, v_naming, p_now, p_lease, p_generation);
    v_left := v_left - cardinality(v_places);
    exit when v_left <= 0;
  end loop;
  return v_tasks;
end $$;
COMMENT ON FUNCTION muster.claim_requests(a muster.account, p_floors muster.claim_floor[], p_max integer, p_now timestamp with time zone, p_lease timestamp with time zone, p_generation bigint) IS 'Leases operations'' requests that are due.';
CREATE FUNCTION muster.claim_token(p_account text, p_now timestamp with time zone, p_deadline interval) RETURNS muster.task[]
    LANGUAGE plpgsql
    AS $$
declare
  -- A renewal that was killed holds the others up for so long, and the time to settle, at most.
  c_longest constant interval := interval '8 seconds';
  -- How much longer than its call the lease of a renewal is: time to settle.
  c_settle constant interval := interval '1 second';
  v_deadline constant interval := least(p_deadline, c_longest);
  v_fence bigint;
begin
  update muster.token
     set renewing_until = p_now + v_deadline + c_settle, fence = nextval('muster.fence')
   where account = (
     select account from muster.token
      where account = p_account
        and coalesce(renewing_until, '-infinity') <= p_now and coalesce(next_try_at, '-infinity') <= p_now
        and (coalesce(renew_at, '-infinity') <= p_now or coalesce(expires_at, '-infinity') <= p_now)
        for update skip locked)
  returning fence into v_fence;
  if v_fence is null then
    return '{}';
  end if;
  return array(
    select row('token', null, v_fence, 'token', null, null, null, null, attempts, null, null, null, null,
               generation, (extract(epoch from v_deadline) * 1000)::bigint)::muster.task
      from muster.token where account = p_account);
end $$;
COMMENT ON FUNCTION muster.claim_token(p_account text, p_now timestamp with time zone, p_deadline interval) IS 'The renewal of an account''s token, for one caller at a time.';
CREATE FUNCTION muster.configure(p_accounts jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  a jsonb;
begin
  perform muster.await_turn('configure');
  perform from muster.quota order by quota for update;
  perform from muster.token order by account for update;
  perform from muster.account order by account for update;
  update muster.account set configured = false
   where configured and account not in (select x ->> 'account' from jsonb_array_elements(p_accounts) x);
  for a in select * from jsonb_array_elements(p_accounts) loop
    perform muster.configure_account(a);
    perform muster.configure_quotas(a ->> 'account', coalesce(a -> 'quotas', '[]'));
  end loop;
end $$;
COMMENT ON FUNCTION muster.configure(p_accounts jsonb) IS 'Writes the configuration''s accounts into the tables. For the service.';
CREATE FUNCTION muster.configure_account(a jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_account text := a ->> 'account';
  v_digest  bytea := decode(a ->> 'credentials_digest', 'hex');
  v_before  muster.account;
begin
  select * into v_before from muster.account where account = v_account for update;
  insert into muster.account as t (account, vendor, call_deadline, token_needed, token_paid, credentials_digest)
  values (v_account, a ->> 'vendor', muster.millis(a ->> 'call_deadline_ms'), (a ->> 'token_needed')::boolean,
          (a ->> 'token_paid')::boolean, v_digest)
  on conflict (account) do update
     set vendor = excluded.vendor, call_deadline = excluded.call_deadline, token_needed = excluded.token_needed,
         token_paid = excluded.token_paid, credentials_digest = excluded.credentials_digest, configured = true
   where (t.vendor, t.call_deadline, t.token_needed, t.token_paid, t.credentials_digest, t.configured)
         is distinct from (excluded.vendor, excluded.call_deadline, excluded.token_needed, excluded.token_paid,
                           excluded.credentials_digest, true);
  insert into muster.token (account) values (v_account) on conflict do nothing;
  if not v_before.configured then
    -- The configuration left it out for a while: old failures say nothing of now.
    update muster.token set attempts = 0, next_try_at = null, failing_since = null, last_error = null
     where account = v_account;
  end if;
  if v_before.account is not null and v_before.credentials_digest is distinct from v_digest then
    perform muster.forget_credentials(v_account);
  end if;
  perform muster.configure_interval(v_account, r ->> 'resource', muster.millis(r ->> 'refresh_every_ms'))
     from jsonb_array_elements(a -> 'resources') r;
  delete from muster.account_resource where account = v_account;
  insert into muster.account_resource (account, resource, refresh_every)
  select v_account, r ->> 'resource', muster.millis(r ->> 'refresh_every_ms')
    from jsonb_array_elements(a -> 'resources') r;
  delete from muster.account_action where account = v_account;
  insert into muster.account_action (account, action, params, writes)
  select v_account, r ->> 'action', r ->> 'params', (r ->> 'writes')::boolean
    from jsonb_array_elements(a -> 'actions') r;
end $$;
COMMENT ON FUNCTION muster.configure_account(a jsonb) IS 'One account of muster.configure.';
CREATE FUNCTION muster.configure_interval(p_account text, p_resource text, p_every interval) RETURNS void
    LANGUAGE sql
    AS $$
  select from muster.poll_state s
    join muster.poll_target p on p.id = s.target_id and p.account = p_account and p.resource = p_resource
    join muster.account_resource r
      on r.account = p.account and r.resource = p.resource and r.refresh_every <> p_every
   order by s.target_id
     for update of s;
  update muster.poll_state s set due_at = greatest(s.synced_at + p_every, clock_timestamp())
    from muster.poll_target p
    join muster.account_resource r
      on r.account = p.account and r.resource = p.resource and r.refresh_every <> p_every
   where p.account = p_account and p.resource = p_resource and p.refresh_every is null and p.enabled
     and s.target_id = p.id and s.synced_at is not null and s.fence is null and s.waits_for is null
$$;
COMMENT ON FUNCTION muster.configure_interval(p_account text, p_resource text, p_every interval) IS 'A changed interval takes hold at once for targets without one of their own.';
CREATE FUNCTION muster.configure_quota(p_account text, q jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_quota  text := q ->> 'quota';
  v_calls  integer := (q ->> 'max_calls')::integer;
  v_window interval := muster.millis(q ->> 'window_ms');
  v_before interval := (select "window" from muster.quota where quota = v_quota);
  v_now    timestamptz := clock_timestamp();
  v_joined boolean;
begin
  insert into muster.quota as t (quota, scope, max_calls, "window", reserve)
  values (v_quota, q ->> 'scope', v_calls, v_window, (q ->> 'reserve')::integer)
  on conflict (quota) do update
     set scope = excluded.scope, max_calls = excluded.max_calls, "window" = excluded."window",
         reserve = excluded.reserve,
         changed_at = case when (t.max_calls, t."window") = (excluded.max_calls, excluded."window") then t.changed_at
                           else v_now end,
         -- The former gap may have been an hour.
         next_pull_at = least(t.next_pull_at, v_now + excluded."window" / excluded.max_calls)
   where (t.scope, t.max_calls, t."window", t.reserve)
         is distinct from (excluded.scope, excluded.max_calls, excluded."window", excluded.reserve);
  insert into muster.account_quota (account, quota) values (p_account, v_quota) on conflict do nothing;
  v_joined := found and exists (
    select from muster.account where account = p_account and (since < now() or last_success_at is not null));
  if (select has_permits from muster.quota where quota = v_quota) then
    perform muster.make_permits(v_quota);
  end if;
  if v_window < v_before then
    update muster.permit set free_at = free_at - (v_before - v_window) where quota = v_quota;
  end if;
  if v_window > v_before or v_joined then
    perform muster.hold_permits(v_quota, v_now);
  end if;
  -- A busy permit stays until it comes free: it stands for a call that the vendor has counted.
  delete from muster.permit where quota = v_quota and slot > v_calls and free_at <= v_now;
  -- A permit that was added, or whose window was shortened, is free earlier than all others.
  update muster.quota set free_from = '-infinity' where quota = v_quota and free_from > '-infinity';
end $$;
COMMENT ON FUNCTION muster.configure_quota(p_account text, q jsonb) IS 'One quota of an account of muster.configure.';
CREATE FUNCTION muster.configure_quotas(p_account text, p_quotas jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  delete from muster.account_quota
   where account = p_account and quota not in (select q ->> 'quota' from jsonb_array_elements(p_quotas) q);
  perform muster.configure_quota(p_account, q) from jsonb_array_elements(p_quotas) q;
end $$;
COMMENT ON FUNCTION muster.configure_quotas(p_account text, p_quotas jsonb) IS 'One account''s quotas of muster.configure: these and no others; none for no limit.';
CREATE FUNCTION muster.continue_request(o muster.outcome, w muster.work_request) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v           text := o.verdict;
  v_doubtful  boolean := v = 'unknown' or (w.step = 'verify' and v <> 'send');
  v_gives_up  boolean := v = 'unknown' and w.step = 'write';
begin
  update muster.work_request r
     set status = case when v_doubtful then 'unknown' else 'pending' end,
         -- Muster sends a change on a fresh reading only. A failure, or a read that shows that the change did not take
         -- place, sends the request back to the start.
         step = case when v_doubtful then 'verify' when v = 'send' and w.step = 'read' then 'write' else 'read' end,
         refused = case when v_gives_up then coalesce(o.refused, false) when v = 'send' then false
                        else w.refused end,
         given_up_at = case when v_gives_up then clock_timestamp() when v = 'send' then null else w.given_up_at end,
         -- A read sent before this moment proves nothing: the write may still arrive.
         next_at = greatest(muster.later(o.delay_ms),
           case when v = 'unknown' and w.step = 'verify' then w.given_up_at + a.call_deadline end),
         fence = null,
         attempts = w.attempts - case when v in ('snooze', 'release') then 1 else 0 end,
         retries = case when v = 'retry' or (v = 'send' and w.step = 'verify') then w.retries + 1
                        when v = 'park' then 0 else w.retries end,
         -- A call that was accepted, or ended this try, ends it: the vendor may refuse a token again another day.
         reauthorised = v not in ('send', 'unknown', 'park')
           and (w.reauthorised or (v = 'reauthorise' and muster.blames_token(o))),
         error_code = coalesce(o.code, w.error_code),
         error_message = coalesce(o.message, w.error_message),
         http_status = coalesce(o.http_status, w.http_status),
         vendor_request_id = coalesce(o.vendor_request_id, w.vendor_request_id)
    from muster.account a
   where r.id = w.id and a.account = w.account;
end $$;
COMMENT ON FUNCTION muster.continue_request(o muster.outcome, w muster.work_request) IS 'A request goes on: with its next step, or a later try of this one.';
CREATE TABLE muster.inventory_refresh (
    only_row boolean DEFAULT true NOT NULL,
    refreshed_at timestamp with time zone NOT NULL,
    took interval NOT NULL,
    next_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    application text DEFAULT current_setting('application_name'::text) NOT NULL,
    CONSTRAINT inventory_refresh_only_row_check CHECK (only_row)
);
COMMENT ON TABLE muster.inventory_refresh IS 'When inventory_snapshot was counted. No row while there is none.';
COMMENT ON COLUMN muster.inventory_refresh.only_row IS 'There is one row at most.';
COMMENT ON COLUMN muster.inventory_refresh.refreshed_at IS 'The moment that the snapshot shows.';
COMMENT ON COLUMN muster.inventory_refresh.took IS 'How long the counting took.';
COMMENT ON COLUMN muster.inventory_refresh.next_at IS 'When it is to be counted next.';
COMMENT ON COLUMN muster.inventory_refresh.expires_at IS 'From then on nobody seems to count any more: reports count for themselves again.';
COMMENT ON COLUMN muster.inventory_refresh.application IS 'The application_name of the connection: which replica, or which tool.';
CREATE FUNCTION muster.count_inventory() RETURNS muster.inventory_refresh
    LANGUAGE plpgsql
    SET work_mem TO '64MB'
    SET enable_nestloop TO 'off'
    SET jit TO 'off'
    AS $$
declare
  -- At most a twentieth of the time is spent on counting; and the service asks no more often than c_least.
  c_share   constant integer := 20;
  c_least   constant interval := '10 seconds';
  -- After so many intervals without a count nobody counts any more.
  c_missed  constant integer := 3;
  v_began   timestamptz := clock_timestamp();
  v_pause   interval;
  v_refresh muster.inventory_refresh;
begin
  delete from muster.inventory_refresh;
  delete from muster.inventory_snapshot;
  if not muster.is_large() then
    return null;
  end if;
  -- Without a row in inventory_refresh the view counts.
  insert into muster.inventory_snapshot (account, resource, targets, fresh, overdue, late, late_since, age_p50, age_p95,
    age_p99, age_max, refresh_every, calls_per_day, last_added_at)
  select account, resource, targets, fresh, overdue, late, late_since, age_p50, age_p95,
         age_p99, age_max, refresh_every, calls_per_day, last_added_at
    from muster.inventory;
  v_pause := greatest(c_share * (clock_timestamp() - v_began), c_least);
  insert into muster.inventory_refresh (refreshed_at, took, next_at, expires_at)
  values (now(), clock_timestamp() - v_began, clock_timestamp() + v_pause, clock_timestamp() + c_missed * v_pause)
  returning * into v_refresh;
  return v_refresh;
end $$;
COMMENT ON FUNCTION muster.count_inventory() IS 'Counts a large inventory into inventory_snapshot. Empties that for a small one, and returns null. muster.tend_reports and muster.refresh_reports call it, one at a time.';
CREATE FUNCTION muster.dead_letter_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    SET jit TO 'off'
    SET enable_nestloop TO 'off'
    AS $$
declare
  v_part text;
  v_by   text;
  v_at   timestamptz;
  v_app  text := current_setting('application_name');
begin
  -- Most statements of a claim and a settlement touch no row.
  if not exists (select from new_rows) then
    return null;
  end if;
  v_part := muster.acting_part();
  v_by := muster.acting_person(v_part);
  v_at := muster.audit_time();
  if tg_op = 'INSERT' then
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, to_status, attempts,
      error_code, message, made_by, part, application)
    select v_at, 'letter', n.account, n.operation, n.key, n.request_id, n.id, n.state, n.attempts,
           n.error_code, n.error_message, v_by, v_part, v_app
      from new_rows n;
  else
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, from_status, to_status,
      attempts, error_code, message, made_by, part, application)
    select v_at, 'letter', n.account, n.operation, n.key, n.request_id, n.id, o.state, n.state,
           n.attempts, n.error_code, case when n.state = 'discarded' then n.note else n.error_message end,
           v_by, v_part, v_app
      from new_rows n join old_rows o using (id)
     where n.state <> o.state;
  end if;
  return null;
end $$;
COMMENT ON FUNCTION muster.dead_letter_audit() IS 'Trigger: records what happened to dead letters.';
CREATE FUNCTION muster.dead_letter_deleted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  v_part text := muster.acting_part();
begin
  if v_part is distinct from 'forget_letters' then
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, from_status, to_status,
      attempts, error_code, message, made_by, part, application)
    select muster.audit_time(), 'letter', o.account, o.operation, o.key, o.request_id, o.id, o.state, 'deleted',
           o.attempts, o.error_code, o.error_message, muster.acting_person(v_part), v_part,
           current_setting('application_name')
      from old_rows o;
  end if;
  return null;
end $$;
COMMENT ON FUNCTION muster.dead_letter_deleted() IS 'Trigger: records that somebody deleted dead letters.';
CREATE TABLE muster.device (
    account text NOT NULL,
    key text NOT NULL,
    vendor text NOT NULL,
    serial_number text,
    name text,
    product_key text,
    model text,
    type text,
    lifecycle text NOT NULL,
    vendor_status text,
    connectivity text NOT NULL,
    activated boolean,
    port_count integer,
    address text,
    region text,
    org_id text,
    attributes jsonb NOT NULL,
    ports jsonb NOT NULL,
    vendor_created_at timestamp with time zone,
    vendor_updated_at timestamp with time zone,
    first_seen_at timestamp with time zone NOT NULL,
    last_changed_at timestamp with time zone NOT NULL,
    synced_at timestamp with time zone NOT NULL,
    missing_since timestamp with time zone,
    changed text[] DEFAULT '{}'::text[] NOT NULL,
    digest uuid NOT NULL,
    CONSTRAINT device_connectivity_check CHECK ((connectivity = ANY (ARRAY['online'::text, 'offline'::text, 'unknown'::text]))),
    CONSTRAINT device_lifecycle_check CHECK ((lifecycle = ANY (ARRAY['registered'::text, 'allocated'::text, 'connected'::text, 'active'::text, 'disabled'::text, 'faulted'::text, 'retired'::text, 'test'::text, 'unknown'::text])))
);
COMMENT ON TABLE muster.device IS 'One row per device that was read at least once. Written only when something changed.';
COMMENT ON COLUMN muster.device.account IS 'The account it was read through.';
COMMENT ON COLUMN muster.device.key IS 'The name by which Muster asks the vendor for it; unique within the account.';
COMMENT ON COLUMN muster.device.vendor IS 'The account''s vendor.';
COMMENT ON COLUMN muster.device.serial_number IS 'The vendor''s serial number.';
COMMENT ON COLUMN muster.device.name IS 'The name people gave it at the vendor.';
COMMENT ON COLUMN muster.device.product_key IS 'The product it is one of, where the vendor has products.';
COMMENT ON COLUMN muster.device.model IS 'The model, where the vendor names one.';
COMMENT ON COLUMN muster.device.type IS 'The vendor''s type as text.';
COMMENT ON COLUMN muster.device.lifecycle IS 'Where it stands in its life: registered allocated connected active disabled faulted retired test unknown.';
COMMENT ON COLUMN muster.device.vendor_status IS 'The vendor''s own word behind lifecycle, verbatim.';
COMMENT ON COLUMN muster.device.connectivity IS 'Whether the vendor can reach it: online offline unknown.';
COMMENT ON COLUMN muster.device.activated IS 'Whether it was activated; null where the vendor has no such notion.';
COMMENT ON COLUMN muster.device.port_count IS 'How many sockets it has by the vendor''s count.';
COMMENT ON COLUMN muster.device.address IS 'Where it stands, as the vendor writes it.';
COMMENT ON COLUMN muster.device.region IS 'The vendor''s region.';
COMMENT ON COLUMN muster.device.org_id IS 'The organisation it is allocated to; null if to none.';
COMMENT ON COLUMN muster.device.attributes IS 'The vendor''s own object with its own names and nesting, numbers as sent, without secrets.';
COMMENT ON COLUMN muster.device.ports IS 'The sockets as one value, to compare versions. report.device_port shows them as rows.';
COMMENT ON COLUMN muster.device.vendor_created_at IS 'When it was created, by the vendor''s clock.';
COMMENT ON COLUMN muster.device.vendor_updated_at IS 'When it was last updated, by the vendor''s clock. Not every change moves it.';
COMMENT ON COLUMN muster.device.first_seen_at IS 'When Muster first read it.';
COMMENT ON COLUMN muster.device.last_changed_at IS 'When Muster last read something new of it.';
COMMENT ON COLUMN muster.device.synced_at IS 'When Muster read it, for devices in no poll_target; for others when it last changed. report.device.last_synced_at knows both.';
COMMENT ON COLUMN muster.device.missing_since IS 'Since when the vendor says that it does not exist; null while it does.';
COMMENT ON COLUMN muster.device.changed IS 'The columns in which this version differs from the one before; empty for the first.';
COMMENT ON COLUMN muster.device.digest IS 'MD5 of the canonical record. The same digest means that nothing changed.';
CREATE FUNCTION muster.difference(p_old muster.device, p_new muster.device) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    AS $$
  select array_remove(array[
    case when p_old.activated is distinct from p_new.activated then 'activated' end,
    case when p_old.address is distinct from p_new.address then 'address' end,
    case when p_old.attributes is distinct from p_new.attributes then 'attributes' end,
    case when p_old.connectivity is distinct from p_new.connectivity then 'connectivity' end,
    case when p_old.lifecycle is distinct from p_new.lifecycle then 'lifecycle' end,
    case when p_old.model is distinct from p_new.model then 'model' end,
    case when p_old.name is distinct from p_new.name then 'name' end,
    case when p_old.org_id is distinct from p_new.org_id then 'org_id' end,
    case when p_old.port_count is distinct from p_new.port_count then 'port_count' end,
    case when p_old.ports is distinct from p_new.ports then 'ports' end,
    case when p_old.product_key is distinct from p_new.product_key then 'product_key' end,
    case when p_old.region is distinct from p_new.region then 'region' end,
    case when p_old.serial_number is distinct from p_new.serial_number then 'serial_number' end,
    case when p_old.type is distinct from p_new.type then 'type' end,
    case when p_old.vendor is distinct from p_new.vendor then 'vendor' end,
    case when p_old.vendor_created_at is distinct from p_new.vendor_created_at then 'vendor_created_at' end,
    case when p_old.vendor_status is distinct from p_new.vendor_status then 'vendor_status' end,
    case when p_old.vendor_updated_at is distinct from p_new.vendor_updated_at then 'vendor_updated_at' end], null)
$$;
COMMENT ON FUNCTION muster.difference(p_old muster.device, p_new muster.device) IS 'The columns that come from the vendor in which two versions differ.';
CREATE FUNCTION muster.discard(id bigint, note text DEFAULT NULL::text) RETURNS SETOF muster.replayed
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
begin
  return query select * from muster.discard_letters(array[discard.id], '{open,replayed}', discard.note);
  if not found then
    perform muster.check_not_under_way(discard.id);
    perform muster.say_untouched(discard.id);
  end if;
end $$;
COMMENT ON FUNCTION muster.discard(id bigint, note text) IS 'Gives a dead letter up, with a note why. Disables a pull''s target, and cancels a replay that waits. Returns what it touched.';
CREATE FUNCTION muster.discard(account text DEFAULT NULL::text, operation text DEFAULT NULL::text, error_code text DEFAULT NULL::text, key text DEFAULT NULL::text, note text DEFAULT NULL::text) RETURNS SETOF muster.replayed
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
begin
  perform muster.check_filter(discard.account, discard.operation, discard.error_code, discard.key);
  return query select * from muster.discard_letters(
    array(select x from muster.live_letters(discard.account, discard.operation, discard.error_code, discard.key) x),
    '{open}', discard.note);
end $$;
COMMENT ON FUNCTION muster.discard(account text, operation text, error_code text, key text, note text) IS 'Gives up the open dead letters that all given filters mean, with a note why. Returns what it touched.';
CREATE FUNCTION muster.discard_letters(p_ids bigint[], p_states text[], p_note text) RETURNS SETOF muster.replayed
    LANGUAGE plpgsql
    AS $$
declare
  v_ids   bigint[];
  v_since timestamptz[];
begin
  -- A letter that changes from here on is left alone: its new request would not be locked.
  select array_agg(l.id), array_agg(l.state_since) into v_ids, v_since
    from muster.dead_letter l
   where l.id = any (p_ids) and l.state = any (p_states);
  -- A target before its state, as its own triggers lock them.
  perform from muster.poll_target p
    where p.id in (select l.target_id from muster.dead_letter l where l.id = any (v_ids) and l.kind = 'pull')
    order by p.id
      for update;
  perform muster.lock_work(v_ids);
  with discarded as (
    update muster.dead_letter l
       set state = 'discarded', state_since = clock_timestamp(), state_by = session_user, note = p_note
      from unnest(v_ids, v_since) seen (id, since)
     where l.id = seen.id and l.state_since = seen.since
       and l.id <> all (array(select letter from muster.open_work(v_ids) where under_way))
    returning l.id)
  select array_agg(id) into v_ids from discarded;
  update muster.poll_target p set enabled = false
    from muster.dead_letter l
   where l.id = any (v_ids) and l.kind = 'pull' and p.id = l.target_id and p.enabled;
  -- A read under way would write a new letter.
  update muster.poll_state s set fence = null
    from muster.dead_letter l
   where l.id = any (v_ids) and l.kind = 'pull' and s.target_id = l.target_id and s.fence is not null;
  -- A person has looked: Muster sends and reads nothing more, and the next request for the key goes on.
  update muster.work_request r
     set status = case r.status when 'unknown' then 'dead' else 'cancelled' end, finished_at = clock_timestamp(),
         fence = null,
         result = case r.status when 'pending' then jsonb_build_object('cancelled_by', session_user)
                                else r.result end
   where r.id = any (array(select request from muster.open_work(v_ids)));
  return query
    select l.id, l.account, l.operation, l.key, l.error_code, l.request_id from muster.dead_letter l
     where l.id = any (v_ids)
     order by l.id;
end $$;
COMMENT ON FUNCTION muster.discard_letters(p_ids bigint[], p_states text[], p_note text) IS 'Gives up those of these letters that are in one of these states and whose work is not under way.';
CREATE FUNCTION muster.doubt_open_requests(p_now timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
  select from muster.work_request w where w.status in ('pending', 'running', 'unknown') order by w.id for update;
  update muster.work_request w
     set status = case when x.sending then 'unknown' else w.status end,
         step = case when w.status = 'pending' then 'read' when w.step = 'write' then 'verify' else w.step end,
         given_up_at = case when w.status = 'unknown' or x.sending then p_now else w.given_up_at end,
         error_code = case when x.sending then 'lost' else w.error_code end,
         error_message = case when x.sending then 'the database was restored while it was being sent'
                              else w.error_message end,
         fence = null,
         -- A running row's next_at is the end of its lease.
         next_at = greatest(case when w.fence is null then w.next_at end, p_now + a.call_deadline)
    from muster.work_request o
    join muster.account a on a.account = o.account
    join muster.account_action c on c.account = o.account and c.action = o.action and c.writes
   cross join lateral (select o.status = 'running' and o.step = 'write' as sending) x
   where o.id = w.id and o.status in ('pending', 'running', 'unknown');
$$;
COMMENT ON FUNCTION muster.doubt_open_requests(p_now timestamp with time zone) IS 'Makes every open request that writes one that Muster reads first.';
CREATE FUNCTION muster.doubt_token(o muster.outcome) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_got   boolean := (select token_needed from muster.account where account = o.account);
  v_again boolean;
  t       muster.token;
begin
  perform from muster.token where account = o.account for update;
  t := muster.token_of_call(o);
  v_again := muster.was_reauthorised(o);
  if t.account is null then
    return;
  elsif not muster.blames_token(o) then
    update muster.token set expires_at = clock_timestamp(), renew_at = clock_timestamp()
     where account = t.account and expires_at > clock_timestamp();
  elsif v_got and t.expires_at <= clock_timestamp() and (t.doubted_at_fence is not null or not v_again) then
    -- Muster knows already that it is worth nothing. But tokens that always end before the reply is seen must end too.
    return;
  elsif v_again or o.fence > t.doubted_at_fence then
    perform muster.halt(o.account, o.code, o.message);
  elsif t.doubted_at_fence is null then
    update muster.token
       set expires_at = clock_timestamp(), renew_at = clock_timestamp(),
           doubted_at_fence = (select last_value from muster.fence)
     where account = t.account;
  end if;
end $$;
COMMENT ON FUNCTION muster.doubt_token(o muster.outcome) IS 'The vendor refused a call''s authorisation.';
CREATE FUNCTION muster.drop_partitions(p_table text, p_age interval) RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    SET lock_timeout TO '1s'
    AS $$
declare
  v_names text[] := muster.expired_partitions(p_table, p_age);
  v_name  text;
begin
  foreach v_name in array v_names loop
    execute format('drop table muster.%I', v_name);
  end loop;
  return v_names;
exception
  when lock_not_available then
    return '{}';
end $$;
COMMENT ON FUNCTION muster.drop_partitions(p_table text, p_age interval) IS 'Drops the partitions that ended so long ago, and returns them. If somebody reads one of them it drops none. For the service.';
CREATE FUNCTION muster.end_request(o muster.outcome) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.work_request
     set status = 'dead', finished_at = clock_timestamp(), fence = null, error_code = o.code,
         error_message = o.message, http_status = o.http_status,
         vendor_request_id = coalesce(o.vendor_request_id, vendor_request_id)
   where id = o.id
$$;
COMMENT ON FUNCTION muster.end_request(o muster.outcome) IS 'A request failed for good.';
CREATE FUNCTION muster.expected_at(p_account text, p_ahead bigint) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$ select coalesce(at, statement_timestamp()) from muster.next_permit(p_account, p_ahead) $$;
COMMENT ON FUNCTION muster.expected_at(p_account text, p_ahead bigint) IS 'When a call of an account with so many ahead can leave, at its quota''s pace; now without a quota.';
CREATE FUNCTION muster.expired_partitions(p_table text, p_age interval) RETURNS text[]
    LANGUAGE sql STABLE
    AS $$
  select coalesce(array_agg(c.relname::text order by c.relname), '{}')
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
   where i.inhparent = to_regclass('muster.' || p_table) and c.relname < muster.month_part(p_table, now() - p_age)
$$;
COMMENT ON FUNCTION muster.expired_partitions(p_table text, p_age interval) IS 'The partitions that ended so long ago. For the service.';
CREATE FUNCTION muster.explain(id bigint) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
#variable_conflict use_column
declare
  w muster.work_request;
  a muster.account;
begin
  select * into w from muster.work_request r where r.id = explain.id;
  if not found then
    return muster.explain_absent(explain.id);
  end if;
  if w.finished_at is not null then
    return muster.explain_end(w);
  end if;
  if w.fence is not null and w.next_at > statement_timestamp() then
    return muster.explain_call(w);
  end if;
  select * into a from muster.account t where t.account = w.account;
  if not a.configured then
    return format('account %s is not in the configuration any more', w.account);
  end if;
  if a.state <> 'active' then
    return format('account %s: %s What to do: %s', a.state, rtrim(a.why, '.') || '.', a.what_to_do);
  end if;
  return muster.explain_wait(w, a);
end $$;
COMMENT ON FUNCTION muster.explain(id bigint) IS 'Why a request waits, and for how long, or what became of it, in a sentence.';
CREATE FUNCTION muster.explain_absent(p_id bigint) RETURNS text
    LANGUAGE sql STABLE
    AS $_$
  select coalesce(
    (select format(
              case when to_status = 'deleted'
                   then 'there is no request %1$s any more: it was %4$s, and %5$s deleted it at %3$s; report.audit '
                        'tells its story'
                   else 'there is no request %1$s any more: it was %2$s at %3$s, and is past its retention; '
                        'report.audit tells its story' end,
              p_id, to_status, muster.spoken_time(at), from_status, made_by)
       from muster.audit
      where request_id = p_id and subject = 'request'
      order by at desc, id desc limit 1),
    format('there is no request %s', p_id))
$_$;
COMMENT ON FUNCTION muster.explain_absent(p_id bigint) IS 'Explains a number that names no row.';
CREATE FUNCTION muster.explain_call(w muster.work_request) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case when w.status = 'unknown' then 'unknown: being read again now' else 'being sent now' end
         || coalesce((
              select format(' (started %s ago)',
                       muster.spoken_seconds(floor(extract(epoch from statement_timestamp() - t.at))))
                from muster.audit t
               where t.request_id = w.id and t.subject = 'request'
               order by t.at desc, t.id desc limit 1), '')
         || case when w.status = 'unknown' then '; ' || muster.explain_doubt(w) else '' end
$$;
COMMENT ON FUNCTION muster.explain_call(w muster.work_request) IS 'Explains a request whose call is under way.';
CREATE FUNCTION muster.explain_delay(w muster.work_request) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case
    when w.error_code is null then format('not before %s', muster.spoken_time(w.next_at))
    when w.retries = 0
      then format('tried again at %s, after %s: %s', muster.spoken_time(w.next_at), w.error_code, w.error_message)
    else format('retry %s%s at %s, after %s: %s', w.retries + 1,
           coalesce((select ' of ' || s.value from muster.setting s where s.name = 'muster.retry.attempts'), ''),
           muster.spoken_time(w.next_at), w.error_code, w.error_message) end
$$;
COMMENT ON FUNCTION muster.explain_delay(w muster.work_request) IS 'Explains a request that is not due yet.';
CREATE FUNCTION muster.explain_doubt(w muster.work_request) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case when w.refused then 'the vendor answered the POST with a refusal'
              else 'the POST may have reached the vendor' end
$$;
COMMENT ON FUNCTION muster.explain_doubt(w muster.work_request) IS 'Explains why an outcome is not known.';
CREATE FUNCTION muster.explain_end(w muster.work_request) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select format('%s since %s', w.status, muster.spoken_time(w.finished_at))
         || case w.status
              when 'done' then coalesce(': ' || nullif(w.result, '{}')::text, '')
              when 'cancelled' then coalesce(' by ' || (w.result ->> 'cancelled_by'), '')
              else coalesce(': ' || w.error_code || ' ' || w.error_message, '')
                || coalesce((
                     select format('; dead letter %s is %s', l.id, l.state) from muster.dead_letter l
                      where l.id = w.replay_of or (l.kind = 'request' and l.request_id = w.id)
                      order by l.id limit 1), '')
            end
$$;
COMMENT ON FUNCTION muster.explain_end(w muster.work_request) IS 'Explains a finished request.';
CREATE FUNCTION muster.explain_turn(p_account text, p_ahead bigint) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case
    when n.quota is null then format('account %s: %s ahead, and no limit', p_account, p_ahead)
    else format('quota %s: %s ahead, about %s',
           -- By its own name only if there are several.
           case when (select count(*) from muster.account_quota u where u.account = p_account) > 1 then n.quota
                else 'of ' || p_account end,
           p_ahead, muster.spoken_seconds(extract(epoch from n.at - statement_timestamp()))) end
    from muster.next_permit(p_account, p_ahead) n
$$;
COMMENT ON FUNCTION muster.explain_turn(p_account text, p_ahead bigint) IS 'Explains a request that waits for its turn.';
CREATE FUNCTION muster.explain_wait(w muster.work_request, a muster.account) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $$
declare
  v_slow   timestamptz := greatest(a.slowed_until, (
    select max(q.paused_until) from muster.quota q join muster.account_quota u using (quota)
     where u.account = w.account));
  v_before bigint := muster.goes_first(w);
  v_token  muster.token;
begin
  select * into v_token from muster.token t
   where t.account = w.account and a.token_needed
     and coalesce(t.expires_at, '-infinity') <= statement_timestamp();
  if w.status = 'unknown' then
    return format('unknown: read again at %s; %s%s',
      muster.spoken_time(greatest(w.next_at, v_slow, muster.expected_at(w.account, muster.ahead(w)))),
      muster.explain_doubt(w),
      (select format('; dead letter %s is open', l.id) from muster.dead_letter l
        where l.kind = 'request' and l.request_id = w.id and l.state = 'open'));
  elsif v_slow > greatest(w.next_at, statement_timestamp()) then
    return format('vendor asked to slow down until %s', muster.spoken_time(v_slow));
  elsif w.next_at > statement_timestamp() then
    return muster.explain_delay(w);
  elsif v_before is not null then
    return format('waits for request %s on the same key', v_before);
  elsif v_token.next_try_at > statement_timestamp() then
    return format('waits for a token: the next login is at %s%s',
      muster.spoken_time(v_token.next_try_at), ', after ' || v_token.last_error);
  end if;
  return muster.explain_turn(w.account, muster.ahead(w));
end $$;
COMMENT ON FUNCTION muster.explain_wait(w muster.work_request, a muster.account) IS 'Explains a request that waits, and whose account is active.';
CREATE FUNCTION muster.finish_requests(p_places tid[], p_statuses integer[], p_names text[], p_notes text[]) RETURNS void
    LANGUAGE sql
    SET enable_indexscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    AS $$
  update muster.work_request w
     set status = 'done', finished_at = clock_timestamp(), fence = null, error_code = null, error_message = null,
         http_status = x.http_status, vendor_request_id = coalesce(x.name, w.vendor_request_id),
         result = case when x.note is null then '{}' else jsonb_build_object('note', x.note) end
    from unnest(p_places, p_statuses, p_names, p_notes) x (place, http_status, name, note)
   where w.ctid = x.place
$$;
COMMENT ON FUNCTION muster.finish_requests(p_places tid[], p_statuses integer[], p_names text[], p_notes text[]) IS 'The requests at these places are done. The caller holds their locks.';
CREATE FUNCTION muster.first_due(p_account text, p_kind text, p_priority integer, p_leased boolean, p_from timestamp with time zone, p_before timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    AS $$
begin
  if p_kind = 'request' and p_leased then
    return (select next_at from muster.work_request
             where account = p_account and priority = p_priority and fence is not null
               and next_at >= p_from and next_at < p_before
             order by next_at limit 1);
  elsif p_kind = 'request' then
    return (select next_at from muster.work_request
             where account = p_account and priority = p_priority and status in ('pending', 'running', 'unknown')
               and fence is null and next_at >= p_from and next_at < p_before
             order by next_at limit 1);
  elsif p_leased then
    return (select due_at from muster.poll_state
             where account = p_account and priority = p_priority and fence is not null
               and due_at >= p_from and due_at < p_before
             order by due_at limit 1);
  end if;
  return (select due_at from muster.poll_state
           where account = p_account and priority = p_priority and fence is null
             and due_at >= p_from and due_at < p_before
           order by due_at limit 1);
end $$;
COMMENT ON FUNCTION muster.first_due(p_account text, p_kind text, p_priority integer, p_leased boolean, p_from timestamp with time zone, p_before timestamp with time zone) IS 'When, in a span of time, the first row of a kind and priority is due, or the first lease ends; null if none does.';
CREATE FUNCTION muster.floors(p_account text) RETURNS SETOF muster.claim_floor
    LANGUAGE plpgsql STABLE
    AS $$
declare
  c_least constant integer := -2147483648;
  v_kind  text;
  v_below integer;
  v_next  integer;
  f       muster.claim_floor;
begin
  foreach v_kind in array '{request,pull}'::text[] loop
    v_below := 2147483647;
    loop
      select * into f from muster.claim_floor
       where account = p_account and kind = v_kind and priority < v_below
       order by priority desc, id desc limit 1;
      loop
        v_next := muster.next_priority(p_account, v_kind, v_below, coalesce(f.priority, c_least));
        exit when v_next is null;
        -- Nobody has noted it yet: it has no id.
        return query select p_account, v_kind, v_next, null::bigint, '-infinity'::timestamptz,
                            '-infinity'::timestamptz, now(), now(), null::xid8;
        v_below := v_next;
      end loop;
      exit when f.id is null;
      v_below := f.priority;
      -- The clock was set back.
      if greatest(f.waiting_from, f.leased_from) > clock_timestamp() then
        f.waiting_from := '-infinity';
        f.leased_from := '-infinity';
      end if;
      return next f;
    end loop;
  end loop;
end $$;
COMMENT ON FUNCTION muster.floors(p_account text) IS 'Where to look for an account''s rows: one row for each kind and priority that it has, the higher priority first.';
CREATE FUNCTION muster.forget_credentials(p_account text) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.token
     set sealed = null, expires_at = null, renew_at = null, refresh_expires_at = null, refused_logins = 0,
         attempts = 0, next_try_at = null, failing_since = null, last_error = null,
         renewing_until = null, fence = null, doubted_at_fence = null
   where account = p_account;
  update muster.account set state = 'active', why = null, what_to_do = null, since = now()
   where account = p_account and state = 'halted';
$$;
COMMENT ON FUNCTION muster.forget_credentials(p_account text) IS 'The credentials have changed: forgets the token, ends a halt.';
CREATE FUNCTION muster.forget_letters(p_age interval, p_rows integer) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
  v_count integer := 0;
begin
  if muster.take_turn('forget') then
    delete from muster.dead_letter
     where id in (
       select l.id from muster.dead_letter l
        where l.state in ('resolved', 'discarded') and l.state_since < now() - p_age
        order by l.state_since limit p_rows
          for update skip locked);
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end $$;
COMMENT ON FUNCTION muster.forget_letters(p_age interval, p_rows integer) IS 'Deletes letters that were resolved or discarded so long ago. For the service.';
CREATE FUNCTION muster.forget_replies(p_age interval, p_rows integer) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
  v_count integer := 0;
begin
  if muster.take_turn('forget') then
    update muster.dead_letter set request = null, response = null
     where id in (
       select l.id from muster.dead_letter l
        where (l.request is not null or l.response is not null) and l.last_failed_at < now() - p_age
        order by l.last_failed_at limit p_rows
          for update skip locked);
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end $$;
COMMENT ON FUNCTION muster.forget_replies(p_age interval, p_rows integer) IS 'Empties what letters keep of calls that failed so long ago; the letters stay. For the service.';
CREATE FUNCTION muster.forget_requests(p_age interval, p_rows integer) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
  v_count integer := 0;
begin
  if muster.take_turn('forget') then
    delete from muster.work_request
     where id in (
       select w.id from muster.work_request w
        where w.finished_at < now() - p_age
          -- A letter that a person may still replay needs its request's params.
          and not exists (select from muster.dead_letter l
                           where l.kind = 'request' and l.request_id = w.id and l.state in ('open', 'replayed'))
        order by w.finished_at limit p_rows
          for update skip locked);
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end $$;
COMMENT ON FUNCTION muster.forget_requests(p_age interval, p_rows integer) IS 'Deletes requests that ended so long ago and have no live letter. For the service.';
CREATE FUNCTION muster.free_permits(p_outcomes muster.outcome[]) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.permit p
     set free_at = least(p.free_at,
           case when x.verdict = 'release' and not coalesce(x.sent, false) then clock_timestamp()
                else clock_timestamp() - coalesce(muster.millis(x.age_ms), interval '0') + q."window" end),
         fence = null
    from unnest(p_outcomes) x, muster.account_quota u, muster.quota q
   where u.account = x.account and q.quota = u.quota and p.quota = u.quota and p.fence = x.fence
     and coalesce(x.arrived, true)
$$;
COMMENT ON FUNCTION muster.free_permits(p_outcomes muster.outcome[]) IS 'Gives permits back, one window after the reply arrived. A call that may still reach the vendor keeps its permit.';
CREATE FUNCTION muster.give_up_lost(p_account text, p_floors muster.claim_floor[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_now timestamptz := clock_timestamp();
  v_ids bigint[];
  f     muster.claim_floor;
begin
  foreach f in array p_floors loop
    continue when f.kind <> 'request';
    v_ids := array(
      select id from muster.work_request
       where account = p_account and priority = f.priority and fence is not null
         and next_at >= f.leased_from and next_at <= v_now
         -- Not by its status: the planner would take another index, without a floor.
         and step = 'write'
         -- A locked row's settlement is late, and is being written.
         for update skip locked);
    continue when v_ids = '{}';
    update muster.work_request
       set status = 'unknown', step = 'verify', given_up_at = next_at, next_at = clock_timestamp(), fence = null,
           error_code = 'lost', error_message = 'the process that sent it stopped before the reply was seen'
     where id = any (v_ids);
  end loop;
end $$;
COMMENT ON FUNCTION muster.give_up_lost(p_account text, p_floors muster.claim_floor[]) IS 'Requests that were being sent when their process stopped become unknown.';
CREATE FUNCTION muster.goes_first(w muster.work_request) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  select min(x)
    from muster.same_key_first(
           w.account, w.key, w.id, w.started_at, muster.writing_actions(w.account), statement_timestamp()) x
   where w.action = any (muster.writing_actions(w.account))
$$;
COMMENT ON FUNCTION muster.goes_first(w muster.work_request) IS 'The request for the same key that has to end first; null if none has.';
CREATE FUNCTION muster.halt(p_account text, p_code text, p_message text) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.account
     set state = 'halted', since = clock_timestamp(), why = p_code || ': ' || p_message,
         what_to_do = 'Mend the account''s configuration or its rights at the vendor.'
           || ' Then start Muster again with the changed configuration, or: select muster.resume('
           || quote_literal(p_account) || ');'
   where account = p_account and state <> 'halted'
$$;
COMMENT ON FUNCTION muster.halt(p_account text, p_code text, p_message text) IS 'Stops an account that is itself wrong.';
CREATE FUNCTION muster.held_partitions(p_table text, p_age interval, p_due_at timestamp with time zone) RETURNS text[]
    LANGUAGE sql STABLE
    AS $$
  select case when p_age is not null or p_due_at is not null then muster.expired_partitions(p_table, p_age)
              else array(
                select n from unnest((select r.held from muster.retention_run r order by r.id desc limit 1)) n
                 where n in (select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                              where i.inhparent = to_regclass('muster.' || p_table))
                 order by n) end
$$;
COMMENT ON FUNCTION muster.held_partitions(p_table text, p_age interval, p_due_at timestamp with time zone) IS 'The partitions that are past their age and could not be dropped. For the service.';
CREATE FUNCTION muster.hold_after_restore(p_seen bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  -- More claims than a process can have made since it last told its number.
  c_leap constant bigint := 1000000;
  v_now timestamptz;
begin
  perform from muster.quota order by quota for update;
  v_now := clock_timestamp();
  update muster.permit p set free_at = greatest(p.free_at, v_now + d.deadline + q."window")
    from muster.quota q
   cross join lateral (
     select coalesce(max(a.call_deadline), interval '0') as deadline
       from muster.account_quota u join muster.account a using (account) where u.quota = q.quota) d
   where q.quota = p.quota;
  -- What has no permits now may have had some: it pauses as long.
  update muster.quota q
     set paused_until = greatest(q.paused_until, v_now + q."window" + (
           select coalesce(max(a.call_deadline), interval '0')
             from muster.account_quota u join muster.account a using (account) where u.quota = q.quota))
   where not q.has_permits;
  -- The floors may come from another server's numbers, and another clock.
  delete from muster.claim_floor;
  update muster.quota set free_from = '-infinity';
  -- Replicas keep the token that they know until the table has a later one.
  update muster.token set generation = generation + c_leap;
  perform muster.doubt_open_requests(v_now);
  -- A late answer from before must not meet a new claim of the same number. This comes last, because a sequence does
  -- not roll back: if a lock could not be had after it, nobody would notice a second time.
  perform setval('muster.fence', greatest(p_seen, (select last_value from muster.fence)) + c_leap);
end $$;
COMMENT ON FUNCTION muster.hold_after_restore(p_seen bigint) IS 'Holds every permit for a deadline and one window, and has Muster read every open request before it sends it.';
CREATE FUNCTION muster.hold_permits(p_quota text, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  perform muster.make_permits(p_quota);
  update muster.permit t
     set free_at = greatest(t.free_at, p_now + q."window" + (
           select max(a.call_deadline) from muster.account_quota u join muster.account a using (account)
            where u.quota = p_quota))
    from muster.quota q
   where t.quota = p_quota and q.quota = p_quota;
  update muster.quota set held_since = p_now where quota = p_quota;
end $$;
COMMENT ON FUNCTION muster.hold_permits(p_quota text, p_now timestamp with time zone) IS 'Holds every permit of a quota for a deadline and one window.';
CREATE FUNCTION muster.holds_lease(o muster.outcome) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select case o.kind
    when 'pull' then exists (select from muster.poll_state where target_id = o.id and fence = o.fence)
    when 'request' then exists (select from muster.work_request where id = o.id and fence = o.fence)
    else exists (select from muster.token where account = o.account and fence = o.fence) end
$$;
COMMENT ON FUNCTION muster.holds_lease(o muster.outcome) IS 'Whether an outcome is that of the present lease.';
CREATE FUNCTION muster.housekeeping() RETURNS void
    LANGUAGE sql
    AS $$
  delete from muster.quota_use where minute < now() - interval '1 day';
  -- A permit beyond the quota's size stood for a call that the vendor had counted; its window is over. The size must
  -- not grow meanwhile.
  select from muster.quota order by quota for update;
  delete from muster.permit p using muster.quota q
   where q.quota = p.quota and p.slot > q.max_calls and p.free_at <= now();
  -- There should be none below the floor: see R__permit.sql.
  update muster.quota q set free_from = m.first
    from muster.quota o
   cross join lateral (select min(free_at) as first from muster.permit where quota = o.quota offset 0) m
   where q.quota = o.quota and m.first < q.free_from;
$$;
COMMENT ON FUNCTION muster.housekeeping() IS 'Drops what is past its use. For the service, once a minute.';
CREATE FUNCTION muster.is_large() RETURNS boolean
    LANGUAGE sql STABLE
    AS $$ select exists (select from muster.poll_target offset muster.live_targets()) $$;
COMMENT ON FUNCTION muster.is_large() IS 'Whether there are more targets than the reports count for themselves.';
CREATE FUNCTION muster.is_master_data(v jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    AS $$
begin
  case jsonb_typeof(v)
    when 'array' then
      return not exists (select from jsonb_array_elements(v) x where jsonb_typeof(x) in ('array', 'object'));
    when 'object' then
      return (v - 'defaultValue' - 'i18nValue') = '{}'
        and coalesce(jsonb_typeof(v -> 'defaultValue'), 'null') in ('string', 'null')
        and case coalesce(jsonb_typeof(v -> 'i18nValue'), 'null')
              when 'null' then true
              when 'object' then not exists (select from jsonb_each(v -> 'i18nValue') t
                                              where jsonb_typeof(t.value) not in ('string', 'null'))
              else false end;
    else
      return true;
  end case;
end $$;
COMMENT ON FUNCTION muster.is_master_data(v jsonb) IS 'Whether a value may stand in master data.';
CREATE FUNCTION muster.keep_token(o muster.outcome) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_now timestamptz := clock_timestamp();
begin
  update muster.token
     set sealed = o.sealed, generation = generation + 1, got_at = v_now,
         expires_at = v_now + muster.millis(o.lifetime_ms), renew_at = v_now + muster.millis(o.renew_ms),
         refresh_expires_at = v_now + muster.millis(o.refresh_lifetime_ms),
         renewing_until = null, fence = null, refused_logins = 0, attempts = 0, next_try_at = null,
         failing_since = null, last_error = null
   where account = o.account and fence = o.fence;
end $$;
COMMENT ON FUNCTION muster.keep_token(o muster.outcome) IS 'Keeps a new token.';
CREATE FUNCTION muster.known_accounts() RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select coalesce(string_agg(account, ', ' order by account), 'none') from muster.account where configured
$$;
COMMENT ON FUNCTION muster.known_accounts() IS 'The configured accounts as a list for a message.';
CREATE FUNCTION muster.later(p_millis bigint) RETURNS timestamp with time zone
    LANGUAGE sql
    AS $$
  select clock_timestamp() + make_interval(secs => coalesce(p_millis, 0)::double precision / 1000)
$$;
COMMENT ON FUNCTION muster.later(p_millis bigint) IS 'So many milliseconds from now, on the database''s clock.';
CREATE FUNCTION muster.lease_requests(a muster.account, p_places tid[], p_naming text[], p_now timestamp with time zone, p_lease timestamp with time zone, p_generation bigint) RETURNS muster.task[]
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
  -- How old the reading may be on which Muster sends a change.
  c_stale constant interval := interval '1 minute';
  v_deadline_ms constant bigint := extract(epoch from a.call_deadline) * 1000;
  v_tasks muster.task[];
begin
  with leased as (
    update muster.work_request w
       set status = case when w.step = 'verify' then 'unknown' else 'running' end,
           attempts = w.attempts + 1,
           started_at = coalesce(w.started_at, p_now),
           next_at = p_lease,
           fence = nextval('muster.fence'),
           -- The account may have been paused: Muster reads again before it acts upon an old reading.
           step = case when w.step = 'write' and w.next_at < p_now - c_stale then 'read' else w.step end
     where w.ctid = any (p_places)
    returning w.*)
  select coalesce(array_agg(
           row('request', l.id, l.fence, l.action, muster.request_resource(l, p_naming), l.key, l.params, l.step,
               l.retries, l.given_up_at + a.call_deadline <= p_now, l.error_code, l.error_message, l.refused,
               p_generation, v_deadline_ms)::muster.task
           order by l.id), '{}')
    into v_tasks
    from leased l;
  return v_tasks;
end $$;
COMMENT ON FUNCTION muster.lease_requests(a muster.account, p_places tid[], p_naming text[], p_now timestamp with time zone, p_lease timestamp with time zone, p_generation bigint) IS 'Leases the requests at these places.';
CREATE FUNCTION muster.live_letters(account text, operation text, error_code text, key text) RETURNS SETOF bigint
    LANGUAGE sql STABLE
    AS $$
  select l.id from muster.dead_letter l
   where l.state = 'open'
     and (live_letters.account is null or l.account = live_letters.account)
     and (live_letters.operation is null or l.operation = live_letters.operation)
     and (live_letters.error_code is null or l.error_code = live_letters.error_code)
     and (live_letters.key is null or l.key = live_letters.key)
$$;
COMMENT ON FUNCTION muster.live_letters(account text, operation text, error_code text, key text) IS 'The open letters that a filter means.';
CREATE FUNCTION muster.live_targets() RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS $$ select 20000 $$;
COMMENT ON FUNCTION muster.live_targets() IS 'Up to so many targets the reports count for themselves: some 50 ms.';
CREATE FUNCTION muster.lock_quotas(p_account text, p_max integer, OUT room integer, OUT pull_room integer, OUT pulls integer, OUT paused boolean, OUT limited boolean, OUT wait_until timestamp with time zone, OUT quota text, OUT max_calls integer, OUT window_ms bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
declare
  -- How much longer than a gap an operator may have to wait. Less would leave permits unused where replies vary.
  c_tolerance constant interval := interval '150 milliseconds';
  q       muster.quota;
  v_now   timestamptz;
  v_gap   interval;
  v_widest interval := interval '0';
  v_from  timestamptz;
  v_over  integer;
  v_free  integer;
  v_next  timestamptz;
  v_soon  timestamptz;
  v_spare integer;
  v_wait  timestamptz;
begin
  pulls := p_max;
  paused := false;
  for q in
    select t.* from muster.quota t join muster.account_quota u using (quota)
     where u.account = p_account order by t.quota for update of t
  loop
    v_now := clock_timestamp();
    -- A gap that rounds to nothing is as good as none.
    v_gap := greatest(q."window" / q.max_calls, interval '1 microsecond');
    if v_gap > v_widest then
      v_widest := v_gap;
      quota := q.quota;
      max_calls := q.max_calls;
      window_ms := extract(epoch from q."window") * 1000;
    end if;
    -- Permits beyond a size that was lowered stand for calls that still count.
    v_over := 0;
    if (select max(slot) from muster.permit where quota = q.quota) > q.max_calls then
      select count(*) into v_over
        from muster.permit where quota = q.quota and slot > q.max_calls and free_at > v_now;
    end if;
    select count(*) - v_over into v_free
      from (select from muster.permit
             where quota = q.quota and free_at >= q.free_from and free_at <= v_now and slot <= q.max_calls
             order by free_at limit p_max + q.reserve + v_over + 1) f;
    -- It has none until its first call: all are free.
    if not q.has_permits then
      v_free := q.max_calls;
    end if;
    select min(free_at) into v_next from muster.permit where quota = q.quota and free_at > v_now;
    room := least(room, v_free);
    v_soon := v_next - v_gap - c_tolerance;
    v_spare := greatest(q.reserve, case when v_soon > v_now then 1 else 0 end);
    pull_room := least(pull_room, v_free - v_spare);
    v_wait := case when v_free <= 0 or v_free <= q.reserve then v_next when v_free <= v_spare then v_soon end;
    v_from := greatest(q.next_pull_at, v_now - muster.catch_up());
    if v_from > v_now then
      pulls := 0;
      v_wait := least(v_wait, v_from);
    else
      pulls := least(pulls, 1 + floor(extract(epoch from v_now - v_from) / extract(epoch from v_gap))::integer);
    end if;
    if q.paused_until > v_now then
      paused := true;
      room := 0;
      wait_until := greatest(wait_until, q.paused_until, case when v_free <= 0 then v_next end);
    else
      wait_until := least(wait_until, v_wait);
    end if;
  end loop;
  limited := found;
  -- Without a quota to lock, two claims at once might each start a request for the same key.
  if not limited then
    perform pg_advisory_xact_lock(hashtext('muster.claim'), hashtext(p_account));
  end if;
  room := greatest(coalesce(room, p_max), 0);
  pull_room := coalesce(pull_room, p_max);
end $$;
COMMENT ON FUNCTION muster.lock_quotas(p_account text, p_max integer, OUT room integer, OUT pull_room integer, OUT pulls integer, OUT paused boolean, OUT limited boolean, OUT wait_until timestamp with time zone, OUT quota text, OUT max_calls integer, OUT window_ms bigint) IS 'How many calls an account may make now (room), how many permits pulls may take, how many pulls the pace allows, whether the vendor asked for a pause, whether any quota counts its calls, and when that may change. And the tightest of its quotas.';
CREATE FUNCTION muster.lock_slowed_quotas(p_outcomes muster.outcome[]) RETURNS void
    LANGUAGE sql
    AS $$
  select from muster.quota
   where quota in (select u.quota from muster.account_quota u join unnest(p_outcomes) x using (account)
                    where x.verdict = 'snooze')
   order by quota
     for update
$$;
COMMENT ON FUNCTION muster.lock_slowed_quotas(p_outcomes muster.outcome[]) IS 'Locks the quotas of calls told to slow down.';
CREATE FUNCTION muster.lock_work(p_ids bigint[]) RETURNS void
    LANGUAGE sql
    AS $$
  select from muster.poll_state s
   where s.target_id in (select l.target_id from muster.dead_letter l where l.id = any (p_ids) and l.kind = 'pull')
   order by s.target_id
     for update;
  select from muster.work_request w
   where w.id in (
       select l.request_id from muster.dead_letter l where l.id = any (p_ids) and l.kind = 'request'
       union all
       select r.id from muster.work_request r where r.replay_of = any (p_ids))
     and w.finished_at is null
   order by w.id
     for update;
$$;
COMMENT ON FUNCTION muster.lock_work(p_ids bigint[]) IS 'Locks the targets and requests that letters are about, and the requests that replay them.';
CREATE FUNCTION muster.make_partition(p_table text, p_at timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
declare
  v_from timestamp := date_trunc('month', p_at at time zone 'UTC');
  v_name text := muster.month_part(p_table, p_at);
begin
  if to_regclass('muster.' || v_name) is not null then
    return false;
  end if;
  perform muster.await_turn('make_partition');
  -- Another session may have made it meanwhile.
  if to_regclass('muster.' || v_name) is not null then
    return false;
  end if;
  execute format('create table muster.%I (like muster.%I including all)', v_name, p_table);
  execute format('comment on table muster.%I is %L', v_name,
                 format('The part of %s from %s on, for one month of UTC.', p_table, v_from::date));
  execute format('alter table muster.%I attach partition muster.%I for values from (%L) to (%L)', p_table, v_name,
                 v_from at time zone 'UTC', (v_from + interval '1 month') at time zone 'UTC');
  return true;
end $$;
COMMENT ON FUNCTION muster.make_partition(p_table text, p_at timestamp with time zone) IS 'Makes the partition that holds this time, if it is not there, and tells whether it did. For the service.';
CREATE FUNCTION muster.make_partitions() RETURNS text[]
    LANGUAGE sql
    AS $$
  select coalesce(array_agg(muster.month_part(t, m) order by t, m) filter (where muster.make_partition(t, m)), '{}')
    from unnest(array['audit', 'device_history']) t
   cross join generate_series(0, 3) n
   cross join lateral (
     select (date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => n))
              at time zone 'UTC' as m) x
$$;
COMMENT ON FUNCTION muster.make_partitions() IS 'Makes the partitions for this month and the next three, and returns those that it made. For the service.';
CREATE FUNCTION muster.make_permits(p_quota text) RETURNS void
    LANGUAGE sql
    AS $$
  insert into muster.permit (quota, slot)
  select q.quota, n from muster.quota q, generate_series(1, q.max_calls) n
   where q.quota = p_quota
      on conflict do nothing;
  update muster.quota set has_permits = true where quota = p_quota and not has_permits;
$$;
COMMENT ON FUNCTION muster.make_permits(p_quota text) IS 'Makes the permits of a quota that it lacks.';
CREATE FUNCTION muster.mark_missing(p_account text, p_resource text, p_key text) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.device set missing_since = clock_timestamp()
   where p_resource = 'device' and account = p_account and key = p_key and missing_since is null;
  update muster.product set missing_since = clock_timestamp()
   where p_resource = 'product' and account = p_account and product_key = p_key and missing_since is null;
$$;
COMMENT ON FUNCTION muster.mark_missing(p_account text, p_resource text, p_key text) IS 'The vendor says that it does not exist: its row stays and says since when.';
CREATE FUNCTION muster.mark_present(p_accounts text[], p_keys text[]) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.device set missing_since = null
   where ctid = any (array(
     select d.ctid
       from (select distinct account, key from unnest(p_accounts, p_keys) y (account, key) order by account, key) x
      cross join lateral (
        select ctid from muster.device
         where account = x.account and key = x.key and missing_since is not null for update offset 0) d))
$$;
COMMENT ON FUNCTION muster.mark_present(p_accounts text[], p_keys text[]) IS 'Devices that were missing are there again, though nothing else has changed.';
CREATE FUNCTION muster.millis(p_millis bigint) RETURNS interval
    LANGUAGE sql IMMUTABLE
    AS $$ select make_interval(secs => p_millis::double precision / 1000) $$;
COMMENT ON FUNCTION muster.millis(p_millis bigint) IS 'Milliseconds as an interval.';
CREATE FUNCTION muster.millis(p_millis text) RETURNS interval
    LANGUAGE sql IMMUTABLE
    AS $$ select make_interval(secs => p_millis::numeric::double precision / 1000) $$;
COMMENT ON FUNCTION muster.millis(p_millis text) IS 'Milliseconds, as JSON has them, as an interval.';
CREATE FUNCTION muster.month_part(p_table text, p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$ select p_table || '_' || to_char(p_at at time zone 'UTC', 'YYYY_MM') $$;
COMMENT ON FUNCTION muster.month_part(p_table text, p_at timestamp with time zone) IS 'The name of the partition that holds this time; months are those of UTC.';
CREATE FUNCTION muster.move_floors(p_account text, p_floors muster.claim_floor[], p_busy boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  -- How often, for an account that is at work and for one that is not.
  c_busy constant interval := '1 second';
  c_idle constant interval := '15 seconds';
  v_xid  xid8;
  f      muster.claim_floor;
begin
  foreach f in array p_floors loop
    continue when f.id is not null
      and f.marked_at between now() - case when p_busy then c_busy else c_idle end and now();
    -- Another one is at it, or lowers it.
    exit when not pg_try_advisory_xact_lock(hashtext('muster.claim_floor'), hashtext(p_account));
    continue when exists (
      select from muster.claim_floor
       where account = p_account and kind = f.kind and priority = f.priority and id > coalesce(f.id, 0));
    v_xid := pg_current_xact_id();
    if f.marked_xid <= pg_snapshot_xmin(pg_current_snapshot()) then
      f.waiting_from := coalesce(
        muster.first_due(p_account, f.kind, f.priority, false, f.waiting_from, f.marked_at), f.marked_at);
      f.leased_from := coalesce(
        muster.first_due(p_account, f.kind, f.priority, true, f.leased_from, f.marked_at), f.marked_at);
    else
      -- A mark whose number has yet to come is another server's.
      continue when f.marked_xid < v_xid;
    end if;
    insert into muster.claim_floor
      (account, kind, priority, waiting_from, leased_from, used_at, marked_at, marked_xid)
    values (p_account, f.kind, f.priority, f.waiting_from, f.leased_from, f.used_at, now(), v_xid);
  end loop;
end $$;
COMMENT ON FUNCTION muster.move_floors(p_account text, p_floors muster.claim_floor[], p_busy boolean) IS 'Lets an account''s floors follow the clock as far as nobody can commit a row that is due earlier.';
CREATE FUNCTION muster.naming_actions(p_account text) RETURNS text[]
    LANGUAGE sql STABLE
    AS $$
  select array(select action from muster.account_action where account = p_account and params = 'resource')
$$;
COMMENT ON FUNCTION muster.naming_actions(p_account text) IS 'The actions of an account whose params may name the resource.';
CREATE FUNCTION muster.next_due(p_floors muster.claim_floor[], p_now timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    AS $$
declare
  v_next timestamptz;
  f      muster.claim_floor;
begin
  foreach f in array p_floors loop
    v_next := least(v_next,
      muster.first_due(f.account, f.kind, f.priority, false, p_now, coalesce(v_next, 'infinity')));
  end loop;
  return v_next;
end $$;
COMMENT ON FUNCTION muster.next_due(p_floors muster.claim_floor[], p_now timestamp with time zone) IS 'When a row that waits and is not due yet becomes due. The next tick finds a lease that ends.';
CREATE FUNCTION muster.next_pause(p_until timestamp with time zone, p_pause interval) RETURNS interval
    LANGUAGE sql STABLE
    AS $$
  select case when b.quiet > 10 * b.base or b.quiet is null then interval '1 second'
              when b.quiet > b.base then greatest(p_pause / 2, interval '1 second')
              else least(2 * greatest(p_pause, interval '1 second'), interval '5 minutes') end
    from (select clock_timestamp() - p_until as quiet, greatest(p_pause, interval '10 seconds') as base) b
$$;
COMMENT ON FUNCTION muster.next_pause(p_until timestamp with time zone, p_pause interval) IS 'Twice the last pause if it was too short, half of it if it was long enough, up to a limit; a second after a quiet time.';
CREATE FUNCTION muster.next_permit(p_account text, p_ahead bigint, OUT quota text, OUT at timestamp with time zone) RETURNS record
    LANGUAGE sql STABLE
    AS $$
  select s.quota, greatest(s.free_at, statement_timestamp()) + (p_ahead / s.max_calls) * s."window"
    from (select q.quota, q.max_calls, q."window", f.free_at,
                 row_number() over (partition by q.quota order by f.free_at, p.slot) - 1 as turn
            from muster.account_quota u
            join muster.quota q using (quota)
            join muster.permit p using (quota)
           -- A call under way holds its permit for its longest time. Most likely its reply is about to arrive.
           cross join lateral (
             select case when p.fence is null then p.free_at
                         else least(p.free_at, statement_timestamp() + q."window") end as free_at) f
           where u.account = p_account and p.slot <= q.max_calls) s
   where s.turn = p_ahead % s.max_calls
   order by 2 desc, 1
   limit 1
$$;
COMMENT ON FUNCTION muster.next_permit(p_account text, p_ahead bigint, OUT quota text, OUT at timestamp with time zone) IS 'For a call with so many ahead: the one of an account''s quotas that lets it go last, and when, at its pace. Nulls without a quota.';
CREATE FUNCTION muster.next_priority(p_account text, p_kind text, p_below integer, p_above integer) RETURNS integer
    LANGUAGE plpgsql STABLE
    AS $$
begin
  if p_kind = 'request' then
    return greatest(
      (select priority from muster.work_request
        where account = p_account and status in ('pending', 'running', 'unknown') and fence is null
          and priority < p_below and priority > p_above
        order by priority desc limit 1),
      (select priority from muster.work_request
        where account = p_account and fence is not null and priority < p_below and priority > p_above
        order by priority desc limit 1));
  end if;
  return greatest(
    (select priority from muster.poll_state
      where account = p_account and fence is null and priority < p_below and priority > p_above
      order by priority desc limit 1),
    (select priority from muster.poll_state
      where account = p_account and fence is not null and priority < p_below and priority > p_above
      order by priority desc limit 1));
end $$;
COMMENT ON FUNCTION muster.next_priority(p_account text, p_kind text, p_below integer, p_above integer) IS 'The highest priority between two that an account''s rows of a kind have.';
CREATE FUNCTION muster.next_version_at(p_old muster.device, p_now timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE
    AS $$ select greatest(p_now, p_old.last_changed_at + interval '1 microsecond') $$;
COMMENT ON FUNCTION muster.next_version_at(p_old muster.device, p_now timestamp with time zone) IS 'From when a version of a device is valid that Muster stores now.';
CREATE FUNCTION muster.note_failed_login(o muster.outcome) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  -- Wrong credentials cost so many logins in all, over all replicas. Vendors lock accounts that try more often.
  c_logins constant integer := 3;
  v_now     timestamptz := clock_timestamp();
  v_failed  boolean := o.verdict not in ('snooze', 'release');
  v_refused integer;
begin
  update muster.token
     set refused_logins = refused_logins + case when o.refused_login then 1 else 0 end,
         attempts = attempts + case when v_failed then 1 else 0 end,
         failing_since = case when v_failed then coalesce(failing_since, v_now) else failing_since end,
         last_error = case when v_failed then o.code || ': ' || o.message else last_error end,
         next_try_at = muster.later(o.delay_ms), renewing_until = null, fence = null,
         refresh_expires_at = case when o.verdict = 'reauthorise' then v_now else refresh_expires_at end
   where account = o.account and fence = o.fence
  returning refused_logins into v_refused;
  if v_refused >= c_logins or (v_refused is not null and o.verdict = 'halt') then
    perform muster.halt(o.account, o.code, o.message);
  end if;
end $$;
COMMENT ON FUNCTION muster.note_failed_login(o muster.outcome) IS 'An attempt to get a token failed, or was given back.';
CREATE FUNCTION muster.note_readings(p_accounts text[], p_keys text[], p_shown text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_ids   bigint[];
  v_alone jsonb;
begin
  select array_agg(p.id), jsonb_agg(jsonb_build_array(r.account, r.key, r.shown)) filter (where p.id is null)
    into v_ids, v_alone
    from (select distinct account, key, shown from unnest(p_accounts, p_keys, p_shown) x (account, key, shown)
           where shown in ('device', 'product')) r
    left join lateral (
      select id from muster.poll_target
       where account = r.account and resource = r.shown and key = r.key offset 0) p on true;
  v_ids := muster.note_target_readings(v_ids);
  -- A device or product without a target notes it itself.
  if v_alone is not null then
    update muster.device set synced_at = clock_timestamp()
     where ctid = any (array(
       select d.ctid
         from (select x ->> 0 as account, x ->> 1 as key from jsonb_array_elements(v_alone) x
                where x ->> 2 = 'device' order by 1, 2) r
        cross join lateral (
          select ctid from muster.device where account = r.account and key = r.key for update offset 0) d));
    update muster.product set synced_at = clock_timestamp()
     where ctid = any (array(
       select d.ctid
         from (select x ->> 0 as account, x ->> 1 as key from jsonb_array_elements(v_alone) x
                where x ->> 2 = 'product' order by 1, 2) r
        cross join lateral (
          select ctid from muster.product
           where account = r.account and product_key = r.key for update offset 0) d));
  end if;
  perform muster.resolve_letters(v_ids, '{}', '{}');
end $$;
COMMENT ON FUNCTION muster.note_readings(p_accounts text[], p_keys text[], p_shown text[]) IS 'Notes that requests have read devices or products.';
CREATE FUNCTION muster.note_success(p_accounts text[]) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.account a set last_success_at = clock_timestamp()
   where a.account in (
     select l.account from muster.account l
      where l.account = any (p_accounts)
        and coalesce(l.last_success_at, '-infinity') < clock_timestamp() - interval '1 second'
        for no key update skip locked)
$$;
COMMENT ON FUNCTION muster.note_success(p_accounts text[]) IS 'Notes, to the second, that calls of these accounts succeeded.';
CREATE FUNCTION muster.note_target_readings(p_ids bigint[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
declare
  v_ids    bigint[];
  v_places tid[];
  v_idles  boolean[];
  v_every  interval;
  v_idle   boolean;
  v_some   tid[];
begin
  -- Another settlement reads a target that it holds this very moment. To wait for it could be a deadlock.
  select array_agg(s.target_id), array_agg(s.ctid), array_agg(s.fence is null)
    into v_ids, v_places, v_idles
    from (select id from unnest(p_ids) id order by id) t
   cross join lateral (
     select target_id, ctid, fence from muster.poll_state
      where target_id = t.id for update skip locked offset 0) s;
  -- Most have the same interval.
  for v_every, v_idle, v_some in
    select case when p.enabled then p.every end as every, x.idle, array_agg(x.place)
      from unnest(v_ids, v_places, v_idles) x (id, place, idle)
     cross join lateral (select * from muster.target where id = x.id offset 0) p
     group by 1, x.idle
  loop
    update muster.poll_state
       set synced_at = clock_timestamp(),
           due_at = case when v_idle and v_every is not null then clock_timestamp() + v_every else due_at end,
           attempts = case when v_idle then 0 else attempts end,
           waits_for = case when not v_idle then waits_for end
     where ctid = any (v_some);
  end loop;
  return v_ids;
end $$;
COMMENT ON FUNCTION muster.note_target_readings(p_ids bigint[]) IS 'Notes that requests have read these targets, and returns those that no other settlement holds.';
CREATE FUNCTION muster.notice_restore(p_seen bigint) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  i      muster.incarnation;
  v_here record;
  v_what text;
begin
  select * into v_here from muster.present_incarnation();
  select * into i from muster.incarnation;
  if muster.set_back(i, v_here.system_identifier, v_here.timeline, p_seen) is null then
    return null;
  end if;
  select * into i from muster.incarnation for update;
  v_what := muster.set_back(i, v_here.system_identifier, v_here.timeline, p_seen);
  -- Another claim was first.
  if v_what is null then
    return null;
  end if;
  perform muster.hold_after_restore(p_seen);
  update muster.incarnation
     set system_identifier = v_here.system_identifier, timeline = v_here.timeline, noticed_at = clock_timestamp(),
         notice = v_what || ': what Muster wrote to it last may be lost. Every permit is held for a deadline and one '
           'window, and each open request is read before it is sent.'
  returning notice into v_what;
  return v_what;
end $$;
COMMENT ON FUNCTION muster.notice_restore(p_seen bigint) IS 'Notices that the database was restored or failed over, and makes that safe. Tells one caller what happened; others get null, as all do if nothing did.';
CREATE FUNCTION muster.open_work(p_ids bigint[], OUT letter bigint, OUT request bigint, OUT under_way boolean) RETURNS SETOF record
    LANGUAGE sql STABLE
    AS $$
  select l.id, w.id,
         w.status = 'running' or (w.status = 'unknown' and w.replay_of is not null and l.state = 'replayed')
    from muster.dead_letter l
   cross join lateral (
     select r.id, r.status, r.replay_of from muster.work_request r
      where r.id = l.request_id and l.kind = 'request' and r.finished_at is null
     union all
     select r.id, r.status, r.replay_of from muster.work_request r
      where r.replay_of = l.id and r.finished_at is null
     offset 0) w
   where l.id = any (p_ids)
$$;
COMMENT ON FUNCTION muster.open_work(p_ids bigint[], OUT letter bigint, OUT request bigint, OUT under_way boolean) IS 'The unfinished requests of letters, and which of them are under way: their letters can''t be given up now.';
CREATE TABLE muster.poll_target (
    id bigint NOT NULL,
    account text NOT NULL,
    resource text NOT NULL,
    key text NOT NULL,
    refresh_every interval,
    priority integer DEFAULT 0 NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text DEFAULT SESSION_USER NOT NULL,
    CONSTRAINT poll_target_priority_check CHECK (((priority >= '-1000'::integer) AND (priority <= 1000))),
    CONSTRAINT poll_target_refresh_every_check CHECK ((refresh_every >= '00:00:01'::interval))
);
COMMENT ON TABLE muster.poll_target IS 'What to keep a copy of: one row per device or product.';
COMMENT ON COLUMN muster.poll_target.id IS 'Muster''s number of the target.';
COMMENT ON COLUMN muster.poll_target.account IS 'The account to read it through.';
COMMENT ON COLUMN muster.poll_target.resource IS 'What it is: device, or another resource the account''s vendor has.';
COMMENT ON COLUMN muster.poll_target.key IS 'The name by which Muster asks the vendor for it.';
COMMENT ON COLUMN muster.poll_target.refresh_every IS 'How often to read it; null takes the account''s interval.';
COMMENT ON COLUMN muster.poll_target.priority IS 'Higher goes first while calls are scarce; -1000 to 1000.';
COMMENT ON COLUMN muster.poll_target.enabled IS 'False stops reading it; its copy stays.';
COMMENT ON COLUMN muster.poll_target.created_at IS 'When it was inserted.';
COMMENT ON COLUMN muster.poll_target.created_by IS 'Who inserted it.';
CREATE FUNCTION muster.park_pull(o muster.outcome, p_target muster.poll_target) RETURNS void
    LANGUAGE sql
    AS $$
  insert into muster.dead_letter as t (kind, target_id, account, operation, key, error_code, error_message, vendor_code,
    http_status, vendor_request_id, request, response, first_failed_at, last_failed_at)
  values ('pull', p_target.id, p_target.account, p_target.resource, p_target.key, o.code, o.message, o.vendor_code,
    o.http_status, o.vendor_request_id, o.request, o.response, clock_timestamp(), clock_timestamp())
  on conflict (target_id) where kind = 'pull' and state in ('open', 'replayed') do update
     set error_code = excluded.error_code, error_message = excluded.error_message, vendor_code = excluded.vendor_code,
         http_status = excluded.http_status, vendor_request_id = excluded.vendor_request_id,
         request = excluded.request, response = excluded.response, attempts = t.attempts + 1,
         last_failed_at = excluded.last_failed_at, state = 'open',
         state_since = case when t.state = 'open' then t.state_since else clock_timestamp() end,
         state_by = case when t.state = 'open' then t.state_by else session_user end
$$;
COMMENT ON FUNCTION muster.park_pull(o muster.outcome, p_target muster.poll_target) IS 'Writes the dead letter of a pull, or opens the live one again with one more attempt.';
CREATE FUNCTION muster.park_request(o muster.outcome, w muster.work_request) RETURNS void
    LANGUAGE plpgsql
    AS $$
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
COMMENT ON FUNCTION muster.park_request(o muster.outcome, w muster.work_request) IS 'The dead letter of a request. A replay that fails opens its own letter again.';
CREATE FUNCTION muster.pause(account text, why text DEFAULT 'paused by hand'::text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
#variable_conflict use_column
begin
  perform muster.check_account(pause.account, 'account');
  update muster.account a
     set state = 'paused',
         why = coalesce(pause.why, 'paused by hand') || ' (' || session_user || ')',
         since = clock_timestamp(),
         what_to_do = 'select muster.resume(' || quote_literal(a.account) || ');'
   where a.account = pause.account and a.state = 'active';
  if not found then
    return (select format('account %s is %s already', a.account, a.state)
              from muster.account a where a.account = pause.account);
  end if;
  return format('account %s is paused; calls under way still end', pause.account);
end $$;
COMMENT ON FUNCTION muster.pause(account text, why text) IS 'Stops an account''s calls until muster.resume.';
CREATE FUNCTION muster.poll_target_added() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
begin
  insert into muster.poll_state (target_id, account, priority, due_at)
  select id, account, priority, case when enabled then clock_timestamp() else 'infinity' end from added;
  perform muster.ring();
  return null;
end $$;
COMMENT ON FUNCTION muster.poll_target_added() IS 'Trigger: a new target is due at once.';
CREATE FUNCTION muster.poll_target_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
begin
  -- In the order in which muster.settle locks them: else a change of many targets and it would meet in a deadlock.
  perform from muster.poll_state where target_id in (select id from new_rows) order by target_id for update;
  update muster.poll_state s
     set account = n.account, priority = n.priority,
         due_at = case
           when not n.enabled then 'infinity'
           when s.due_at = 'infinity' or x.other then clock_timestamp()
           when n.refresh_every is distinct from o.refresh_every
                and s.synced_at is not null and s.fence is null and s.waits_for is null
             then greatest(s.synced_at + (select t.every from muster.target t where t.id = n.id), clock_timestamp())
           -- The claim begins at another time for each priority. It would pass over a row that is due before that.
           when n.priority <> o.priority then greatest(s.due_at, clock_timestamp())
           else s.due_at end,
         -- A call under way reads what the row named before.
         fence = case when not x.other then s.fence end
    from new_rows n
    join old_rows o using (id)
   cross join lateral (
     select (n.account, n.resource, n.key) is distinct from (o.account, o.resource, o.key) as other) x
   where s.target_id = n.id;
  return null;
end $$;
COMMENT ON FUNCTION muster.poll_target_changed() IS 'Trigger: a changed interval, priority or enabled takes hold at once.';
CREATE FUNCTION muster.poll_target_check() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
begin
  perform muster.check_account(new.account, 'poll_target', new.key);
  if not exists (
    select from muster.account_resource r where r.account = new.account and r.resource = new.resource) then
    raise exception using errcode = 'MU002',
      message = format('account %s has no resource %s; it has: %s',
        quote_literal(new.account), quote_nullable(new.resource),
        (select string_agg(r.resource, ', ' order by r.resource)
           from muster.account_resource r where r.account = new.account)),
      hint = format('row: account %s, key %s', quote_nullable(new.account), quote_nullable(new.key));
  end if;
  perform muster.check_key(new.account, new.key);
  perform muster.check_priority(new.account, new.key, new.priority);
  perform muster.check_refresh_every(new.account, new.key, new.refresh_every);
  if tg_op = 'INSERT' then
    new.created_by := session_user;
    new.created_at := now();
  end if;
  return new;
end $$;
COMMENT ON FUNCTION muster.poll_target_check() IS 'Trigger: refuses a target that Muster can''t read.';
CREATE FUNCTION muster.poll_target_gone() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
begin
  update muster.dead_letter l
     set state = 'discarded', state_since = clock_timestamp(), state_by = session_user,
         note = 'the target was deleted'
    from gone g
   where l.kind = 'pull' and l.target_id = g.id and l.state in ('open', 'replayed');
  return null;
end $$;
COMMENT ON FUNCTION muster.poll_target_gone() IS 'Trigger: a deleted target takes its dead letter with it.';
CREATE FUNCTION muster.present_incarnation(OUT system_identifier bigint, OUT timeline integer) RETURNS record
    LANGUAGE plpgsql
    AS $$
begin
  -- Some operators of PostgreSQL keep this from all but themselves.
  if has_function_privilege('pg_control_system()', 'execute') then
    select s.system_identifier into system_identifier from pg_control_system() s;
  end if;
  -- A segment's name begins with the timeline. The control file would tell only after the next checkpoint.
  timeline := ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer;
exception
  -- Some servers have no write-ahead log of the usual kind: there the timeline is always 0.
  when feature_not_supported or insufficient_privilege or undefined_function then
    timeline := 0;
end $$;
COMMENT ON FUNCTION muster.present_incarnation(OUT system_identifier bigint, OUT timeline integer) IS 'The server and timeline that this database runs on now.';
CREATE FUNCTION muster.preview_replay(account text DEFAULT NULL::text, operation text DEFAULT NULL::text, error_code text DEFAULT NULL::text, key text DEFAULT NULL::text) RETURNS SETOF muster.replayed
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
begin
  perform muster.check_filter(
    preview_replay.account, preview_replay.operation, preview_replay.error_code, preview_replay.key);
  return query
    select l.id, l.account, l.operation, l.key, l.error_code, l.request_id from muster.dead_letter l
     where l.id in (
       select c from muster.can_be_replayed(array(
         select x from muster.live_letters(
           preview_replay.account, preview_replay.operation, preview_replay.error_code, preview_replay.key) x)) c)
     order by l.id;
end $$;
COMMENT ON FUNCTION muster.preview_replay(account text, operation text, error_code text, key text) IS 'The letters that muster.replay with the same filters would touch. Changes nothing.';
CREATE FUNCTION muster.progress() RETURNS TABLE(name text, state text, why text, what_to_do text, behind boolean)
    LANGUAGE sql STABLE
    AS $$
  select a.account, a.state, a.why, a.what_to_do, a.account in (select b from muster.accounts_behind() b)
    from muster.account a
   where a.configured
$$;
COMMENT ON FUNCTION muster.progress() IS 'Each account''s state, and whether something is due. For the service''s console.';
CREATE FUNCTION muster.pulls_under_way(p_since timestamp with time zone) RETURNS TABLE(account text, target_id bigint, next_at timestamp with time zone, why text)
    LANGUAGE sql STABLE
    AS $$
  select p.account, p.id, case when s.fence is null then s.due_at end, s.waits_for
    from muster.poll_state s
    join muster.target p on p.id = s.target_id
    join muster.account a on a.account = p.account and a.configured
   where s.due_at > p_since and (s.synced_at is null or s.synced_at < p_since)
     -- A quick no for most that were not due: no call was claimed for them, nothing failed, and they are far from due.
     -- A target that was given back is due within seconds.
     and (s.synced_at is null or s.fence is not null or s.waits_for is not null
          or s.due_at <= now() + interval '1 minute')
     and p.enabled and p.created_at <= p_since
     and (s.synced_at is null or s.synced_at + p.every <= p_since)
     and not exists (
       -- A letter that a person discarded has a disabled target; a resolved one was read.
       select from muster.dead_letter l
        where l.kind = 'pull' and l.state in ('open', 'replayed') and l.target_id = s.target_id
          and (l.last_failed_at >= p_since
               -- It failed for good before, and waits for its recheck untouched.
               or (l.state = 'open' and s.fence is null and s.attempts = 0
                   and s.waits_for = l.error_code || ': ' || l.error_message)))
$$;
COMMENT ON FUNCTION muster.pulls_under_way(p_since timestamp with time zone) IS 'Targets that were due, and have not ended though a call was claimed for them: when each goes on (null while its call runs), and why it waits.';
CREATE FUNCTION muster.pulls_untouched(p_since timestamp with time zone) RETURNS TABLE(account text, target_id bigint)
    LANGUAGE sql STABLE
    AS $$
  select a.account, s.target_id
    from muster.account a
   cross join lateral muster.floors(a.account) f
   cross join lateral (
     select d.target_id from muster.poll_state d
      where d.account = a.account and d.priority = f.priority and d.fence is null
        and d.due_at >= f.waiting_from and d.due_at <= p_since
     union all
     select d.target_id from muster.poll_state d
      where d.account = a.account and d.priority = f.priority and d.fence is not null
        and d.due_at >= f.leased_from and d.due_at <= p_since
     offset 0) s
   where f.kind = 'pull' and a.configured
$$;
COMMENT ON FUNCTION muster.pulls_untouched(p_since timestamp with time zone) IS 'Targets that were due and for which no call was claimed since.';
CREATE FUNCTION muster.refresh_reports() RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  v_refresh muster.inventory_refresh;
begin
  perform muster.await_turn('reports');
  v_refresh := muster.count_inventory();
  if v_refresh.refreshed_at is null then
    return 'the inventory is small: the reports are up to date whenever they are read';
  end if;
  return format('%s targets were counted in %s s; the service does it again at %s',
    (select sum(targets) from muster.inventory_snapshot),
    round(extract(epoch from v_refresh.took), 1), date_trunc('second', v_refresh.next_at));
end $$;
COMMENT ON FUNCTION muster.refresh_reports() IS 'Counts the inventory for the reports now, and says in a sentence what it did. The service does it by itself every few seconds to minutes.';
CREATE FUNCTION muster.remaining(p_since timestamp with time zone) RETURNS TABLE(account text, state text, work bigint, wait_until timestamp with time zone, why text, least_time interval)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $$
  with part as (
    select u.account, count(*) as work, 0 as later, null::timestamptz as next_at, null as why
      from muster.pulls_untouched(p_since) u group by u.account
    union all
    select u.account, count(*), count(*) filter (where u.next_at > now()), min(u.next_at), max(u.why)
      from muster.pulls_under_way(p_since) u group by u.account
    union all
    select u.account, count(*), count(*) filter (where u.next_at > now()), min(u.next_at), max(u.why)
      from muster.requests_to_do(p_since) u group by u.account),
  whole as (
    select p.account, sum(p.work)::bigint as work,
           case when sum(p.work) = sum(p.later) then min(p.next_at) end as next_at, max(p.why) as why
      from part p group by p.account),
  slow as (
    select a.account, greatest(a.slowed_until, max(q.paused_until)) as until, max(q."window" / q.max_calls) as gap
      from muster.account a
      left join muster.account_quota u using (account)
      left join muster.quota q using (quota)
     group by a.account)
  -- Nobody need be told of a shorter wait.
  select a.account, a.state, w.work,
         case when s.until > t.soon then s.until when w.next_at > t.soon then w.next_at end,
         case when s.until > t.soon then 'the vendor asked to slow down'
              when w.next_at > t.soon then 'tried again after ' || w.why end,
         w.work * s.gap
    from whole w
    join muster.account a using (account)
    join slow s using (account)
   cross join (select now() + interval '5 seconds' as soon) t
   order by a.account
$$;
COMMENT ON FUNCTION muster.remaining(p_since timestamp with time zone) IS 'The work still to do of what was due, by account: how much; until when all of it waits and why, null if it does not or only for seconds; how long the vendor''s limit makes it take at least, null without a limit. An account that is not active does nothing meanwhile.';
CREATE FUNCTION muster.replay(id bigint) RETURNS SETOF muster.replayed
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
begin
  if replay.id is null then
    perform muster.check_filter(null, null, null, null);
  end if;
  return query select * from muster.replay_letters(array[replay.id]);
  if not found then
    perform muster.say_untouched(replay.id);
  end if;
  perform muster.ring();
end $$;
COMMENT ON FUNCTION muster.replay(id bigint) IS 'Replays the open dead letter of this id, inside the quota and below fresh requests. Returns what it touched: nothing if the letter is not open.';
CREATE FUNCTION muster.replay(account text DEFAULT NULL::text, operation text DEFAULT NULL::text, error_code text DEFAULT NULL::text, key text DEFAULT NULL::text) RETURNS SETOF muster.replayed
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
begin
  perform muster.check_filter(replay.account, replay.operation, replay.error_code, replay.key);
  return query select * from muster.replay_letters(array(
    select x from muster.live_letters(replay.account, replay.operation, replay.error_code, replay.key) x));
  perform muster.ring();
end $$;
COMMENT ON FUNCTION muster.replay(account text, operation text, error_code text, key text) IS 'Replays the open dead letters that all given filters mean. Returns what it touched.';
CREATE FUNCTION muster.replay_letters(p_ids bigint[]) RETURNS SETOF muster.replayed
    LANGUAGE plpgsql
    AS $$
declare
  v_ids     bigint[];
  v_new     bigint[];
  v_letters bigint[];
begin
  perform muster.lock_work(p_ids);
  v_ids := array(select c from muster.can_be_replayed(p_ids) c);
  with replayed as (
    update muster.dead_letter l set state = 'replayed', state_since = clock_timestamp(), state_by = session_user
     where l.state = 'open' and l.id = any (v_ids)
    returning l.id)
  select array_agg(id) into v_ids from replayed;
  update muster.poll_state s set due_at = clock_timestamp(), attempts = 0
    from muster.dead_letter l
   where l.id = any (v_ids) and l.kind = 'pull' and s.target_id = l.target_id and s.fence is null;
  -- An unknown request reconciles by itself. A replay makes it do so now, and sends nothing twice.
  update muster.work_request w set next_at = clock_timestamp()
    from muster.dead_letter l
   where l.id = any (v_ids) and l.kind = 'request' and w.id = l.request_id and w.status = 'unknown'
     and w.fence is null;
  with again as (
    insert into muster.work_request (account, action, key, params, priority, replay_of)
    select l.account, l.operation, l.key, w.params, -1000, l.id
      from muster.dead_letter l join muster.work_request w on w.id = l.request_id
     where l.id = any (v_ids) and l.kind = 'request' and w.status <> 'unknown'
     order by l.id
    returning id, replay_of)
  select array_agg(id), array_agg(replay_of) into v_new, v_letters from again;
  return query
    select l.id, l.account, l.operation, l.key, l.error_code, coalesce(n.id, l.request_id)
      from muster.dead_letter l
      left join unnest(v_new, v_letters) n (id, letter) on n.letter = l.id
     where l.id = any (v_ids)
     order by l.id;
end $$;
COMMENT ON FUNCTION muster.replay_letters(p_ids bigint[]) IS 'Replays those of these letters that are open.';
CREATE FUNCTION muster.request_resource(w muster.work_request, p_naming text[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select case when w.action = any (p_naming) then coalesce(w.params ->> 'resource', 'device') else 'device' end
$$;
COMMENT ON FUNCTION muster.request_resource(w muster.work_request, p_naming text[]) IS 'The resource that a request is about. Only some actions may name it; to others a member of that name is data.';
CREATE FUNCTION muster.requests_to_do(p_since timestamp with time zone) RETURNS TABLE(account text, action text, next_at timestamp with time zone, why text)
    LANGUAGE sql STABLE
    AS $$
  select w.account, w.action, case when w.fence is null and w.next_at > p_since then w.next_at end,
         w.error_code || ': ' || w.error_message
    from muster.work_request w
    join muster.account a on a.account = w.account and a.configured
   where w.status in ('pending', 'running', 'unknown') and w.requested_at <= p_since
     and coalesce(w.not_before, p_since) <= p_since
     and not exists (
       select from muster.dead_letter l
        where l.kind = 'request' and l.request_id = w.id
          and (l.last_failed_at >= p_since or (w.fence is null and w.next_at > p_since)))
$$;
COMMENT ON FUNCTION muster.requests_to_do(p_since timestamp with time zone) IS 'Requests that were due and have not ended: when each goes on, and why it did not yet.';
CREATE FUNCTION muster.resolve_letters(p_targets bigint[], p_letters bigint[], p_requests bigint[]) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.dead_letter set state = 'resolved', state_since = clock_timestamp(), state_by = session_user
   where kind = 'pull' and target_id = any (p_targets) and state in ('open', 'replayed');
  update muster.dead_letter set state = 'resolved', state_since = clock_timestamp(), state_by = session_user
   where kind = 'request' and (id = any (p_letters) or request_id = any (p_requests))
     and state in ('open', 'replayed');
$$;
COMMENT ON FUNCTION muster.resolve_letters(p_targets bigint[], p_letters bigint[], p_requests bigint[]) IS 'A later success resolves a letter.';
CREATE FUNCTION muster.resume(account text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
#variable_conflict use_column
begin
  perform muster.check_account(resume.account, 'account');
  -- The rights behind a token may have been wrong, and mended: the next call of a halted account gets a new one.
  update muster.token t
     set refused_logins = 0, attempts = 0, next_try_at = null, failing_since = null, last_error = null,
         doubted_at_fence = null,
         expires_at = case when h.halted and t.expires_at > clock_timestamp() then clock_timestamp()
                           else t.expires_at end,
         renew_at = case when h.halted and t.renew_at > clock_timestamp() then clock_timestamp() else t.renew_at end
    from (select a.state = 'halted' and a.token_needed as halted
            from muster.account a where a.account = resume.account) h
   where t.account = resume.account;
  update muster.account a
     set state = 'active', why = null, what_to_do = null, since = clock_timestamp()
   where a.account = resume.account and a.state <> 'active';
  if not found then
    return format('account %s is active already', resume.account);
  end if;
  perform muster.ring();
  return format('account %s is active', resume.account);
end $$;
COMMENT ON FUNCTION muster.resume(account text) IS 'Starts a paused or halted account again.';
CREATE FUNCTION muster.ring() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  if pg_try_advisory_xact_lock(hashtext('muster.ring')) then
    perform pg_notify('muster', '');
  end if;
end $$;
COMMENT ON FUNCTION muster.ring() IS 'Wakes the service.';
CREATE TABLE muster.retention_run (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    due_at timestamp with time zone,
    application text DEFAULT current_setting('application_name'::text) NOT NULL,
    made text[] NOT NULL,
    dropped text[] NOT NULL,
    held text[] NOT NULL
);
COMMENT ON TABLE muster.retention_run IS 'One row per run of muster.tend_partitions in the last 30 days: the months it made ahead, and the months it dropped.';
COMMENT ON COLUMN muster.retention_run.id IS 'Orders the runs.';
COMMENT ON COLUMN muster.retention_run.at IS 'When it ended, on the database''s clock.';
COMMENT ON COLUMN muster.retention_run.due_at IS 'When the run was due; null if a person ran it.';
COMMENT ON COLUMN muster.retention_run.application IS 'The application_name of the connection: which replica, or which tool.';
COMMENT ON COLUMN muster.retention_run.made IS 'The partitions that it made.';
COMMENT ON COLUMN muster.retention_run.dropped IS 'The partitions that it dropped: they were past their age.';
COMMENT ON COLUMN muster.retention_run.held IS 'The partitions past their age that somebody was reading. The next run tries again.';
CREATE FUNCTION muster.run_retention(p_every interval, p_audit interval, p_history interval) RETURNS SETOF muster.retention_run
    LANGUAGE plpgsql
    AS $$
declare
  v_due timestamptz;
begin
  if not muster.take_turn('months') then
    return;
  end if;
  select coalesce(c.due_at, now()) into v_due from muster.chore c where c.name = 'months';
  if v_due > now() and v_due <= now() + p_every then
    return;
  end if;
  v_due := least(v_due, now());
  return query select * from muster.tend_partitions(p_audit, p_history, v_due);
  -- At the same minute again, unless it was late by a whole interval.
  update muster.chore c
     set due_at = case when v_due + p_every > now() then v_due else now() end + p_every
   where c.name = 'months';
end $$;
COMMENT ON FUNCTION muster.run_retention(p_every interval, p_audit interval, p_history interval) IS 'Runs muster.tend_partitions once in p_every over all replicas, and returns what it did; no row if it is not due, or another replica is at it. Null keeps the months of that table for ever. For the service, once a minute.';
CREATE FUNCTION muster.same_key_first(p_account text, p_key text, p_id bigint, p_started_at timestamp with time zone, p_writes text[], p_now timestamp with time zone) RETURNS SETOF bigint
    LANGUAGE sql STABLE ROWS 1
    AS $$
  select o.id from muster.work_request o
   where o.account = p_account and o.key = p_key and o.action = any (p_writes) and o.id <> p_id
     and o.status in ('pending', 'running', 'unknown')
     and (o.started_at is not null or (p_started_at is null and o.next_at <= p_now and o.id < p_id))
$$;
COMMENT ON FUNCTION muster.same_key_first(p_account text, p_key text, p_id bigint, p_started_at timestamp with time zone, p_writes text[], p_now timestamp with time zone) IS 'The requests for the same key that must end before this one, which writes, may start.';
CREATE FUNCTION muster.say_untouched(p_id bigint) RETURNS void
    LANGUAGE plpgsql STABLE
    AS $$
begin
  raise notice '%', coalesce(
    (select format('dead letter %s was not touched: it is %s%s', l.id, l.state,
       case when l.state <> 'open' then ''
            when not a.configured then format(
              ', and account %s is not in the configuration any more: configure it again, or muster.discard it',
              l.account)
            when l.kind = 'request' and not exists (
              select from muster.work_request w where w.id = l.request_id) then format(
              ', and its request %s was deleted, and with it what was asked for: insert it again, and muster.discard '
              'the letter', l.request_id)
            else ', and its target is disabled or being read: enable it, wait, or muster.discard it' end)
       from muster.dead_letter l join muster.account a using (account)
      where l.id = p_id),
    format('there is no dead letter %s', p_id));
end $$;
COMMENT ON FUNCTION muster.say_untouched(p_id bigint) IS 'Says why a dead letter was not touched.';
CREATE TABLE muster.incarnation (
    only_row boolean DEFAULT true NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    system_identifier bigint,
    timeline integer NOT NULL,
    noticed_at timestamp with time zone,
    notice text,
    CONSTRAINT incarnation_only_row_check CHECK (only_row)
);
COMMENT ON TABLE muster.incarnation IS 'One row: the server and timeline on which Muster last saw this database.';
COMMENT ON COLUMN muster.incarnation.only_row IS 'There is one row.';
COMMENT ON COLUMN muster.incarnation.id IS 'The database''s own name. A restore brings it back; markers outside the database carry it.';
COMMENT ON COLUMN muster.incarnation.system_identifier IS 'The PostgreSQL cluster''s identifier; null where the service may not see it.';
COMMENT ON COLUMN muster.incarnation.timeline IS 'The cluster''s timeline; a failover and a recovery to a point in time begin a new one.';
COMMENT ON COLUMN muster.incarnation.noticed_at IS 'When a restore or failover was last noticed; null if none was.';
COMMENT ON COLUMN muster.incarnation.notice IS 'What was noticed, and what followed.';
CREATE FUNCTION muster.set_back(i muster.incarnation, p_system bigint, p_timeline integer, p_seen bigint) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case
    when i.system_identifier <> p_system then 'the database runs on another server than before'
    when i.timeline <> p_timeline then 'the database failed over, or was restored to an earlier time'
    when (select last_value from muster.fence) < p_seen then 'the database was set back to an earlier state' end
$$;
COMMENT ON FUNCTION muster.set_back(i muster.incarnation, p_system bigint, p_timeline integer, p_seen bigint) IS 'In what way the database is another than it was; null if it is not.';
CREATE FUNCTION muster.set_setting(p_name text, p_value text) RETURNS void
    LANGUAGE sql
    AS $$
  insert into muster.setting as s (name, value) values (p_name, p_value)
  on conflict (name) do update set value = excluded.value, since = excluded.since where s.value <> excluded.value
$$;
COMMENT ON FUNCTION muster.set_setting(p_name text, p_value text) IS 'Notes a setting that people see in messages. For the service, at its start.';
CREATE FUNCTION muster.settle(p_outcomes muster.outcome[], p_devices text[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET lock_timeout TO '5s'
    AS $$
declare
  o          muster.outcome;
  v_accounts text[];
  v_well     text[];
  v_snoozed  boolean;
  v_tokens   boolean;
  v_pulls    boolean;
  v_failing  boolean;
  v_requests boolean;
  v_open     boolean;
begin
  -- One look at what there is. Most batches hold pulls or requests that went well, and nothing else.
  select array_agg(distinct x.account), array_agg(distinct x.account) filter (where x.verdict in ('done', 'send')),
         bool_or(x.verdict = 'snooze'),
         bool_or(x.kind = 'token' or x.verdict in ('reauthorise', 'halt')),
         bool_or(x.kind = 'pull'), bool_or(x.kind = 'pull' and x.verdict <> 'done'),
         bool_or(x.kind = 'request'), bool_or(x.kind = 'request' and x.verdict <> 'done')
    into v_accounts, v_well, v_snoozed, v_tokens, v_pulls, v_failing, v_requests, v_open
    from unnest(p_outcomes) x;
  -- Quotas and permits.
  if v_snoozed then
    perform muster.lock_slowed_quotas(p_outcomes);
    for o in select x.* from unnest(p_outcomes) x where x.verdict = 'snooze' order by x.account loop
      perform muster.slow_down(o);
    end loop;
  end if;
  if exists (select from muster.account_quota where account = any (v_accounts)) then
    perform muster.free_permits(p_outcomes);
  end if;
  -- Tokens and accounts.
  if v_tokens then
    for o in
      select x.* from unnest(p_outcomes) x
       where x.kind = 'token' or x.verdict in ('reauthorise', 'halt') order by x.account
    loop
      perform muster.settle_token(o);
    end loop;
  end if;
  if v_snoozed then
    for o in select x.* from unnest(p_outcomes) x where x.verdict = 'snooze' order by x.account loop
      perform muster.slow_account(o);
    end loop;
  end if;
  if v_well is not null then
    perform muster.trust_tokens(v_well, p_outcomes);
  end if;
  -- The rows: those that went well by the batch, the others one by one.
  if v_pulls then
    perform muster.settle_pulls_done(p_outcomes, p_devices);
  end if;
  if v_requests then
    perform muster.settle_requests_done(p_outcomes, p_devices);
  end if;
  if v_open then
    for o in
      select x.* from unnest(p_outcomes) x where x.kind = 'request' and x.verdict <> 'done' order by x.id
    loop
      perform muster.settle_request(o, p_devices);
    end loop;
  end if;
  if v_failing then
    for o in
      select x.* from unnest(p_outcomes) x where x.kind = 'pull' and x.verdict <> 'done' order by x.id
    loop
      perform muster.settle_pull(o);
    end loop;
  end if;
  perform muster.note_success(v_well);
end $$;
COMMENT ON FUNCTION muster.settle(p_outcomes muster.outcome[], p_devices text[]) IS 'Writes what became of claimed tasks. For the service.';
CREATE FUNCTION muster.settle_pull(o muster.outcome) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  s muster.poll_state;
  p muster.poll_target;
begin
  select * into s from muster.poll_state where target_id = o.id and fence = o.fence for update;
  if not found then
    return;
  end if;
  select * into p from muster.poll_target where id = s.target_id;
  update muster.poll_state
     set fence = null, waits_for = o.code || ': ' || o.message,
         due_at = case when p.enabled then muster.later(o.delay_ms) else 'infinity' end,
         attempts = case o.verdict when 'retry' then s.attempts + 1 when 'park' then 0 else s.attempts end,
         reauthorised = case o.verdict when 'reauthorise' then s.reauthorised or muster.blames_token(o)
                                       when 'park' then false
                                       else s.reauthorised end
   where target_id = s.target_id;
  if o.verdict = 'park' then
    perform muster.park_pull(o, p);
    if o.gone then
      perform muster.mark_missing(p.account, p.resource, p.key);
    end if;
  end if;
end $$;
COMMENT ON FUNCTION muster.settle_pull(o muster.outcome) IS 'One pull that brought nothing.';
CREATE FUNCTION muster.settle_pulls_done(p_outcomes muster.outcome[], p_devices text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_ids      bigint[];
  v_fences   bigint[];
  v_places   tid[];
  v_numbers  integer[];
  v_digests  uuid[];
  v_more     boolean;
  v_everys   interval[];
  v_accounts text[];
  v_keys     text[];
begin
  -- Locks all pulls in the order of their ids, also those that failed: nothing about the outcome may be asked before.
  select array_agg(l.id), array_agg(l.fence), array_agg(l.ctid), array_agg(l.device), array_agg(l.digest),
         bool_or(l.product is not null or l.tariff is not null)
    into v_ids, v_fences, v_places, v_numbers, v_digests, v_more
    from (select x.id, x.fence, x.verdict, x.device, x.digest, x.product, x.tariff, s.ctid, s.fence = x.fence as held
            from (select * from unnest(p_outcomes) where kind = 'pull' order by id) x
           cross join lateral (select ctid, fence from muster.poll_state where target_id = x.id for update offset 0) s
          offset 0) l
   where l.held and l.verdict = 'done';
  if v_ids is null then
    return;
  end if;
  -- A statement of its own: somebody may have changed the target until the lock was there.
  select array_agg(case when p.enabled then p.every end order by x.n),
         array_agg(p.account order by x.n), array_agg(p.key order by x.n)
    into v_everys, v_accounts, v_keys
    from unnest(v_ids) with ordinality x (id, n)
   cross join lateral (select * from muster.target where id = x.id offset 0) p;
  perform muster.targets_read(v_places, v_everys);
  perform muster.store_devices(array_agg(x.account), array_agg(x.key), array_agg(x.digest),
                               array_agg(p_devices[x.number]))
     from unnest(v_accounts, v_keys, v_digests, v_numbers) x (account, key, digest, number)
    where x.number is not null having count(*) > 0;
  if v_more then
    perform muster.store_others(array(select x from unnest(p_outcomes) x where x.fence = any (v_fences)));
  end if;
  perform muster.resolve_letters(v_ids, '{}', '{}');
end $$;
COMMENT ON FUNCTION muster.settle_pulls_done(p_outcomes muster.outcome[], p_devices text[]) IS 'The pulls of a batch that brought something.';
CREATE FUNCTION muster.settle_request(o muster.outcome, p_devices text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  w muster.work_request;
begin
  select * into w from muster.work_request
   where id = o.id and fence = o.fence and status in ('running', 'unknown')
     for update;
  if not found then
    return;
  end if;
  if o.device is not null then
    perform muster.store_devices(array[w.account], array[w.key], array[o.digest], array[p_devices[o.device]]);
  end if;
  perform muster.store_others(array[o]);
  perform muster.note_readings(array[w.account], array[w.key],
    array[case when o.product is not null then 'product' when o.device is not null then 'device' end]);
  if o.gone then
    perform muster.mark_missing(
      w.account, muster.request_resource(w, muster.naming_actions(w.account)), w.key);
  end if;
  if o.verdict = 'park' and (w.step <> 'verify' or o.final) then
    perform muster.end_request(o);
  else
    perform muster.continue_request(o, w);
  end if;
  -- A reconciling read that is refused proves nothing: the row stays unknown, and a person is told.
  if o.verdict = 'park' then
    perform muster.park_request(o, w);
  end if;
end $$;
COMMENT ON FUNCTION muster.settle_request(o muster.outcome, p_devices text[]) IS 'One request: done, its next step, a later try, or dead.';
CREATE FUNCTION muster.settle_requests_done(p_outcomes muster.outcome[], p_devices text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_ids      bigint[];
  v_fences   bigint[];
  v_places   tid[];
  v_statuses integer[];
  v_names    text[];
  v_notes    text[];
  v_letters  bigint[];
  v_accounts text[];
  v_keys     text[];
  v_shown    text[];
  v_numbers  integer[];
  v_digests  uuid[];
  v_more     boolean;
begin
  -- Locks all requests in the order of their ids, also those that did not end: nothing about the outcome may be asked
  -- before.
  select array_agg(l.id), array_agg(l.fence), array_agg(l.ctid), array_agg(l.http_status),
         array_agg(l.vendor_request_id), array_agg(l.note), array_agg(l.replay_of),
         array_agg(l.row_account), array_agg(l.key), array_agg(l.device), array_agg(l.digest),
         array_agg(case when l.product is not null then 'product' when l.device is not null then 'device' end),
         bool_or(l.product is not null or l.tariff is not null)
    into v_ids, v_fences, v_places, v_statuses, v_names, v_notes, v_letters, v_accounts, v_keys, v_numbers, v_digests,
         v_shown, v_more
    from (select x.*, w.ctid, w.account as row_account, w.key, w.replay_of,
                 w.fence = x.fence and w.status in ('running', 'unknown') as held
            from (select * from unnest(p_outcomes) where kind = 'request' order by id) x
           cross join lateral (
             select ctid, account, key, fence, status, replay_of
               from muster.work_request where id = x.id for update offset 0) w
           -- What Muster read later it stores later.
           order by x.fence offset 0) l
   where l.held and l.verdict = 'done';
  if v_ids is null then
    return;
  end if;
  perform muster.finish_requests(v_places, v_statuses, v_names, v_notes);
  perform muster.store_devices(array_agg(x.account), array_agg(x.key), array_agg(x.digest),
                               array_agg(p_devices[x.number]))
     from unnest(v_accounts, v_keys, v_digests, v_numbers) x (account, key, digest, number)
    where x.number is not null having count(*) > 0;
  if v_more then
    perform muster.store_others(
      array(select x from unnest(p_outcomes) x where x.fence = any (v_fences) order by x.fence));
  end if;
  perform muster.note_readings(v_accounts, v_keys, v_shown);
  perform muster.resolve_letters('{}', v_letters, v_ids);
end $$;
COMMENT ON FUNCTION muster.settle_requests_done(p_outcomes muster.outcome[], p_devices text[]) IS 'The requests of a batch that reached their end.';
CREATE FUNCTION muster.settle_token(o muster.outcome) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  if o.kind <> 'token' then
    if o.verdict <> 'halt' then
      perform muster.doubt_token(o);
    elsif muster.holds_lease(o) then
      perform muster.halt(o.account, o.code, o.message);
    end if;
  elsif o.verdict = 'done' then
    perform muster.keep_token(o);
  -- A renewal that left, and whose end nobody awaits any more, keeps its lease: no other may overlap it.
  elsif o.verdict <> 'release' or not coalesce(o.sent, false) then
    perform muster.note_failed_login(o);
  end if;
end $$;
COMMENT ON FUNCTION muster.settle_token(o muster.outcome) IS 'A new token, the attempt to get one, or a doubt about it.';
CREATE FUNCTION muster.slow_account(o muster.outcome) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.account a
     set slowdown = case when a.slowed_until > clock_timestamp() then a.slowdown else s.pause end,
         slowed_until = greatest(a.slowed_until, clock_timestamp()
           + case when a.slowed_until > clock_timestamp() then s.asked else s.pause end)
    from (select l.account, r.asked, greatest(r.asked, muster.next_pause(l.slowed_until, l.slowdown)) as pause
            from muster.account l, (select muster.asked_pause(o) as asked) r) s
   where a.account = o.account and s.account = a.account
     and not exists (select from muster.account_quota u where u.account = a.account)
$$;
COMMENT ON FUNCTION muster.slow_account(o muster.outcome) IS 'The vendor asked to slow down an account without a quota: the account pauses by the same rule.';
CREATE FUNCTION muster.slow_down(o muster.outcome) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.quota q
     set refused = q.refused + 1,
         pause = case when q.paused_until > clock_timestamp() then q.pause else s.pause end,
         -- Further refusals of the same rush lengthen the pause only if they name a later time.
         paused_until = greatest(q.paused_until, clock_timestamp()
           + case when q.paused_until > clock_timestamp() then s.asked else s.pause end)
    from (select l.quota, r.asked, greatest(r.asked, muster.next_pause(l.paused_until, l.pause)) as pause
            from muster.quota l, (select muster.asked_pause(o) as asked) r) s
   where q.quota = s.quota and q.quota in (select quota from muster.account_quota where account = o.account)
$$;
COMMENT ON FUNCTION muster.slow_down(o muster.outcome) IS 'The vendor asked to slow down: each quota of the account pauses, for every replica.';
CREATE FUNCTION muster.spoken_seconds(p_seconds numeric) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select case when p_seconds <= 120 then greatest(ceil(p_seconds), 0) || ' s'
              when m < 60 then m || ' min'
              else div(m, 60) || ' h' || coalesce(' ' || nullif(mod(m, 60), 0) || ' min', '') end
    from (select round(p_seconds / 60) as m) minutes
$$;
COMMENT ON FUNCTION muster.spoken_seconds(p_seconds numeric) IS 'A duration for a sentence.';
CREATE FUNCTION muster.spoken_time(p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select to_char(p_at, case when p_at::date = current_date then 'HH24:MI:SS' else 'YYYY-MM-DD HH24:MI:SS' end)
$$;
COMMENT ON FUNCTION muster.spoken_time(p_at timestamp with time zone) IS 'A time for a sentence, in the session''s time zone; with its date unless that is today.';
CREATE FUNCTION muster.store_changes(p_news bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
declare
  v_n      bigint[];
  v_gone   bigint[];
  v_latest timestamptz;
  v_now    timestamptz;
begin
  -- All replies about a device if one of them brings something: the last may show again what is stored.
  -- A statement of its own: the next one must see what another session has stored until it got the lock.
  select array_agg(x.n) filter (where d.last_changed_at is not null),
         array_agg(x.n) filter (where d.last_changed_at is null), max(d.last_changed_at)
    into v_n, v_gone, v_latest
    from (select y.* from unnest(p_accounts, p_keys) with ordinality y (account, key, n)
           where (account, key) in (
             select account, key from unnest(p_accounts, p_keys) with ordinality z (account, key, n)
              where n = any (p_news))
           order by account, key) x
    left join lateral (
      select last_changed_at from muster.device
       where account = x.account and key = x.key for update offset 0) d on true;
  select array_agg(account order by n), array_agg(key order by n), array_agg(digest order by n),
         array_agg(device order by n), array_agg(n order by n)
    into p_accounts, p_keys, p_digests, p_devices, v_n
    from unnest(p_accounts, p_keys, p_digests, p_devices) with ordinality x (account, key, digest, device, n)
   where n = any (v_n);
  v_now := clock_timestamp();
  perform muster.make_partition('device_history', v_now);
  -- The clock was set back: some of their versions end later than now.
  if v_latest >= v_now then
    perform muster.make_partition('device_history', muster.next_version_at(d, v_now))
       from muster.device d
      where (d.account, d.key) in (select * from unnest(p_accounts, p_keys)) and d.last_changed_at >= v_now;
  end if;
  return v_gone || muster.change_devices(v_n, p_accounts, p_keys, p_digests, p_devices, v_now);
end $$;
COMMENT ON FUNCTION muster.store_changes(p_news bigint[], p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[]) IS 'Stores the devices of a batch that have changed: p_news has the numbers of the replies that bring something new. Returns the numbers of those that are left to store.';
CREATE FUNCTION muster.store_devices(p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_new     bigint[];
  v_news    bigint[];
  v_left    bigint[];
  v_present boolean;
begin
  loop
    select array_agg(n) filter (where k.digest is null), array_agg(n) filter (where k.digest <> x.digest),
           bool_or(k.missing_since is not null)
      into v_new, v_news, v_present
      from unnest(p_accounts, p_keys, p_digests) with ordinality x (account, key, digest, n)
      left join lateral (
        select d.digest, d.missing_since from muster.device d
         where d.account = x.account and d.key = x.key offset 0) k on true;
    if v_present then
      perform muster.mark_present(p_accounts, p_keys);
    end if;
    v_left := '{}';
    -- Known ones, whose rows are locked, first. Others wait for new ones, so their holder must wait for nobody.
    if v_news is not null then
      v_left := v_left || muster.store_changes(v_news, p_accounts, p_keys, p_digests, p_devices);
    end if;
    if v_new is not null then
      v_left := v_left || muster.add_devices(v_new, p_accounts, p_keys, p_digests, p_devices, clock_timestamp());
    end if;
    exit when coalesce(v_left, '{}') = '{}';
    select array_agg(account order by n), array_agg(key order by n), array_agg(digest order by n),
           array_agg(device order by n)
      into p_accounts, p_keys, p_digests, p_devices
      from unnest(p_accounts, p_keys, p_digests, p_devices) with ordinality x (account, key, digest, device, n)
     where n = any (v_left);
  end loop;
end $$;
COMMENT ON FUNCTION muster.store_devices(p_accounts text[], p_keys text[], p_digests uuid[], p_devices text[]) IS 'Stores the devices of a batch of replies. For the service.';
CREATE FUNCTION muster.store_others(p_outcomes muster.outcome[]) RETURNS void
    LANGUAGE sql
    AS $$
  select muster.store_products(jsonb_agg(x.product))
    from unnest(p_outcomes) x
   where x.product is not null
  having count(*) > 0;
  select muster.store_tariffs(jsonb_agg(t.tariff))
    from (select distinct on (x.tariff ->> 'account', x.tariff ->> 'tariff_id') x.tariff
            from unnest(p_outcomes) x
           where x.tariff is not null
           order by x.tariff ->> 'account', x.tariff ->> 'tariff_id', x.fence desc) t
  having count(*) > 0;
$$;
COMMENT ON FUNCTION muster.store_others(p_outcomes muster.outcome[]) IS 'Stores the products and price standards that a batch of replies showed.';
CREATE FUNCTION muster.store_products(p_products jsonb) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.product t set missing_since = null
    from jsonb_array_elements(p_products) e
   where t.account = e ->> 'account' and t.product_key = e ->> 'product_key' and t.missing_since is not null;
  insert into muster.product as t
  select (jsonb_populate_record(null::muster.product, e || jsonb_build_object(
           'first_seen_at', clock_timestamp(), 'last_changed_at', clock_timestamp(), 'synced_at', clock_timestamp(),
           'digest', md5(e::text)))).*
    from (select distinct on (x ->> 'account', x ->> 'product_key') x as e
            from jsonb_array_elements(p_products) with ordinality y (x, n)
           order by x ->> 'account', x ->> 'product_key', n desc) p
   where not exists (
     select from muster.product k
      where k.account = e ->> 'account' and k.product_key = e ->> 'product_key' and k.digest = md5(e::text)::uuid)
   order by e ->> 'account', e ->> 'product_key'
  on conflict (account, product_key) do update
     set (vendor, name, names, description, type, data_format, model_id, org_id, dynamic_activation,
          bidirectional_auth, default_valid_days, max_valid_days, tags, attributes, vendor_created_at,
          vendor_updated_at, last_changed_at, synced_at, digest)
       = (excluded.vendor, excluded.name, excluded.names, excluded.description, excluded.type, excluded.data_format,
          excluded.model_id, excluded.org_id, excluded.dynamic_activation, excluded.bidirectional_auth,
          excluded.default_valid_days, excluded.max_valid_days, excluded.tags, excluded.attributes,
          excluded.vendor_created_at, excluded.vendor_updated_at, excluded.last_changed_at, excluded.synced_at,
          excluded.digest)
   where t.digest <> excluded.digest;
$$;
COMMENT ON FUNCTION muster.store_products(p_products jsonb) IS 'Stores the products of a batch of replies. The last of each counts.';
CREATE FUNCTION muster.store_tariffs(p_tariffs jsonb) RETURNS void
    LANGUAGE sql
    AS $$
  insert into muster.tariff as t
  select (jsonb_populate_record(null::muster.tariff, e || jsonb_build_object(
           'first_seen_at', clock_timestamp(), 'last_changed_at', clock_timestamp(), 'digest', md5(e::text)))).*
    from jsonb_array_elements(p_tariffs) e
   where not exists (
     select from muster.tariff k
      where k.account = e ->> 'account' and k.tariff_id = e ->> 'tariff_id' and k.digest = md5(e::text)::uuid)
   order by e ->> 'account', e ->> 'tariff_id'
  on conflict (account, tariff_id) do update
     set (vendor, name, price, currency, duration_minutes, max_minutes, full_price, minimum_balance, attributes,
          last_changed_at, digest)
       = (excluded.vendor, excluded.name, excluded.price, excluded.currency, excluded.duration_minutes,
          excluded.max_minutes, excluded.full_price, excluded.minimum_balance, excluded.attributes,
          excluded.last_changed_at, excluded.digest)
   where t.digest <> excluded.digest;
$$;
COMMENT ON FUNCTION muster.store_tariffs(p_tariffs jsonb) IS 'Stores price standards, one of each.';
CREATE FUNCTION muster.take_permits(p_account text, p_tasks muster.task[], p_pulls integer, a muster.account, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  -- So far behind a floor may stay if nothing else changes its row.
  c_step constant interval := interval '1 second';
  q        muster.quota;
  v_first  timestamptz;
  v_places tid[];
  v_paid   bigint[] := array(select x.fence from unnest(p_tasks) x where x.kind <> 'token' or a.token_paid);
begin
  if cardinality(v_paid) = 0 then
    return;
  end if;
  for q in
    select t.* from muster.quota t join muster.account_quota u using (quota)
     where u.account = p_account order by t.quota
  loop
    if not q.has_permits then
      perform muster.make_permits(q.quota);
    end if;
    -- Planner: places (docs/planner.md).
    select array_agg(f.place), min(f.free_at) into v_places, v_first
      from (select ctid as place, free_at from muster.permit
             where quota = q.quota and slot <= q.max_calls and free_at >= q.free_from and free_at <= p_now
             order by free_at, slot limit cardinality(v_paid) for update) f;
    -- The clock was set back since the permits were counted. Nothing leaves, and the service claims again.
    if cardinality(v_places) is distinct from cardinality(v_paid) then
      raise exception 'quota % has % free permits for % calls',
        q.quota, coalesce(cardinality(v_places), 0), cardinality(v_paid);
    end if;
    -- A statement of its own: one that began before a late settlement moved a permit would not see where it is now.
    update muster.permit p
       set free_at = p_now + a.call_deadline + q."window", fence = v_paid[array_position(v_places, p.ctid)]
     where p.ctid = any (v_places);
    q.free_from := coalesce(v_first, p_now) - q."window" - (
      select max(o.call_deadline) from muster.account_quota u join muster.account o using (account)
       where u.quota = q.quota);
    update muster.quota
       set next_pull_at = case when p_pulls = 0 then next_pull_at
             else greatest(next_pull_at, p_now - muster.catch_up()) + p_pulls * ("window" / max_calls) end,
           free_from = q.free_from
     where quota = q.quota and (p_pulls > 0 or q.free_from not between free_from and free_from + c_step);
    insert into muster.quota_use as t (quota, minute, calls)
    values (q.quota, date_trunc('minute', p_now), cardinality(v_paid))
    on conflict (quota, minute) do update set calls = t.calls + excluded.calls;
  end loop;
end $$;
COMMENT ON FUNCTION muster.take_permits(p_account text, p_tasks muster.task[], p_pulls integer, a muster.account, p_now timestamp with time zone) IS 'Books a permit of each quota for each task of a claim that pays.';
CREATE FUNCTION muster.take_turn(p_chore text) RETURNS boolean
    LANGUAGE sql
    AS $$
  select cardinality(array(select 1 from muster.chore where name = p_chore for update skip locked)) > 0
$$;
COMMENT ON FUNCTION muster.take_turn(p_chore text) IS 'Whether this transaction alone does a chore now. False if another one is at it.';
CREATE FUNCTION muster.targets_read(p_places tid[], p_everys interval[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_every interval;
  v_some  tid[];
begin
  for v_every, v_some in
    select x.every, array_agg(x.place) from unnest(p_everys, p_places) x (every, place) group by x.every
  loop
    update muster.poll_state
       set due_at = coalesce(clock_timestamp() + v_every, 'infinity'), fence = null, attempts = 0,
           reauthorised = false, synced_at = clock_timestamp(), waits_for = null
     where ctid = any (v_some);
  end loop;
end $$;
COMMENT ON FUNCTION muster.targets_read(p_places tid[], p_everys interval[]) IS 'Muster has read the targets at these places. The caller holds their locks.';
CREATE FUNCTION muster.tend_partitions(p_audit interval DEFAULT NULL::interval, p_history interval DEFAULT NULL::interval, p_due_at timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS muster.retention_run
    LANGUAGE plpgsql
    AS $$
declare
  v_made    text[];
  v_dropped text[];
  v_run     muster.retention_run;
begin
  perform muster.await_turn('months');
  v_made := muster.make_partitions();
  v_dropped := muster.drop_partitions('audit', p_audit) || muster.drop_partitions('device_history', p_history);
  delete from muster.retention_run where at < now() - interval '30 days';
  insert into muster.retention_run (due_at, made, dropped, held)
  values (p_due_at, v_made, v_dropped,
          muster.held_partitions('audit', p_audit, p_due_at)
            || muster.held_partitions('device_history', p_history, p_due_at))
  returning * into v_run;
  return v_run;
end $$;
COMMENT ON FUNCTION muster.tend_partitions(p_audit interval, p_history interval, p_due_at timestamp with time zone) IS 'Makes the months ahead of audit and device_history, and drops those of them that ended so long ago; null drops none. muster.run_retention runs it, and a person may.';
CREATE FUNCTION muster.tend_reports() RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_refresh muster.inventory_refresh;
begin
  if not muster.take_turn('reports') then
    return;
  end if;
  select * into v_refresh from muster.inventory_refresh;
  -- A clock that was set back makes it due.
  if now() between v_refresh.refreshed_at and v_refresh.next_at
     or (v_refresh.only_row is null and not muster.is_large()) then
    return;
  end if;
  perform muster.count_inventory();
end $$;
COMMENT ON FUNCTION muster.tend_reports() IS 'Counts a large inventory for the reports, if it is time. For the service, every few seconds; one replica at a time does it.';
CREATE TABLE muster.token (
    account text NOT NULL,
    sealed bytea,
    generation bigint DEFAULT 0 NOT NULL,
    got_at timestamp with time zone,
    renew_at timestamp with time zone,
    expires_at timestamp with time zone,
    refresh_expires_at timestamp with time zone,
    renewing_until timestamp with time zone,
    fence bigint,
    refused_logins integer DEFAULT 0 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_try_at timestamp with time zone,
    doubted_at_fence bigint,
    failing_since timestamp with time zone,
    last_error text
);
COMMENT ON TABLE muster.token IS 'The present token of each account that needs one. Only the service may read it.';
COMMENT ON COLUMN muster.token.account IS 'The account.';
COMMENT ON COLUMN muster.token.sealed IS 'Access and refresh token, encrypted by the service (AES-GCM).';
COMMENT ON COLUMN muster.token.generation IS 'Counts tokens. A call that was refused with an older token tries again with the present one.';
COMMENT ON COLUMN muster.token.got_at IS 'When it was got.';
COMMENT ON COLUMN muster.token.renew_at IS 'When to get the next one.';
COMMENT ON COLUMN muster.token.expires_at IS 'When it ends. Muster moves this to the present if the vendor refuses the token.';
COMMENT ON COLUMN muster.token.refresh_expires_at IS 'When the refresh token ends; null if there is none.';
COMMENT ON COLUMN muster.token.renewing_until IS 'A replica renews it until then at most; null if none does.';
COMMENT ON COLUMN muster.token.fence IS 'The claim that renews it; null if none does.';
COMMENT ON COLUMN muster.token.refused_logins IS 'How often in a row the vendor refused the credentials, over all replicas.';
COMMENT ON COLUMN muster.token.attempts IS 'Token calls in a row that failed.';
COMMENT ON COLUMN muster.token.next_try_at IS 'Do not ask for a token before this time.';
COMMENT ON COLUMN muster.token.doubted_at_fence IS 'The latest claim when the vendor refused a call''s authorisation. A refusal of a later claim halts the account. Null after a success.';
COMMENT ON COLUMN muster.token.failing_since IS 'When the first token call in a row failed. Null after a success.';
COMMENT ON COLUMN muster.token.last_error IS 'Code and message of the last token call that failed. Null after a success.';
CREATE FUNCTION muster.token_of_call(o muster.outcome) RETURNS muster.token
    LANGUAGE sql STABLE
    AS $$
  select t from muster.token t
   where t.account = o.account
     and (t.generation = o.token_generation
          or not (select a.token_needed from muster.account a where a.account = t.account))
$$;
COMMENT ON FUNCTION muster.token_of_call(o muster.outcome) IS 'The account''s token; null if the call was made with another. A token that is configured, and not got by a call, is always the call''s.';
CREATE FUNCTION muster.trust_tokens(p_accounts text[], p_outcomes muster.outcome[]) RETURNS void
    LANGUAGE sql
    AS $$
  update muster.token t set doubted_at_fence = null
   where t.account = any (p_accounts) and t.doubted_at_fence is not null
     and exists (
       select from unnest(p_outcomes) x
        where x.account = t.account and x.kind <> 'token' and x.verdict in ('done', 'send')
          and x.fence > t.doubted_at_fence)
$$;
COMMENT ON FUNCTION muster.trust_tokens(p_accounts text[], p_outcomes muster.outcome[]) IS 'A call that was claimed after the doubt succeeded: the account''s token is good.';
CREATE FUNCTION muster.usable_floor(p_from timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$ select case when p_from <= now() then p_from else '-infinity' end $$;
COMMENT ON FUNCTION muster.usable_floor(p_from timestamp with time zone) IS 'A floor to look from.';
CREATE FUNCTION muster.was_reauthorised(o muster.outcome) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select case o.kind
    when 'pull' then exists (
      select from muster.poll_state where target_id = o.id and fence = o.fence and reauthorised)
    else exists (select from muster.work_request where id = o.id and fence = o.fence and reauthorised) end
$$;
COMMENT ON FUNCTION muster.was_reauthorised(o muster.outcome) IS 'Whether Muster already got a new token for the row of an outcome.';
CREATE FUNCTION muster.work_request_added() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  perform pg_catalog.pg_notify('muster', '');
  return null;
end $$;
COMMENT ON FUNCTION muster.work_request_added() IS 'Trigger: wakes the service, once a statement.';
CREATE FUNCTION muster.work_request_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    SET jit TO 'off'
    SET enable_nestloop TO 'off'
    AS $$
declare
  v_part text;
  v_by   text;
  v_at   timestamptz;
  v_app  text := current_setting('application_name');
begin
  -- Most statements of a claim and a settlement touch no row.
  if not exists (select from new_rows) then
    return null;
  end if;
  v_part := muster.acting_part();
  v_by := muster.acting_person(v_part);
  v_at := muster.audit_time();
  if tg_op = 'INSERT' then
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, to_status, step, attempts,
      made_by, part, application)
    select v_at, 'request', n.account, n.action, n.key, n.id, n.replay_of, n.status, n.step, n.attempts,
           v_by, v_part, v_app
      from new_rows n;
  else
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, from_status, to_status,
      step, attempts, error_code, message, made_by, part, application)
    select v_at, 'request', n.account, n.action, n.key, n.id, n.replay_of, o.status, n.status,
           n.step, n.attempts, n.error_code, n.error_message, v_by, v_part, v_app
      from new_rows n join old_rows o using (id)
     where (n.status, n.fence) is distinct from (o.status, o.fence);
  end if;
  return null;
end $$;
COMMENT ON FUNCTION muster.work_request_audit() IS 'Trigger: records what happened to requests.';
CREATE FUNCTION muster.work_request_check() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    AS $$
declare
  v_params text;
begin
  select c.params into v_params
    from muster.account a join muster.account_action c using (account)
   where a.account = new.account and a.configured and c.action = new.action;
  if v_params is null then
    perform muster.check_account(new.account, 'work_request', new.key);
    raise exception using errcode = 'MU002',
      message = format('account %s has no action %s; it has: %s',
        quote_literal(new.account), quote_nullable(new.action),
        (select string_agg(action, ', ' order by action) from muster.account_action where account = new.account)),
      hint = format('row: key %s', quote_nullable(new.key));
  end if;
  perform muster.check_key(new.account, new.key);
  perform muster.check_params(new.account, new.action, v_params, new.key, new.params);
  perform muster.check_priority(new.account, new.key, new.priority);
  perform muster.check_not_before(new.account, new.key, new.not_before);
  new.requested_by := session_user;
  new.requested_at := now();
  new.status := 'pending';
  new.attempts := 0;
  new.error_code := null;
  new.error_message := null;
  new.http_status := null;
  new.vendor_request_id := null;
  new.result := null;
  new.started_at := null;
  new.finished_at := null;
  new.step := 'read';
  new.fence := null;
  new.retries := 0;
  new.reauthorised := false;
  new.given_up_at := null;
  -- The transaction's number before the clock: the floor of the claim builds on it.
  perform pg_current_xact_id();
  new.next_at := greatest(new.not_before, clock_timestamp());
  return new;
end $$;
COMMENT ON FUNCTION muster.work_request_check() IS 'Trigger: refuses a request that Muster can''t carry out, and notes who asked and when.';
CREATE FUNCTION muster.work_request_deleted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'muster', 'pg_temp'
    SET jit TO 'off'
    AS $$
declare
  v_part text := muster.acting_part();
begin
  if v_part is distinct from 'forget_requests' then
    insert into muster.audit (at, subject, account, operation, key, request_id, letter_id, from_status, to_status,
      step, attempts, error_code, message, made_by, part, application)
    select muster.audit_time(), 'request', o.account, o.action, o.key, o.id, o.replay_of, o.status, 'deleted',
           o.step, o.attempts, o.error_code, o.error_message, muster.acting_person(v_part), v_part,
           current_setting('application_name')
      from old_rows o;
  end if;
  return null;
end $$;
COMMENT ON FUNCTION muster.work_request_deleted() IS 'Trigger: records that somebody deleted requests.';
CREATE FUNCTION muster.work_request_finished() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception using errcode = 'MU005',
    message = format('request %s is %s; a finished row never changes again', old.id, old.status),
    hint = 'Insert a new row to ask again, or select * from muster.replay(…) for a dead letter.';
end $$;
COMMENT ON FUNCTION muster.work_request_finished() IS 'Trigger: a finished row never changes again.';
CREATE FUNCTION muster.writing_actions(p_account text) RETURNS text[]
    LANGUAGE sql STABLE
    AS $$
  select array(select action from muster.account_action where account = p_account and writes)
$$;
COMMENT ON FUNCTION muster.writing_actions(p_account text) IS 'The actions of an account that change something at the vendor.';
CREATE FUNCTION muster.wrong_params(p_account text, p_kind text, p jsonb) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $_$
declare
  -- In bytes. Documented master data stay below 10 kB. A megabyte would go out at every try.
  c_most constant integer := 65536;
begin
  if p is null or p = '{}' or p = 'null' then
    return null;
  elsif jsonb_typeof(p) <> 'object' then
    return format('must be a JSON object, and is of type %s', jsonb_typeof(p));
  elsif pg_column_size(p) > c_most then
    return format('takes %s bytes, and may take %s', pg_column_size(p), c_most);
  elsif p_kind = 'none' then
    return 'must be null or {}';
  elsif p_kind = 'resource' then
    return (
      select format('may hold "resource" alone (one of: %s), and holds %s',
               (select string_agg(resource, ', ' order by resource)
                  from muster.account_resource where account = p_account), left(p::text, 200))
       where (p - 'resource') <> '{}'
          or not exists (select from muster.account_resource
                          where account = p_account and resource = p ->> 'resource'
                            and jsonb_typeof(p -> 'resource') = 'string'));
  -- Scalars are always fine, and are most of what there is.
  elsif p_kind = 'master_data' and p @? 'strict $.* ? (@.type() == "object" || @.type() == "array")' then
    return (
      select format('holds in %s a value that is no scalar, date as text, array of scalars, or localised name '
                    '{"defaultValue": …, "i18nValue": {…}}', to_jsonb(e.key))
        from jsonb_each(p) e where not muster.is_master_data(e.value) limit 1);
  end if;
  return null;
end $_$;
COMMENT ON FUNCTION muster.wrong_params(p_account text, p_kind text, p jsonb) IS 'What is wrong with params, as the end of a sentence; null if nothing is.';
CREATE TABLE muster.account_action (
    account text NOT NULL,
    action text NOT NULL,
    params text NOT NULL,
    writes boolean NOT NULL,
    CONSTRAINT account_action_params_check CHECK ((params = ANY (ARRAY['none'::text, 'resource'::text, 'master_data'::text])))
);
COMMENT ON TABLE muster.account_action IS 'The actions that operations may ask of an account by a row in work_request.';
COMMENT ON COLUMN muster.account_action.account IS 'The account.';
COMMENT ON COLUMN muster.account_action.action IS 'The word that work_request.action may hold.';
COMMENT ON COLUMN muster.account_action.params IS 'The params that work_request may hold: none, resource ({"resource": …}), or master_data (a map of scalars, dates as text, arrays of scalars and localised names).';
COMMENT ON COLUMN muster.account_action.writes IS 'Whether the action changes something at the vendor. Muster sends such requests for one key one after the other.';
CREATE TABLE muster.account_quota (
    account text NOT NULL,
    quota text NOT NULL
);
COMMENT ON TABLE muster.account_quota IS 'The quotas that a call of an account uses up. An account without a row has no limit.';
COMMENT ON COLUMN muster.account_quota.account IS 'The account.';
COMMENT ON COLUMN muster.account_quota.quota IS 'The quota.';
CREATE TABLE muster.account_resource (
    account text NOT NULL,
    resource text NOT NULL,
    refresh_every interval NOT NULL,
    CONSTRAINT account_resource_refresh_every_check CHECK ((refresh_every > '00:00:00'::interval))
);
COMMENT ON TABLE muster.account_resource IS 'The resources that an account''s vendor has.';
COMMENT ON COLUMN muster.account_resource.account IS 'The account.';
COMMENT ON COLUMN muster.account_resource.resource IS 'The word that poll_target.resource may hold.';
COMMENT ON COLUMN muster.account_resource.refresh_every IS 'How often Muster reads a target without an interval of its own.';
CREATE SEQUENCE muster.audit_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
COMMENT ON SEQUENCE muster.audit_id IS 'Numbers the rows of audit.';
CREATE TABLE muster.audit (
    at timestamp with time zone NOT NULL,
    id bigint DEFAULT nextval('muster.audit_id'::regclass) NOT NULL,
    subject text NOT NULL,
    account text NOT NULL,
    operation text,
    key text,
    request_id bigint,
    letter_id bigint,
    from_status text,
    to_status text NOT NULL,
    step text,
    attempts integer,
    error_code text,
    message text,
    made_by text NOT NULL,
    part text,
    application text,
    CONSTRAINT audit_subject_check CHECK ((subject = ANY (ARRAY['request'::text, 'letter'::text, 'account'::text])))
)
PARTITION BY RANGE (at);
COMMENT ON TABLE muster.audit IS 'One row per transition of a request, a dead letter or an account. Written by triggers only.';
COMMENT ON COLUMN muster.audit.at IS 'When, on the database''s clock.';
COMMENT ON COLUMN muster.audit.id IS 'Orders the rows of one moment.';
COMMENT ON COLUMN muster.audit.subject IS 'What changed: request (a row of work_request), letter (a row of dead_letter) or account.';
COMMENT ON COLUMN muster.audit.account IS 'The account.';
COMMENT ON COLUMN muster.audit.operation IS 'The action or resource; null for an account.';
COMMENT ON COLUMN muster.audit.key IS 'The device or product; null for an account.';
COMMENT ON COLUMN muster.audit.request_id IS 'The request. For a letter: the request that it is about. Null for a pull''s letter or an account.';
COMMENT ON COLUMN muster.audit.letter_id IS 'The letter. For a request: the letter that it replays. Null for others.';
COMMENT ON COLUMN muster.audit.from_status IS 'The status or state before; null for a new row.';
COMMENT ON COLUMN muster.audit.to_status IS 'The status or state after; deleted if somebody deleted the row. The same as before if Muster reads a request of unknown outcome again, or gives a lost lease anew.';
COMMENT ON COLUMN muster.audit.step IS 'The call that comes next or runs: read, write or verify. Null unless it is about a request.';
COMMENT ON COLUMN muster.audit.attempts IS 'Calls made for the request so far. For a letter: how often its work failed for good.';
COMMENT ON COLUMN muster.audit.error_code IS 'The code of the last failure; null if there is none.';
COMMENT ON COLUMN muster.audit.message IS 'What the failure means. For a discarded letter: the person''s note. For an account: why it is not active.';
COMMENT ON COLUMN muster.audit.made_by IS 'The database user who did it, or muster for the service''s own decisions.';
COMMENT ON COLUMN muster.audit.part IS 'The function that did it, such as claim, settle, cancel or replay; null for a plain statement.';
COMMENT ON COLUMN muster.audit.application IS 'The application_name of the connection: which replica, or which tool.';
CREATE TABLE muster.audit_2026_11 (
    at timestamp with time zone NOT NULL,
    id bigint DEFAULT nextval('muster.audit_id'::regclass) NOT NULL,
    subject text NOT NULL,
    account text NOT NULL,
    operation text,
    key text,
    request_id bigint,
    letter_id bigint,
    from_status text,
    to_status text NOT NULL,
    step text,
    attempts integer,
    error_code text,
    message text,
    made_by text NOT NULL,
    part text,
    application text,
    CONSTRAINT audit_subject_check CHECK ((subject = ANY (ARRAY['request'::text, 'letter'::text, 'account'::text])))
);
COMMENT ON TABLE muster.audit_2026_11 IS 'The part of audit from 2026-11-01 on, for one month of UTC.';
COMMENT ON COLUMN muster.audit_2026_11.at IS 'When, on the database''s clock.';
COMMENT ON COLUMN muster.audit_2026_11.id IS 'Orders the rows of one moment.';
COMMENT ON COLUMN muster.audit_2026_11.subject IS 'What changed: request (a row of work_request), letter (a row of dead_letter) or account.';
COMMENT ON COLUMN muster.audit_2026_11.account IS 'The account.';
COMMENT ON COLUMN muster.audit_2026_11.operation IS 'The action or resource; null for an account.';
COMMENT ON COLUMN muster.audit_2026_11.key IS 'The device or product; null for an account.';
COMMENT ON COLUMN muster.audit_2026_11.request_id IS 'The request. For a letter: the request that it is about. Null for a pull''s letter or an account.';
COMMENT ON COLUMN muster.audit_2026_11.letter_id IS 'The letter. For a request: the letter that it replays. Null for others.';
COMMENT ON COLUMN muster.audit_2026_11.from_status IS 'The status or state before; null for a new row.';
COMMENT ON COLUMN muster.audit_2026_11.to_status IS 'The status or state after; deleted if somebody deleted the row. The same as before if Muster reads a request of unknown outcome again, or gives a lost lease anew.';
COMMENT ON COLUMN muster.audit_2026_11.step IS 'The call that comes next or runs: read, write or verify. Null unless it is about a request.';
COMMENT ON COLUMN muster.audit_2026_11.attempts IS 'Calls made for the request so far. For a letter: how often its work failed for good.';
COMMENT ON COLUMN muster.audit_2026_11.error_code IS 'The code of the last failure; null if there is none.';
COMMENT ON COLUMN muster.audit_2026_11.message IS 'What the failure means. For a discarded letter: the person''s note. For an account: why it is not active.';
COMMENT ON COLUMN muster.audit_2026_11.made_by IS 'The database user who did it, or muster for the service''s own decisions.';
COMMENT ON COLUMN muster.audit_2026_11.part IS 'The function that did it, such as claim, settle, cancel or replay; null for a plain statement.';
COMMENT ON COLUMN muster.audit_2026_11.application IS 'The application_name of the connection: which replica, or which tool.';
CREATE TABLE muster.audit_2026_12 (
    at timestamp with time zone NOT NULL,
    id bigint DEFAULT nextval('muster.audit_id'::regclass) NOT NULL,
    subject text NOT NULL,
    account text NOT NULL,
    operation text,
    key text,
    request_id bigint,
    letter_id bigint,
    from_status text,
    to_status text NOT NULL,
    step text,
    attempts integer,
    error_code text,
    message text,
    made_by text NOT NULL,
    part text,
    application text,
    CONSTRAINT audit_subject_check CHECK ((subject = ANY (ARRAY['request'::text, 'letter'::text, 'account'::text])))
);
COMMENT ON TABLE muster.audit_2026_12 IS 'The part of audit from 2026-12-01 on, for one month of UTC.';
COMMENT ON COLUMN muster.audit_2026_12.at IS 'When, on the database''s clock.';
COMMENT ON COLUMN muster.audit_2026_12.id IS 'Orders the rows of one moment.';
COMMENT ON COLUMN muster.audit_2026_12.subject IS 'What changed: request (a row of work_request), letter (a row of dead_letter) or account.';
COMMENT ON COLUMN muster.audit_2026_12.account IS 'The account.';
COMMENT ON COLUMN muster.audit_2026_12.operation IS 'The action or resource; null for an account.';
COMMENT ON COLUMN muster.audit_2026_12.key IS 'The device or product; null for an account.';
COMMENT ON COLUMN muster.audit_2026_12.request_id IS 'The request. For a letter: the request that it is about. Null for a pull''s letter or an account.';
COMMENT ON COLUMN muster.audit_2026_12.letter_id IS 'The letter. For a request: the letter that it replays. Null for others.';
COMMENT ON COLUMN muster.audit_2026_12.from_status IS 'The status or state before; null for a new row.';
COMMENT ON COLUMN muster.audit_2026_12.to_status IS 'The status or state after; deleted if somebody deleted the row. The same as before if Muster reads a request of unknown outcome again, or gives a lost lease anew.';
COMMENT ON COLUMN muster.audit_2026_12.step IS 'The call that comes next or runs: read, write or verify. Null unless it is about a request.';
COMMENT ON COLUMN muster.audit_2026_12.attempts IS 'Calls made for the request so far. For a letter: how often its work failed for good.';
COMMENT ON COLUMN muster.audit_2026_12.error_code IS 'The code of the last failure; null if there is none.';
COMMENT ON COLUMN muster.audit_2026_12.message IS 'What the failure means. For a discarded letter: the person''s note. For an account: why it is not active.';
COMMENT ON COLUMN muster.audit_2026_12.made_by IS 'The database user who did it, or muster for the service''s own decisions.';
COMMENT ON COLUMN muster.audit_2026_12.part IS 'The function that did it, such as claim, settle, cancel or replay; null for a plain statement.';
COMMENT ON COLUMN muster.audit_2026_12.application IS 'The application_name of the connection: which replica, or which tool.';
CREATE TABLE muster.audit_2027_01 (
    at timestamp with time zone NOT NULL,
    id bigint DEFAULT nextval('muster.audit_id'::regclass) NOT NULL,
    subject text NOT NULL,
    account text NOT NULL,
    operation text,
    key text,
    request_id bigint,
    letter_id bigint,
    from_status text,
    to_status text NOT NULL,
    step text,
    attempts integer,
    error_code text,
    message text,
    made_by text NOT NULL,
    part text,
    application text,
    CONSTRAINT audit_subject_check CHECK ((subject = ANY (ARRAY['request'::text, 'letter'::text, 'account'::text])))
);
COMMENT ON TABLE muster.audit_2027_01 IS 'The part of audit from 2027-01-01 on, for one month of UTC.';
COMMENT ON COLUMN muster.audit_2027_01.at IS 'When, on the database''s clock.';
COMMENT ON COLUMN muster.audit_2027_01.id IS 'Orders the rows of one moment.';
COMMENT ON COLUMN muster.audit_2027_01.subject IS 'What changed: request (a row of work_request), letter (a row of dead_letter) or account.';
COMMENT ON COLUMN muster.audit_2027_01.account IS 'The account.';
COMMENT ON COLUMN muster.audit_2027_01.operation IS 'The action or resource; null for an account.';
COMMENT ON COLUMN muster.audit_2027_01.key IS 'The device or product; null for an account.';
COMMENT ON COLUMN muster.audit_2027_01.request_id IS 'The request. For a letter: the request that it is about. Null for a pull''s letter or an account.';
COMMENT ON COLUMN muster.audit_2027_01.letter_id IS 'The letter. For a request: the letter that it replays. Null for others.';
COMMENT ON COLUMN muster.audit_2027_01.from_status IS 'The status or state before; null for a new row.';
COMMENT ON COLUMN muster.audit_2027_01.to_status IS 'The status or state after; deleted if somebody deleted the row. The same as before if Muster reads a request of unknown outcome again, or gives a lost lease anew.';
COMMENT ON COLUMN muster.audit_2027_01.step IS 'The call that comes next or runs: read, write or verify. Null unless it is about a request.';
COMMENT ON COLUMN muster.audit_2027_01.attempts IS 'Calls made for the request so far. For a letter: how often its work failed for good.';
COMMENT ON COLUMN muster.audit_2027_01.error_code IS 'The code of the last failure; null if there is none.';
COMMENT ON COLUMN muster.audit_2027_01.message IS 'What the failure means. For a discarded letter: the person''s note. For an account: why it is not active.';
COMMENT ON COLUMN muster.audit_2027_01.made_by IS 'The database user who did it, or muster for the service''s own decisions.';
COMMENT ON COLUMN muster.audit_2027_01.part IS 'The function that did it, such as claim, settle, cancel or replay; null for a plain statement.';
COMMENT ON COLUMN muster.audit_2027_01.application IS 'The application_name of the connection: which replica, or which tool.';
CREATE TABLE muster.audit_2027_02 (
    at timestamp with time zone NOT NULL,
    id bigint DEFAULT nextval('muster.audit_id'::regclass) NOT NULL,
    subject text NOT NULL,
    account text NOT NULL,
    operation text,
    key text,
    request_id bigint,
    letter_id bigint,
    from_status text,
    to_status text NOT NULL,
    step text,
    attempts integer,
    error_code text,
    message text,
    made_by text NOT NULL,
    part text,
    application text,
    CONSTRAINT audit_subject_check CHECK ((subject = ANY (ARRAY['request'::text, 'letter'::text, 'account'::text])))
);
COMMENT ON TABLE muster.audit_2027_02 IS 'The part of audit from 2027-02-01 on, for one month of UTC.';
COMMENT ON COLUMN muster.audit_2027_02.at IS 'When, on the database''s clock.';
COMMENT ON COLUMN muster.audit_2027_02.id IS 'Orders the rows of one moment.';
COMMENT ON COLUMN muster.audit_2027_02.subject IS 'What changed: request (a row of work_request), letter (a row of dead_letter) or account.';
COMMENT ON COLUMN muster.audit_2027_02.account IS 'The account.';
COMMENT ON COLUMN muster.audit_2027_02.operation IS 'The action or resource; null for an account.';
COMMENT ON COLUMN muster.audit_2027_02.key IS 'The device or product; null for an account.';
COMMENT ON COLUMN muster.audit_2027_02.request_id IS 'The request. For a letter: the request that it is about. Null for a pull''s letter or an account.';
COMMENT ON COLUMN muster.audit_2027_02.letter_id IS 'The letter. For a request: the letter that it replays. Null for others.';
COMMENT ON COLUMN muster.audit_2027_02.from_status IS 'The status or state before; null for a new row.';
COMMENT ON COLUMN muster.audit_2027_02.to_status IS 'The status or state after; deleted if somebody deleted the row. The same as before if Muster reads a request of unknown outcome again, or gives a lost lease anew.';
COMMENT ON COLUMN muster.audit_2027_02.step IS 'The call that comes next or runs: read, write or verify. Null unless it is about a request.';
COMMENT ON COLUMN muster.audit_2027_02.attempts IS 'Calls made for the request so far. For a letter: how often its work failed for good.';
COMMENT ON COLUMN muster.audit_2027_02.error_code IS 'The code of the last failure; null if there is none.';
COMMENT ON COLUMN muster.audit_2027_02.message IS 'What the failure means. For a discarded letter: the person''s note. For an account: why it is not active.';
COMMENT ON COLUMN muster.audit_2027_02.made_by IS 'The database user who did it, or muster for the service''s own decisions.';
COMMENT ON COLUMN muster.audit_2027_02.part IS 'The function that did it, such as claim, settle, cancel or replay; null for a plain statement.';
COMMENT ON COLUMN muster.audit_2027_02.application IS 'The application_name of the connection: which replica, or which tool.';
CREATE TABLE muster.chore (
    name text NOT NULL,
    due_at timestamp with time zone
);
COMMENT ON TABLE muster.chore IS 'One row per task that one replica at a time does. Whoever does it holds the row''s lock.';
COMMENT ON COLUMN muster.chore.name IS 'The task.';
COMMENT ON COLUMN muster.chore.due_at IS 'When it is due next; null before its first run, and for tasks without a schedule.';
ALTER TABLE muster.claim_floor ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME muster.claim_floor_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE muster.dead_letter (
    id bigint NOT NULL,
    kind text NOT NULL,
    target_id bigint,
    request_id bigint,
    account text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    error_code text NOT NULL,
    error_message text NOT NULL,
    vendor_code text,
    http_status integer,
    vendor_request_id text,
    request jsonb,
    response text,
    attempts integer DEFAULT 1 NOT NULL,
    first_failed_at timestamp with time zone DEFAULT now() NOT NULL,
    last_failed_at timestamp with time zone DEFAULT now() NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    state_since timestamp with time zone DEFAULT now() NOT NULL,
    state_by text DEFAULT SESSION_USER NOT NULL,
    note text,
    CONSTRAINT dead_letter_kind_check CHECK ((kind = ANY (ARRAY['pull'::text, 'request'::text]))),
    CONSTRAINT dead_letter_state_check CHECK ((state = ANY (ARRAY['open'::text, 'replayed'::text, 'resolved'::text, 'discarded'::text])))
);
COMMENT ON TABLE muster.dead_letter IS 'What failed for good and needs a person.';
COMMENT ON COLUMN muster.dead_letter.id IS 'Muster''s number of the letter.';
COMMENT ON COLUMN muster.dead_letter.kind IS 'pull (a target of poll_target) or request (a row of work_request).';
COMMENT ON COLUMN muster.dead_letter.target_id IS 'The target, for a pull.';
COMMENT ON COLUMN muster.dead_letter.request_id IS 'The request that first failed, for a request.';
COMMENT ON COLUMN muster.dead_letter.account IS 'The account.';
COMMENT ON COLUMN muster.dead_letter.operation IS 'The resource for a pull, the action for a request.';
COMMENT ON COLUMN muster.dead_letter.key IS 'The device or product.';
COMMENT ON COLUMN muster.dead_letter.error_code IS 'The vendor''s code, or one of Muster''s own words (docs/errors.md).';
COMMENT ON COLUMN muster.dead_letter.error_message IS 'What the code means, in one sentence, with the vendor''s own words.';
COMMENT ON COLUMN muster.dead_letter.vendor_code IS 'The code exactly as the vendor sent it; null if it sent none.';
COMMENT ON COLUMN muster.dead_letter.http_status IS 'The HTTP status; null if there was no reply.';
COMMENT ON COLUMN muster.dead_letter.vendor_request_id IS 'The vendor''s name for the call, for its support desk.';
COMMENT ON COLUMN muster.dead_letter.request IS 'The request as sent, without secrets.';
COMMENT ON COLUMN muster.dead_letter.response IS 'The vendor''s reply, without secrets, cut at a configured length; null if there was none.';
COMMENT ON COLUMN muster.dead_letter.attempts IS 'How often the work failed for good: 1, and one more for each replay or recheck that failed.';
COMMENT ON COLUMN muster.dead_letter.first_failed_at IS 'When it first failed for good.';
COMMENT ON COLUMN muster.dead_letter.last_failed_at IS 'When it last failed for good.';
COMMENT ON COLUMN muster.dead_letter.state IS 'open, replayed (its replay is under way), resolved (a later try succeeded) or discarded (a person gave it up).';
COMMENT ON COLUMN muster.dead_letter.state_since IS 'Since when it is in this state.';
COMMENT ON COLUMN muster.dead_letter.state_by IS 'Who brought it there.';
COMMENT ON COLUMN muster.dead_letter.note IS 'The note of the person who discarded it.';
ALTER TABLE muster.dead_letter ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME muster.dead_letter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE muster.device_history (
    account text NOT NULL,
    key text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    changed text[] NOT NULL,
    vendor text NOT NULL,
    serial_number text,
    name text,
    product_key text,
    model text,
    type text,
    lifecycle text NOT NULL,
    vendor_status text,
    connectivity text NOT NULL,
    activated boolean,
    port_count integer,
    address text,
    region text,
    org_id text,
    attributes jsonb NOT NULL,
    ports jsonb NOT NULL,
    vendor_created_at timestamp with time zone,
    vendor_updated_at timestamp with time zone
)
PARTITION BY RANGE (valid_to);
COMMENT ON TABLE muster.device_history IS 'One row per version of a device that another has followed. The present version is the row of device.';
COMMENT ON COLUMN muster.device_history.account IS 'The device''s account.';
COMMENT ON COLUMN muster.device_history.key IS 'The device''s key.';
COMMENT ON COLUMN muster.device_history.valid_from IS 'When Muster first read this version.';
COMMENT ON COLUMN muster.device_history.valid_to IS 'When Muster read the next version.';
COMMENT ON COLUMN muster.device_history.changed IS 'The columns in which this version differs from the one before; empty for the first.';
COMMENT ON COLUMN muster.device_history.vendor IS 'As in device.';
COMMENT ON COLUMN muster.device_history.serial_number IS 'As in device.';
COMMENT ON COLUMN muster.device_history.name IS 'As in device.';
COMMENT ON COLUMN muster.device_history.product_key IS 'As in device.';
COMMENT ON COLUMN muster.device_history.model IS 'As in device.';
COMMENT ON COLUMN muster.device_history.type IS 'As in device.';
COMMENT ON COLUMN muster.device_history.lifecycle IS 'As in device.';
COMMENT ON COLUMN muster.device_history.vendor_status IS 'As in device.';
COMMENT ON COLUMN muster.device_history.connectivity IS 'As in device.';
COMMENT ON COLUMN muster.device_history.activated IS 'As in device.';
COMMENT ON COLUMN muster.device_history.port_count IS 'As in device.';
COMMENT ON COLUMN muster.device_history.address IS 'As in device.';
COMMENT ON COLUMN muster.device_history.region IS 'As in device.';
COMMENT ON COLUMN muster.device_history.org_id IS 'As in device.';
COMMENT ON COLUMN muster.device_history.attributes IS 'As in device.';
COMMENT ON COLUMN muster.device_history.ports IS 'As in device.';
COMMENT ON COLUMN muster.device_history.vendor_created_at IS 'As in device.';
COMMENT ON COLUMN muster.device_history.vendor_updated_at IS 'As in device.';
CREATE TABLE muster.device_history_2026_11 (
    account text NOT NULL,
    key text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    changed text[] NOT NULL,
    vendor text NOT NULL,
    serial_number text,
    name text,
    product_key text,
    model text,
    type text,
    lifecycle text NOT NULL,
    vendor_status text,
    connectivity text NOT NULL,
    activated boolean,
    port_count integer,
    address text,
    region text,
    org_id text,
    attributes jsonb NOT NULL,
    ports jsonb NOT NULL,
    vendor_created_at timestamp with time zone,
    vendor_updated_at timestamp with time zone
);
COMMENT ON TABLE muster.device_history_2026_11 IS 'The part of device_history from 2026-11-01 on, for one month of UTC.';
COMMENT ON COLUMN muster.device_history_2026_11.account IS 'The device''s account.';
COMMENT ON COLUMN muster.device_history_2026_11.key IS 'The device''s key.';
COMMENT ON COLUMN muster.device_history_2026_11.valid_from IS 'When Muster first read this version.';
COMMENT ON COLUMN muster.device_history_2026_11.valid_to IS 'When Muster read the next version.';
COMMENT ON COLUMN muster.device_history_2026_11.changed IS 'The columns in which this version differs from the one before; empty for the first.';
COMMENT ON COLUMN muster.device_history_2026_11.vendor IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.serial_number IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.name IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.product_key IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.model IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.type IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.lifecycle IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.vendor_status IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.connectivity IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.activated IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.port_count IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.address IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.region IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.org_id IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.attributes IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.ports IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.vendor_created_at IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_11.vendor_updated_at IS 'As in device.';
CREATE TABLE muster.device_history_2026_12 (
    account text NOT NULL,
    key text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    changed text[] NOT NULL,
    vendor text NOT NULL,
    serial_number text,
    name text,
    product_key text,
    model text,
    type text,
    lifecycle text NOT NULL,
    vendor_status text,
    connectivity text NOT NULL,
    activated boolean,
    port_count integer,
    address text,
    region text,
    org_id text,
    attributes jsonb NOT NULL,
    ports jsonb NOT NULL,
    vendor_created_at timestamp with time zone,
    vendor_updated_at timestamp with time zone
);
COMMENT ON TABLE muster.device_history_2026_12 IS 'The part of device_history from 2026-12-01 on, for one month of UTC.';
COMMENT ON COLUMN muster.device_history_2026_12.account IS 'The device''s account.';
COMMENT ON COLUMN muster.device_history_2026_12.key IS 'The device''s key.';
COMMENT ON COLUMN muster.device_history_2026_12.valid_from IS 'When Muster first read this version.';
COMMENT ON COLUMN muster.device_history_2026_12.valid_to IS 'When Muster read the next version.';
COMMENT ON COLUMN muster.device_history_2026_12.changed IS 'The columns in which this version differs from the one before; empty for the first.';
COMMENT ON COLUMN muster.device_history_2026_12.vendor IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.serial_number IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.name IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.product_key IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.model IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.type IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.lifecycle IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.vendor_status IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.connectivity IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.activated IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.port_count IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.address IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.region IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.org_id IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.attributes IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.ports IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.vendor_created_at IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2026_12.vendor_updated_at IS 'As in device.';
CREATE TABLE muster.device_history_2027_01 (
    account text NOT NULL,
    key text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    changed text[] NOT NULL,
    vendor text NOT NULL,
    serial_number text,
    name text,
    product_key text,
    model text,
    type text,
    lifecycle text NOT NULL,
    vendor_status text,
    connectivity text NOT NULL,
    activated boolean,
    port_count integer,
    address text,
    region text,
    org_id text,
    attributes jsonb NOT NULL,
    ports jsonb NOT NULL,
    vendor_created_at timestamp with time zone,
    vendor_updated_at timestamp with time zone
);
COMMENT ON TABLE muster.device_history_2027_01 IS 'The part of device_history from 2027-01-01 on, for one month of UTC.';
COMMENT ON COLUMN muster.device_history_2027_01.account IS 'The device''s account.';
COMMENT ON COLUMN muster.device_history_2027_01.key IS 'The device''s key.';
COMMENT ON COLUMN muster.device_history_2027_01.valid_from IS 'When Muster first read this version.';
COMMENT ON COLUMN muster.device_history_2027_01.valid_to IS 'When Muster read the next version.';
COMMENT ON COLUMN muster.device_history_2027_01.changed IS 'The columns in which this version differs from the one before; empty for the first.';
COMMENT ON COLUMN muster.device_history_2027_01.vendor IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.serial_number IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.name IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.product_key IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.model IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.type IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.lifecycle IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.vendor_status IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.connectivity IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.activated IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.port_count IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.address IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.region IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.org_id IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.attributes IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.ports IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.vendor_created_at IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_01.vendor_updated_at IS 'As in device.';
CREATE TABLE muster.device_history_2027_02 (
    account text NOT NULL,
    key text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    changed text[] NOT NULL,
    vendor text NOT NULL,
    serial_number text,
    name text,
    product_key text,
    model text,
    type text,
    lifecycle text NOT NULL,
    vendor_status text,
    connectivity text NOT NULL,
    activated boolean,
    port_count integer,
    address text,
    region text,
    org_id text,
    attributes jsonb NOT NULL,
    ports jsonb NOT NULL,
    vendor_created_at timestamp with time zone,
    vendor_updated_at timestamp with time zone
);
COMMENT ON TABLE muster.device_history_2027_02 IS 'The part of device_history from 2027-02-01 on, for one month of UTC.';
COMMENT ON COLUMN muster.device_history_2027_02.account IS 'The device''s account.';
COMMENT ON COLUMN muster.device_history_2027_02.key IS 'The device''s key.';
COMMENT ON COLUMN muster.device_history_2027_02.valid_from IS 'When Muster first read this version.';
COMMENT ON COLUMN muster.device_history_2027_02.valid_to IS 'When Muster read the next version.';
COMMENT ON COLUMN muster.device_history_2027_02.changed IS 'The columns in which this version differs from the one before; empty for the first.';
COMMENT ON COLUMN muster.device_history_2027_02.vendor IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.serial_number IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.name IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.product_key IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.model IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.type IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.lifecycle IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.vendor_status IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.connectivity IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.activated IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.port_count IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.address IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.region IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.org_id IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.attributes IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.ports IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.vendor_created_at IS 'As in device.';
COMMENT ON COLUMN muster.device_history_2027_02.vendor_updated_at IS 'As in device.';
CREATE TABLE muster.device_port (
    account text NOT NULL,
    key text NOT NULL,
    port_no integer NOT NULL,
    status text NOT NULL,
    vendor_status text,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT device_port_port_no_check CHECK ((port_no >= 1)),
    CONSTRAINT device_port_status_check CHECK ((status = ANY (ARRAY['available'::text, 'charging'::text, 'out_of_order'::text, 'unknown'::text])))
);
COMMENT ON TABLE muster.device_port IS 'One row per socket of a device.';
COMMENT ON COLUMN muster.device_port.account IS 'The device''s account.';
COMMENT ON COLUMN muster.device_port.key IS 'The device''s key.';
COMMENT ON COLUMN muster.device_port.port_no IS 'The socket''s number, from 1.';
COMMENT ON COLUMN muster.device_port.status IS 'available charging out_of_order unknown.';
COMMENT ON COLUMN muster.device_port.vendor_status IS 'The vendor''s own word, verbatim.';
COMMENT ON COLUMN muster.device_port.changed_at IS 'When Muster last saw it change.';
CREATE SEQUENCE muster.fence
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
COMMENT ON SEQUENCE muster.fence IS 'Numbers every claim. A settlement with an older number than the row''s changes nothing.';
CREATE VIEW muster.inventory_kept AS
 SELECT max(inventory_refresh.refreshed_at) AS refreshed_at,
        CASE count(*)
            WHEN 0 THEN 0
            ELSE NULL::integer
        END AS first_id,
        CASE count(*)
            WHEN 0 THEN '9223372036854775807'::bigint
            ELSE NULL::bigint
        END AS last_id
   FROM muster.inventory_refresh
  WHERE ((statement_timestamp() >= inventory_refresh.refreshed_at) AND (statement_timestamp() <= inventory_refresh.expires_at));
COMMENT ON VIEW muster.inventory_kept IS 'One row: whether there is a snapshot that is up to date.';
COMMENT ON COLUMN muster.inventory_kept.refreshed_at IS 'The moment that it shows; null if there is none.';
COMMENT ON COLUMN muster.inventory_kept.first_id IS 'The first target to count without a snapshot; null with one.';
COMMENT ON COLUMN muster.inventory_kept.last_id IS 'The last target to count without a snapshot; null with one.';
CREATE TABLE muster.inventory_snapshot (
    account text NOT NULL,
    resource text NOT NULL,
    targets bigint NOT NULL,
    fresh bigint NOT NULL,
    overdue bigint NOT NULL,
    late bigint NOT NULL,
    late_since timestamp with time zone,
    age_p50 interval NOT NULL,
    age_p95 interval NOT NULL,
    age_p99 interval NOT NULL,
    age_max interval NOT NULL,
    refresh_every interval NOT NULL,
    calls_per_day numeric NOT NULL,
    last_added_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE muster.inventory_snapshot IS 'Counts over all enabled targets, by account and resource. Empty while the inventory is small: then reports count for themselves.';
COMMENT ON COLUMN muster.inventory_snapshot.account IS 'The account.';
COMMENT ON COLUMN muster.inventory_snapshot.resource IS 'The resource.';
COMMENT ON COLUMN muster.inventory_snapshot.targets IS 'Enabled targets.';
COMMENT ON COLUMN muster.inventory_snapshot.fresh IS 'Targets whose copy is no older than their interval.';
COMMENT ON COLUMN muster.inventory_snapshot.overdue IS 'Targets that are due and wait for their turn.';
COMMENT ON COLUMN muster.inventory_snapshot.late IS 'Targets that were read before, and are due for longer than their interval and a minute.';
COMMENT ON COLUMN muster.inventory_snapshot.late_since IS 'Since when the first late target is due; null for none.';
COMMENT ON COLUMN muster.inventory_snapshot.age_p50 IS 'Half of the copies are younger than this; one never read is as old as its target.';
COMMENT ON COLUMN muster.inventory_snapshot.age_p95 IS '95 % of the copies are younger than this.';
COMMENT ON COLUMN muster.inventory_snapshot.age_p99 IS '99 % of the copies are younger than this.';
COMMENT ON COLUMN muster.inventory_snapshot.age_max IS 'The age of the oldest copy.';
COMMENT ON COLUMN muster.inventory_snapshot.refresh_every IS 'The shortest interval among them.';
COMMENT ON COLUMN muster.inventory_snapshot.calls_per_day IS 'Calls that their intervals ask for.';
COMMENT ON COLUMN muster.inventory_snapshot.last_added_at IS 'When the latest of them was inserted.';
CREATE TABLE muster.poll_state (
    target_id bigint NOT NULL,
    account text NOT NULL,
    priority integer NOT NULL,
    due_at timestamp with time zone NOT NULL,
    fence bigint,
    attempts integer DEFAULT 0 NOT NULL,
    reauthorised boolean DEFAULT false NOT NULL,
    synced_at timestamp with time zone,
    waits_for text
)
WITH (fillfactor='80');
COMMENT ON TABLE muster.poll_state IS 'When each target is due. A narrow row beside each poll_target: a pull that finds nothing new writes little.';
COMMENT ON COLUMN muster.poll_state.target_id IS 'The target.';
COMMENT ON COLUMN muster.poll_state.account IS 'The target''s account.';
COMMENT ON COLUMN muster.poll_state.priority IS 'The target''s priority.';
COMMENT ON COLUMN muster.poll_state.due_at IS 'When Muster reads it next; infinity while disabled. While a call runs: the end of its lease. A process that dies gives it back by doing nothing.';
COMMENT ON COLUMN muster.poll_state.fence IS 'The number of the claim that runs; null while none does.';
COMMENT ON COLUMN muster.poll_state.attempts IS 'Failures in a row since the last success or dead letter.';
COMMENT ON COLUMN muster.poll_state.reauthorised IS 'Whether Muster got a new token for it since the last success. If the vendor refuses that too, the token is not to blame.';
COMMENT ON COLUMN muster.poll_state.synced_at IS 'When it was last read; null before the first time.';
COMMENT ON COLUMN muster.poll_state.waits_for IS 'Why the last call failed, in one sentence; null after a success.';
CREATE VIEW muster.target AS
 SELECT p.id,
    p.account,
    p.resource,
    p.key,
    p.enabled,
    p.created_at,
    COALESCE(p.refresh_every, r.refresh_every, '1 day'::interval) AS every
   FROM (muster.poll_target p
     LEFT JOIN muster.account_resource r ON (((r.account = p.account) AND (r.resource = p.resource))));
COMMENT ON VIEW muster.target IS 'One row per target with its refresh interval.';
COMMENT ON COLUMN muster.target.id IS 'Muster''s number of the target.';
COMMENT ON COLUMN muster.target.account IS 'The account to read it through.';
COMMENT ON COLUMN muster.target.resource IS 'What it is: device, or another resource the account''s vendor has.';
COMMENT ON COLUMN muster.target.key IS 'The name by which Muster asks the vendor for it.';
COMMENT ON COLUMN muster.target.enabled IS 'False stops reading it; its copy stays.';
COMMENT ON COLUMN muster.target.created_at IS 'When it was inserted.';
COMMENT ON COLUMN muster.target.every IS 'How often Muster reads it: its own interval, else its account''s, else (the account left the configuration) daily.';
CREATE VIEW muster.target_status AS
 SELECT p.id,
    s.target_id,
    p.account,
    p.resource,
    p.created_at,
    p.every,
    (now() - COALESCE(s.synced_at, p.created_at)) AS age,
    s.due_at,
    ((s.synced_at IS NOT NULL) AND ((now() - s.synced_at) <= p.every)) AS fresh,
    ((s.fence IS NULL) AND (s.due_at < now())) AS overdue,
    ((s.fence IS NULL) AND (s.synced_at IS NOT NULL) AND (s.due_at < ((now() - p.every) - '00:01:00'::interval))) AS late
   FROM (muster.target p
     JOIN muster.poll_state s ON ((s.target_id = p.id)))
  WHERE p.enabled;
COMMENT ON VIEW muster.target_status IS 'One row per enabled target: how old its copy is.';
COMMENT ON COLUMN muster.target_status.id IS 'Muster''s number of the target.';
COMMENT ON COLUMN muster.target_status.target_id IS 'The same number. A condition on both is one that both tables'' indexes know.';
COMMENT ON COLUMN muster.target_status.account IS 'The account.';
COMMENT ON COLUMN muster.target_status.resource IS 'The resource.';
COMMENT ON COLUMN muster.target_status.created_at IS 'When the target was inserted.';
COMMENT ON COLUMN muster.target_status.every IS 'How often Muster reads it.';
COMMENT ON COLUMN muster.target_status.age IS 'How long ago it was read; before the first time, inserted.';
COMMENT ON COLUMN muster.target_status.due_at IS 'When to read it next, or when the lease of the call that runs ends.';
COMMENT ON COLUMN muster.target_status.fresh IS 'Whether its copy is no older than its interval.';
COMMENT ON COLUMN muster.target_status.overdue IS 'Whether it is due, and waits for its turn.';
COMMENT ON COLUMN muster.target_status.late IS 'Whether it was read before, and is due for longer than its interval and a minute.';
CREATE VIEW muster.inventory AS
 SELECT t.account,
    t.resource,
    count(*) AS targets,
    count(*) FILTER (WHERE t.fresh) AS fresh,
    count(*) FILTER (WHERE t.overdue) AS overdue,
    count(*) FILTER (WHERE t.late) AS late,
    min(t.due_at) FILTER (WHERE t.late) AS late_since,
    percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY t.age) AS age_p50,
    percentile_cont((0.95)::double precision) WITHIN GROUP (ORDER BY t.age) AS age_p95,
    percentile_cont((0.99)::double precision) WITHIN GROUP (ORDER BY t.age) AS age_p99,
    max(t.age) AS age_max,
    min(t.every) AS refresh_every,
    sum(((86400)::numeric / EXTRACT(epoch FROM t.every))) AS calls_per_day,
    max(t.created_at) AS last_added_at,
    now() AS refreshed_at
   FROM muster.target_status t
  WHERE (((t.id >= ( SELECT inventory_kept.first_id
           FROM muster.inventory_kept)) AND (t.id <= ( SELECT inventory_kept.last_id
           FROM muster.inventory_kept))) AND ((t.target_id >= ( SELECT inventory_kept.first_id
           FROM muster.inventory_kept)) AND (t.target_id <= ( SELECT inventory_kept.last_id
           FROM muster.inventory_kept))))
  GROUP BY t.account, t.resource
UNION ALL
 SELECT s.account,
    s.resource,
    s.targets,
    s.fresh,
    s.overdue,
    s.late,
    s.late_since,
    s.age_p50,
    s.age_p95,
    s.age_p99,
    s.age_max,
    s.refresh_every,
    s.calls_per_day,
    s.last_added_at,
    k.refreshed_at
   FROM (muster.inventory_snapshot s
     JOIN muster.inventory_kept k ON ((k.refreshed_at IS NOT NULL)));
COMMENT ON VIEW muster.inventory IS 'The counts over all enabled targets, by account and resource: of now, or of a short time ago if they are many.';
COMMENT ON COLUMN muster.inventory.account IS 'The account.';
COMMENT ON COLUMN muster.inventory.resource IS 'The resource.';
COMMENT ON COLUMN muster.inventory.targets IS 'Enabled targets.';
COMMENT ON COLUMN muster.inventory.fresh IS 'Targets whose copy is no older than their interval.';
COMMENT ON COLUMN muster.inventory.overdue IS 'Targets that are due and wait for their turn.';
COMMENT ON COLUMN muster.inventory.late IS 'Targets that were read before, and are due for longer than their interval and a minute.';
COMMENT ON COLUMN muster.inventory.late_since IS 'Since when the first late target is due; null for none.';
COMMENT ON COLUMN muster.inventory.age_p50 IS 'Half of the copies are younger than this; one never read is as old as its target.';
COMMENT ON COLUMN muster.inventory.age_p95 IS '95 % of the copies are younger than this.';
COMMENT ON COLUMN muster.inventory.age_p99 IS '99 % of the copies are younger than this.';
COMMENT ON COLUMN muster.inventory.age_max IS 'The age of the oldest copy.';
COMMENT ON COLUMN muster.inventory.refresh_every IS 'The shortest interval among them.';
COMMENT ON COLUMN muster.inventory.calls_per_day IS 'Calls that their intervals ask for.';
COMMENT ON COLUMN muster.inventory.last_added_at IS 'When the latest of them was inserted.';
COMMENT ON COLUMN muster.inventory.refreshed_at IS 'The moment that it shows: now, or for a large inventory when it was last counted.';
CREATE TABLE muster.permit (
    quota text NOT NULL,
    slot integer NOT NULL,
    free_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    fence bigint,
    CONSTRAINT permit_slot_check CHECK ((slot >= 1))
)
WITH (fillfactor='50');
COMMENT ON TABLE muster.permit IS 'The permits of a quota. Never UNLOGGED: a permit that is forgotten is a call too many.';
COMMENT ON COLUMN muster.permit.quota IS 'The quota.';
COMMENT ON COLUMN muster.permit.slot IS 'The permit''s number, from 1.';
COMMENT ON COLUMN muster.permit.free_at IS 'When Muster may take it again: one window after the reply arrived. Until a reply arrives: one window after the call''s deadline.';
COMMENT ON COLUMN muster.permit.fence IS 'The claim that took it; null once its reply arrived.';
ALTER TABLE muster.poll_target ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME muster.poll_target_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE muster.product (
    account text NOT NULL,
    product_key text NOT NULL,
    vendor text NOT NULL,
    name text,
    names jsonb,
    description text,
    type text,
    data_format text,
    model_id text,
    org_id text,
    dynamic_activation boolean,
    bidirectional_auth boolean,
    default_valid_days integer,
    max_valid_days integer,
    tags jsonb,
    attributes jsonb NOT NULL,
    vendor_created_at timestamp with time zone,
    vendor_updated_at timestamp with time zone,
    first_seen_at timestamp with time zone NOT NULL,
    last_changed_at timestamp with time zone NOT NULL,
    synced_at timestamp with time zone NOT NULL,
    missing_since timestamp with time zone,
    digest uuid NOT NULL
);
COMMENT ON TABLE muster.product IS 'One row per product that was read at least once. Written only when something changed.';
COMMENT ON COLUMN muster.product.account IS 'The account it was read through.';
COMMENT ON COLUMN muster.product.product_key IS 'The vendor''s key of the product.';
COMMENT ON COLUMN muster.product.vendor IS 'The account''s vendor.';
COMMENT ON COLUMN muster.product.name IS 'The name in the vendor''s default language.';
COMMENT ON COLUMN muster.product.names IS 'The name in every language, as the vendor sent it.';
COMMENT ON COLUMN muster.product.description IS 'What the vendor says of it.';
COMMENT ON COLUMN muster.product.type IS 'The vendor''s type, such as Device or Gateway.';
COMMENT ON COLUMN muster.product.data_format IS 'How its devices write their data, in the vendor''s word.';
COMMENT ON COLUMN muster.product.model_id IS 'The vendor''s model.';
COMMENT ON COLUMN muster.product.org_id IS 'The organisation that owns it.';
COMMENT ON COLUMN muster.product.dynamic_activation IS 'Whether its devices may activate themselves; null if the vendor contradicts itself.';
COMMENT ON COLUMN muster.product.bidirectional_auth IS 'Whether its devices authenticate by certificate.';
COMMENT ON COLUMN muster.product.default_valid_days IS 'How long a device''s certificate is valid by default, in days.';
COMMENT ON COLUMN muster.product.max_valid_days IS 'How long a device''s certificate may be valid at most, in days.';
COMMENT ON COLUMN muster.product.tags IS 'The vendor''s tags.';
COMMENT ON COLUMN muster.product.attributes IS 'The vendor''s own object without secrets.';
COMMENT ON COLUMN muster.product.vendor_created_at IS 'When it was created, by the vendor''s clock.';
COMMENT ON COLUMN muster.product.vendor_updated_at IS 'When it was last updated, by the vendor''s clock.';
COMMENT ON COLUMN muster.product.first_seen_at IS 'When Muster first read it.';
COMMENT ON COLUMN muster.product.last_changed_at IS 'When Muster last read something new of it.';
COMMENT ON COLUMN muster.product.synced_at IS 'When Muster read it, for products in no poll_target; for others when it last changed.';
COMMENT ON COLUMN muster.product.missing_since IS 'Since when the vendor says that it does not exist; null while it does.';
COMMENT ON COLUMN muster.product.digest IS 'MD5 over the canonical record.';
CREATE TABLE muster.quota (
    quota text NOT NULL,
    scope text NOT NULL,
    max_calls integer NOT NULL,
    "window" interval NOT NULL,
    next_pull_at timestamp with time zone DEFAULT now() NOT NULL,
    paused_until timestamp with time zone,
    pause interval DEFAULT '00:00:00'::interval NOT NULL,
    refused bigint DEFAULT 0 NOT NULL,
    reserve integer DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    free_from timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    has_permits boolean DEFAULT false NOT NULL,
    held_since timestamp with time zone,
    CONSTRAINT quota_max_calls_check CHECK ((max_calls > 0)),
    CONSTRAINT quota_reserve_check CHECK ((reserve >= 0)),
    CONSTRAINT quota_window_check CHECK (("window" > '00:00:00'::interval))
);
COMMENT ON TABLE muster.quota IS 'One row per limit that a vendor sets. Accounts that share a limit share the row.';
COMMENT ON COLUMN muster.quota.quota IS 'The quota''s name.';
COMMENT ON COLUMN muster.quota.scope IS 'The vendor counts by this: account, app or egress; named if the configuration names the scope.';
COMMENT ON COLUMN muster.quota.max_calls IS 'The most calls in any window.';
COMMENT ON COLUMN muster.quota."window" IS 'The window''s length.';
COMMENT ON COLUMN muster.quota.next_pull_at IS 'When the next pull may leave. Muster spreads pulls evenly over the window.';
COMMENT ON COLUMN muster.quota.paused_until IS 'The vendor asked to slow down: nothing leaves before this time.';
COMMENT ON COLUMN muster.quota.pause IS 'How long the last pause was. The next one in a row is longer.';
COMMENT ON COLUMN muster.quota.refused IS 'How often the vendor refused a call because of its limit.';
COMMENT ON COLUMN muster.quota.reserve IS 'So many permits Muster keeps for operations'' requests. Pulls leave them free.';
COMMENT ON COLUMN muster.quota.changed_at IS 'When its number of calls or its window last changed.';
COMMENT ON COLUMN muster.quota.free_from IS 'No permit comes free before this time. A search from here passes no permit''s past.';
COMMENT ON COLUMN muster.quota.has_permits IS 'Whether its permits have been made. They are made at its first call: idle accounts have none.';
COMMENT ON COLUMN muster.quota.held_since IS 'When Muster last held all its permits for one window: calls from before may count in it, because a working account got the quota or its window grew. Null if never.';
CREATE TABLE muster.quota_use (
    quota text NOT NULL,
    minute timestamp with time zone NOT NULL,
    calls integer NOT NULL
);
COMMENT ON TABLE muster.quota_use IS 'Calls a minute, for report.quota. Kept for a day.';
COMMENT ON COLUMN muster.quota_use.quota IS 'The quota.';
COMMENT ON COLUMN muster.quota_use.minute IS 'The minute''s beginning.';
COMMENT ON COLUMN muster.quota_use.calls IS 'Permits taken in it.';
ALTER TABLE muster.retention_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME muster.retention_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE muster.schema_history (
    installed_rank integer NOT NULL,
    version character varying(50),
    description character varying(200) NOT NULL,
    type character varying(20) NOT NULL,
    script character varying(1000) NOT NULL,
    checksum integer,
    installed_by character varying(100) NOT NULL,
    installed_on timestamp without time zone DEFAULT now() NOT NULL,
    execution_time integer NOT NULL,
    success boolean NOT NULL
);
COMMENT ON TABLE muster.schema_history IS 'Which migrations were applied. Written by Flyway at start.';
COMMENT ON COLUMN muster.schema_history.installed_rank IS 'Their order.';
COMMENT ON COLUMN muster.schema_history.version IS 'The migration''s number; null for a repeatable one.';
COMMENT ON COLUMN muster.schema_history.description IS 'The migration''s name.';
COMMENT ON COLUMN muster.schema_history.type IS 'SQL.';
COMMENT ON COLUMN muster.schema_history.script IS 'The migration''s file.';
COMMENT ON COLUMN muster.schema_history.checksum IS 'A repeatable migration runs again when it changes.';
COMMENT ON COLUMN muster.schema_history.installed_by IS 'The database user who applied it.';
COMMENT ON COLUMN muster.schema_history.installed_on IS 'When it was applied.';
COMMENT ON COLUMN muster.schema_history.execution_time IS 'How long it took, in milliseconds.';
COMMENT ON COLUMN muster.schema_history.success IS 'Whether it succeeded.';
CREATE TABLE muster.setting (
    name text NOT NULL,
    value text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE muster.setting IS 'Settings of the replica that started last. People see them in messages.';
COMMENT ON COLUMN muster.setting.name IS 'The key in the configuration.';
COMMENT ON COLUMN muster.setting.value IS 'Its value.';
COMMENT ON COLUMN muster.setting.since IS 'Since when it has this value.';
CREATE TABLE muster.tariff (
    account text NOT NULL,
    tariff_id text NOT NULL,
    vendor text NOT NULL,
    name text,
    price numeric,
    currency text NOT NULL,
    duration_minutes integer,
    max_minutes integer,
    full_price numeric,
    minimum_balance numeric,
    attributes jsonb NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_changed_at timestamp with time zone NOT NULL,
    digest uuid NOT NULL
);
COMMENT ON TABLE muster.tariff IS 'One row per price standard that some device''s reply showed. Written only when something changed.';
COMMENT ON COLUMN muster.tariff.account IS 'The account it was read through.';
COMMENT ON COLUMN muster.tariff.tariff_id IS 'The vendor''s id of the price standard.';
COMMENT ON COLUMN muster.tariff.vendor IS 'The account''s vendor.';
COMMENT ON COLUMN muster.tariff.name IS 'The vendor''s name of it.';
COMMENT ON COLUMN muster.tariff.price IS 'What one unit of use costs, in currency.';
COMMENT ON COLUMN muster.tariff.currency IS 'ISO 4217.';
COMMENT ON COLUMN muster.tariff.duration_minutes IS 'How long one unit of use lasts, in minutes.';
COMMENT ON COLUMN muster.tariff.max_minutes IS 'The longest use allowed, in minutes.';
COMMENT ON COLUMN muster.tariff.full_price IS 'The price at which use ends by itself, in currency.';
COMMENT ON COLUMN muster.tariff.minimum_balance IS 'What a user must have to start, in currency.';
COMMENT ON COLUMN muster.tariff.attributes IS 'The vendor''s own objects without secrets.';
COMMENT ON COLUMN muster.tariff.first_seen_at IS 'When Muster first read it.';
COMMENT ON COLUMN muster.tariff.last_changed_at IS 'When Muster last read something new of it.';
COMMENT ON COLUMN muster.tariff.digest IS 'MD5 over the canonical record.';
ALTER TABLE muster.work_request ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME muster.work_request_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE VIEW report.account AS
 SELECT a.account,
    a.vendor,
        CASE
            WHEN a.configured THEN a.state
            ELSE 'paused'::text
        END AS state,
        CASE
            WHEN (NOT a.configured) THEN 'it is not in the configuration any more'::text
            WHEN ((a.state = 'active'::text) AND (a.slowed_until > now())) THEN ('the vendor asked to slow down: nothing leaves before '::text || date_trunc('second'::text, a.slowed_until))
            ELSE a.why
        END AS why,
        CASE
            WHEN a.configured THEN a.what_to_do
            ELSE 'Nothing; or configure it again and start Muster.'::text
        END AS what_to_do,
    a.since,
    a.last_success_at AS last_success,
    ( SELECT count(*) AS count
           FROM muster.dead_letter l
          WHERE ((l.account = a.account) AND (l.state = 'open'::text))) AS open_dead_letters,
    t.expires_at AS token_expires_at,
    a.configured
   FROM (muster.account a
     LEFT JOIN muster.token t ON (((t.account = a.account) AND a.token_needed)));
COMMENT ON VIEW report.account IS 'One row per account that is configured, and per account that was: those make no calls and say so.';
COMMENT ON COLUMN report.account.account IS 'The account''s name under muster.accounts in the configuration.';
COMMENT ON COLUMN report.account.vendor IS 'The vendor''s name, as in the configuration.';
COMMENT ON COLUMN report.account.state IS 'active, paused (a person did it) or halted (Muster did it: the account itself is wrong). Only active accounts make calls.';
COMMENT ON COLUMN report.account.why IS 'Why it is not active; null while it is.';
COMMENT ON COLUMN report.account.what_to_do IS 'What a person has to do to make it active again; null while it is.';
COMMENT ON COLUMN report.account.since IS 'Since when it is in this state.';
COMMENT ON COLUMN report.account.last_success IS 'When a call last succeeded.';
COMMENT ON COLUMN report.account.open_dead_letters IS 'Dead letters that wait for a person.';
COMMENT ON COLUMN report.account.token_expires_at IS 'When the present token ends; null if there is none.';
COMMENT ON COLUMN report.account.configured IS 'False once the account has left the configuration. Its rows stay readable.';
CREATE VIEW report.allocation AS
 SELECT w.id,
    w.account,
    w.key,
    w.params,
    w.priority,
    w.not_before,
    w.status,
    w.attempts,
    w.error_code,
    w.error_message,
    w.http_status,
    w.vendor_request_id,
    w.result,
    w.requested_by,
    w.requested_at,
    w.started_at,
    w.finished_at,
    w.replay_of,
    d.lifecycle AS device_lifecycle,
    d.vendor_status AS device_vendor_status,
    d.org_id AS device_org_id,
    GREATEST(d.synced_at, s.synced_at) AS device_synced_at,
    d.missing_since AS device_missing_since,
    w.action
   FROM (((muster.work_request w
     LEFT JOIN muster.device d ON (((d.account = w.account) AND (d.key = w.key))))
     LEFT JOIN muster.poll_target p ON (((p.account = w.account) AND (p.resource = 'device'::text) AND (p.key = w.key))))
     LEFT JOIN muster.poll_state s ON ((s.target_id = p.id)))
  WHERE (w.action = 'allocate'::text);
COMMENT ON VIEW report.allocation IS 'One row per allocate request, with the device''s present state beside it.';
COMMENT ON COLUMN report.allocation.id IS 'Muster''s number of the request.';
COMMENT ON COLUMN report.allocation.account IS 'The account to carry it out with.';
COMMENT ON COLUMN report.allocation.key IS 'The device or product.';
COMMENT ON COLUMN report.allocation.params IS 'The action''s parameters beside the key; null or {} for none.';
COMMENT ON COLUMN report.allocation.priority IS 'Higher goes first among requests; -1000 to 1000.';
COMMENT ON COLUMN report.allocation.not_before IS 'Do not start before this time; null for at once.';
COMMENT ON COLUMN report.allocation.status IS 'pending, running, unknown (sent, and the outcome is not known yet), done, dead (see report.dead_letter) or cancelled.';
COMMENT ON COLUMN report.allocation.attempts IS 'Calls made for it so far.';
COMMENT ON COLUMN report.allocation.error_code IS 'The vendor''s code, or one of Muster''s own words, of the last failure; null once done.';
COMMENT ON COLUMN report.allocation.error_message IS 'What the last failure means; null once done.';
COMMENT ON COLUMN report.allocation.http_status IS 'The HTTP status of the last reply.';
COMMENT ON COLUMN report.allocation.vendor_request_id IS 'The vendor''s name for the last call, for its support desk.';
COMMENT ON COLUMN report.allocation.result IS 'The result in a few words.';
COMMENT ON COLUMN report.allocation.requested_by IS 'The database user who inserted it.';
COMMENT ON COLUMN report.allocation.requested_at IS 'When it was inserted.';
COMMENT ON COLUMN report.allocation.started_at IS 'When its first call took its permit.';
COMMENT ON COLUMN report.allocation.finished_at IS 'When it became done, dead or cancelled. A finished row never changes again.';
COMMENT ON COLUMN report.allocation.replay_of IS 'The dead letter that this request replays; null for a request of its own.';
COMMENT ON COLUMN report.allocation.device_lifecycle IS 'Where the device stands now.';
COMMENT ON COLUMN report.allocation.device_vendor_status IS 'The same in the vendor''s word.';
COMMENT ON COLUMN report.allocation.device_org_id IS 'The organisation the device is allocated to now.';
COMMENT ON COLUMN report.allocation.device_synced_at IS 'When the device was last read.';
COMMENT ON COLUMN report.allocation.device_missing_since IS 'Since when the vendor says that the device does not exist.';
COMMENT ON COLUMN report.allocation.action IS 'refresh, or another action that the account''s vendor has.';
CREATE VIEW report.capacity AS
 WITH need AS (
         SELECT inventory.account,
            inventory.resource,
            inventory.targets,
            inventory.refresh_every,
            inventory.calls_per_day AS calls,
            inventory.refreshed_at
           FROM muster.inventory
        ), allowed AS (
         SELECT u.account,
            q.quota,
            (((q.max_calls)::numeric * 86400.0) / EXTRACT(epoch FROM q."window")) AS calls,
            ( SELECT sum(n_1.calls) AS sum
                   FROM (need n_1
                     JOIN muster.account_quota o ON ((o.account = n_1.account)))
                  WHERE (o.quota = q.quota)) AS wanted
           FROM (muster.account_quota u
             JOIN muster.quota q USING (quota))
        ), tightest AS (
         SELECT DISTINCT ON (allowed.account) allowed.account,
            allowed.quota,
            allowed.calls,
            allowed.wanted
           FROM allowed
          ORDER BY allowed.account, (allowed.calls / NULLIF(allowed.wanted, (0)::numeric))
        )
 SELECT n.account,
    n.resource,
    n.targets,
    n.refresh_every,
    ceil(n.calls) AS calls_needed_per_day,
    floor(t.calls) AS calls_allowed_per_day,
    ((t.calls IS NULL) OR (t.wanted <= t.calls)) AS feasible,
        CASE
            WHEN (t.calls IS NOT NULL) THEN (n.refresh_every * ((t.wanted / t.calls))::double precision)
            ELSE NULL::interval
        END AS best_refresh,
    n.refreshed_at
   FROM (need n
     LEFT JOIN tightest t ON ((t.account = n.account)));
COMMENT ON VIEW report.capacity IS 'Whether the quota suffices for the inventory: one row per account and resource.';
COMMENT ON COLUMN report.capacity.account IS 'The account.';
COMMENT ON COLUMN report.capacity.resource IS 'The resource.';
COMMENT ON COLUMN report.capacity.targets IS 'Enabled targets.';
COMMENT ON COLUMN report.capacity.refresh_every IS 'The shortest interval among them; calls_needed_per_day counts each with its own.';
COMMENT ON COLUMN report.capacity.calls_needed_per_day IS 'Calls that their intervals ask for.';
COMMENT ON COLUMN report.capacity.calls_allowed_per_day IS 'Calls that the quota allows, shared with every other account and resource on it; null for no limit.';
COMMENT ON COLUMN report.capacity.feasible IS 'Whether all that share the quota can be refreshed as often as asked.';
COMMENT ON COLUMN report.capacity.best_refresh IS 'The shortest interval that the quota allows if all that share it are stretched alike; null for no limit.';
COMMENT ON COLUMN report.capacity.refreshed_at IS 'The moment that targets, intervals and calls needed show: now, or for a large inventory when it was last counted. select muster.refresh_reports() counts it again.';
CREATE VIEW report.attention AS
 SELECT account.since,
    ((('account '::text || account.account) || ' is '::text) || account.state) AS what,
    account.why,
    account.what_to_do
   FROM muster.account
  WHERE ((account.state <> 'active'::text) AND account.configured)
UNION ALL
 SELECT t.failing_since AS since,
    (('account '::text || a.account) || ' gets no token'::text) AS what,
    t.last_error AS why,
    (('It is tried on. If the vendor is not just away for a while: mend what is said here, such as base-url, start Muster again, and to try at once: select muster.resume('::text || quote_literal(a.account)) || ');'::text) AS what_to_do
   FROM (muster.token t
     JOIN muster.account a USING (account))
  WHERE ((t.attempts > 1) AND (t.failing_since IS NOT NULL) AND (a.state = 'active'::text) AND a.configured AND a.token_needed AND (COALESCE(t.expires_at, '-infinity'::timestamp with time zone) <= now()))
UNION ALL
 SELECT min(l.first_failed_at) AS since,
    ((((((count(*) || ' dead letter(s): '::text) || l.account) || ' '::text) || l.operation) || ' '::text) || l.error_code) AS what,
    max(l.error_message) AS why,
    (((((('select * from report.dead_letter where state = ''open'' and account = '::text || quote_literal(l.account)) || ' and operation = '::text) || quote_literal(l.operation)) || ' and error_code = '::text) || quote_literal(l.error_code)) ||
        CASE
            WHEN bool_and(a.configured) THEN '; then muster.replay(…) or muster.discard(…)'::text
            ELSE '; the account is not in the configuration any more: muster.discard(…), or configure it again'::text
        END) AS what_to_do
   FROM (muster.dead_letter l
     JOIN muster.account a USING (account))
  WHERE (l.state = 'open'::text)
  GROUP BY l.account, l.operation, l.error_code
UNION ALL
 SELECT w.given_up_at AS since,
    (((((((('request '::text || w.id) || ' ('::text) || w.account) || ' '::text) || w.action) || ' '::text) || w.key) || ') has an unknown outcome'::text) AS what,
    ((w.error_code || ': '::text) || w.error_message) AS why,
    (('Nothing yet: it is read again until that shows what happened. select muster.explain('::text || w.id) || ');'::text) AS what_to_do
   FROM muster.work_request w
  WHERE ((w.status = 'unknown'::text) AND (w.given_up_at < (now() - '00:10:00'::interval)) AND (NOT (EXISTS ( SELECT
           FROM muster.dead_letter l
          WHERE ((l.kind = 'request'::text) AND (l.request_id = w.id) AND (l.state = 'open'::text))))))
UNION ALL
 SELECT ( SELECT max(i.last_added_at) AS max
           FROM muster.inventory i
          WHERE (i.account = c.account)) AS since,
    (('account '::text || c.account) || ' has more to refresh than its quota allows'::text) AS what,
    ((((max(c.calls_allowed_per_day) || ' calls a day are allowed; '::text) || sum(c.calls_needed_per_day)) || ' are needed'::text) ||
        CASE
            WHEN (min(c.refreshed_at) < now()) THEN (', counted at '::text || date_trunc('second'::text, min(c.refreshed_at)))
            ELSE ''::text
        END) AS why,
    'Lengthen refresh_every (best possible: see report.capacity) or ask the vendor for more.'::text AS what_to_do
   FROM report.capacity c
  WHERE (NOT c.feasible)
  GROUP BY c.account
UNION ALL
 SELECT min(i.late_since) AS since,
    (('account '::text || i.account) || ' falls behind'::text) AS what,
    ((sum(i.late) || ' targets have been due for longer than their interval'::text) ||
        CASE
            WHEN (min(i.refreshed_at) < now()) THEN (', counted at '::text || date_trunc('second'::text, min(i.refreshed_at)))
            ELSE ''::text
        END) AS why,
    'Look at report.quota and report.freshness, and whether Muster runs.'::text AS what_to_do
   FROM (muster.inventory i
     JOIN muster.account a USING (account))
  WHERE ((i.late > 0) AND a.configured AND (a.state = 'active'::text))
  GROUP BY i.account
UNION ALL
 SELECT h.held_since AS since,
    ((((('quota '::text || h.quota) || ' is new or its window was lengthened: no call of '::text) || h.accounts) || ' before '::text) || date_trunc('second'::text, h.first)) AS what,
    'Calls made before may count in it, so every permit is taken for one window.'::text AS why,
    'Nothing, if that can be borne; else put it back as it was in the configuration, and start Muster.'::text AS what_to_do
   FROM ( SELECT q.quota,
            q.held_since,
            ( SELECT min(p.free_at) AS min
                   FROM muster.permit p
                  WHERE (p.quota = q.quota)) AS first,
            ( SELECT string_agg(u.account, ', '::text ORDER BY u.account) AS string_agg
                   FROM (muster.account_quota u
                     JOIN muster.account a USING (account))
                  WHERE ((u.quota = q.quota) AND a.configured)) AS accounts
           FROM muster.quota q
          WHERE ((q."window" > '00:10:00'::interval) AND (q.held_since > (now() - q."window")))
         OFFSET 0) h
  WHERE ((h.first > now()) AND (h.accounts IS NOT NULL))
UNION ALL
 SELECT incarnation.noticed_at AS since,
    'the database is not what it was'::text AS what,
    incarnation.notice AS why,
    'Nothing for Muster to do. Whether anything was lost that people asked for: select * from report.allocation order by id desc limit 1000. This line goes after a day.'::text AS what_to_do
   FROM muster.incarnation
  WHERE (incarnation.noticed_at > (now() - '1 day'::interval))
UNION ALL
 SELECT r.at AS since,
    'nobody has tended the months of audit and device_history for two days'::text AS what,
    'muster.retention_run has no run since'::text AS why,
    'Look whether Muster runs, and what its log says; or select muster.tend_partitions(audit''s age, history''s age);'::text AS what_to_do
   FROM ( SELECT max(retention_run.at) AS at
           FROM muster.retention_run) r
  WHERE (r.at < (now() - '2 days'::interval))
UNION ALL
 SELECT h.since,
    'months are past their age and are still there'::text AS what,
    ('Somebody was reading them, whenever they were to be dropped: '::text || h.names) AS why,
    'Look for reports or transactions that never end: select * from pg_stat_activity where state <> ''idle'' order by xact_start;'::text AS what_to_do
   FROM ( SELECT min(retention_run.at) AS since,
            (array_agg(array_to_string(retention_run.held, ', '::text) ORDER BY retention_run.id DESC))[1] AS names
           FROM muster.retention_run
          WHERE (retention_run.id > COALESCE(( SELECT max(retention_run_1.id) AS max
                   FROM muster.retention_run retention_run_1
                  WHERE (retention_run_1.held = '{}'::text[])), (0)::bigint))) h
  WHERE (h.since < (now() - '1 day'::interval));
COMMENT ON VIEW report.attention IS 'Everything that needs a person, one row each; empty is good.';
COMMENT ON COLUMN report.attention.since IS 'Since when.';
COMMENT ON COLUMN report.attention.what IS 'The matter.';
COMMENT ON COLUMN report.attention.why IS 'Why it came about.';
COMMENT ON COLUMN report.attention.what_to_do IS 'What to do about it.';
CREATE VIEW report.audit AS
 SELECT audit.at,
    audit.id,
    audit.subject,
    audit.account,
    audit.operation,
    audit.key,
    audit.request_id,
    audit.letter_id,
    audit.from_status,
    audit.to_status,
    audit.step,
    audit.attempts,
    audit.error_code,
    audit.message,
    audit.made_by,
    audit.part,
    audit.application
   FROM muster.audit;
COMMENT ON VIEW report.audit IS 'One row per transition of a request, a dead letter or an account: when, from what to what, and who or what made it.';
COMMENT ON COLUMN report.audit.at IS 'When, on the database''s clock.';
COMMENT ON COLUMN report.audit.id IS 'Orders the rows of one moment.';
COMMENT ON COLUMN report.audit.subject IS 'What changed: request (a row of work_request), letter (a row of dead_letter) or account.';
COMMENT ON COLUMN report.audit.account IS 'The account.';
COMMENT ON COLUMN report.audit.operation IS 'The action or resource; null for an account.';
COMMENT ON COLUMN report.audit.key IS 'The device or product; null for an account.';
COMMENT ON COLUMN report.audit.request_id IS 'The request. For a letter: the request that it is about. Null for a pull''s letter or an account.';
COMMENT ON COLUMN report.audit.letter_id IS 'The letter. For a request: the letter that it replays. Null for others.';
COMMENT ON COLUMN report.audit.from_status IS 'The status or state before; null for a new row.';
COMMENT ON COLUMN report.audit.to_status IS 'The status or state after; deleted if somebody deleted the row. The same as before if Muster reads a request of unknown outcome again, or gives a lost lease anew.';
COMMENT ON COLUMN report.audit.step IS 'The call that comes next or runs: read, write or verify. Null unless it is about a request.';
COMMENT ON COLUMN report.audit.attempts IS 'Calls made for the request so far. For a letter: how often its work failed for good.';
COMMENT ON COLUMN report.audit.error_code IS 'The code of the last failure; null if there is none.';
COMMENT ON COLUMN report.audit.message IS 'What the failure means. For a discarded letter: the person''s note. For an account: why it is not active.';
COMMENT ON COLUMN report.audit.made_by IS 'The database user who did it, or muster for the service''s own decisions.';
COMMENT ON COLUMN report.audit.part IS 'The function that did it, such as claim, settle, cancel or replay; null for a plain statement.';
COMMENT ON COLUMN report.audit.application IS 'The application_name of the connection: which replica, or which tool.';
CREATE VIEW report.dead_letter AS
 SELECT l.id,
    l.account,
    l.operation,
    l.key,
    l.error_code,
    l.error_message,
    l.http_status,
    l.vendor_request_id,
    l.request,
    l.response,
    l.attempts,
    l.first_failed_at,
    l.last_failed_at,
    l.state,
    l.kind,
    l.vendor_code,
    l.request_id,
    l.state_since,
    l.state_by,
    l.note,
    (EXISTS ( SELECT
           FROM muster.account a
          WHERE ((a.account = l.account) AND a.configured))) AS account_configured
   FROM muster.dead_letter l;
COMMENT ON VIEW report.dead_letter IS 'One row per failure that needs a person. muster.replay and muster.discard act on it.';
COMMENT ON COLUMN report.dead_letter.id IS 'Muster''s number of the letter.';
COMMENT ON COLUMN report.dead_letter.account IS 'The account.';
COMMENT ON COLUMN report.dead_letter.operation IS 'The resource for a pull, the action for a request.';
COMMENT ON COLUMN report.dead_letter.key IS 'The device or product.';
COMMENT ON COLUMN report.dead_letter.error_code IS 'The vendor''s code, or one of Muster''s own words (docs/errors.md).';
COMMENT ON COLUMN report.dead_letter.error_message IS 'What the code means, in one sentence, with the vendor''s own words.';
COMMENT ON COLUMN report.dead_letter.http_status IS 'The HTTP status; null if there was no reply.';
COMMENT ON COLUMN report.dead_letter.vendor_request_id IS 'The vendor''s name for the call, for its support desk.';
COMMENT ON COLUMN report.dead_letter.request IS 'The request as sent, without secrets.';
COMMENT ON COLUMN report.dead_letter.response IS 'The vendor''s reply, without secrets, cut at a configured length; null if there was none.';
COMMENT ON COLUMN report.dead_letter.attempts IS 'How often the work failed for good: 1, and one more for each replay or recheck that failed.';
COMMENT ON COLUMN report.dead_letter.first_failed_at IS 'When it first failed for good.';
COMMENT ON COLUMN report.dead_letter.last_failed_at IS 'When it last failed for good.';
COMMENT ON COLUMN report.dead_letter.state IS 'open, replayed (its replay is under way), resolved (a later try succeeded) or discarded (a person gave it up).';
COMMENT ON COLUMN report.dead_letter.kind IS 'pull (a target of poll_target) or request (a row of work_request).';
COMMENT ON COLUMN report.dead_letter.vendor_code IS 'The code exactly as the vendor sent it; null if it sent none.';
COMMENT ON COLUMN report.dead_letter.request_id IS 'The request that first failed, for a request.';
COMMENT ON COLUMN report.dead_letter.state_since IS 'Since when it is in this state.';
COMMENT ON COLUMN report.dead_letter.state_by IS 'Who brought it there.';
COMMENT ON COLUMN report.dead_letter.note IS 'The note of the person who discarded it.';
COMMENT ON COLUMN report.dead_letter.account_configured IS 'False once the account has left the configuration: a person can discard the letter, and replay it only when the account is back.';
CREATE VIEW report.device AS
 SELECT d.account,
    d.vendor,
    d.key,
    d.serial_number,
    d.name,
    d.product_key,
    d.model,
    d.type,
    d.lifecycle,
    d.vendor_status,
    d.connectivity,
    d.activated,
    d.port_count,
    d.address,
    d.region,
    d.org_id,
    d.attributes,
    d.vendor_created_at,
    d.vendor_updated_at,
    d.first_seen_at,
    d.last_changed_at,
    GREATEST(d.synced_at, s.synced_at) AS last_synced_at,
    d.missing_since
   FROM ((muster.device d
     LEFT JOIN muster.poll_target p ON (((p.account = d.account) AND (p.resource = 'device'::text) AND (p.key = d.key))))
     LEFT JOIN muster.poll_state s ON ((s.target_id = p.id)));
COMMENT ON VIEW report.device IS 'One row per device that was read at least once: what its vendor last said, in the same words for every vendor.';
COMMENT ON COLUMN report.device.account IS 'The account it was read through.';
COMMENT ON COLUMN report.device.vendor IS 'The account''s vendor.';
COMMENT ON COLUMN report.device.key IS 'The name by which Muster asks the vendor for it; unique within the account.';
COMMENT ON COLUMN report.device.serial_number IS 'The vendor''s serial number.';
COMMENT ON COLUMN report.device.name IS 'The name people gave it at the vendor.';
COMMENT ON COLUMN report.device.product_key IS 'The product it is one of, where the vendor has products.';
COMMENT ON COLUMN report.device.model IS 'The model, where the vendor names one.';
COMMENT ON COLUMN report.device.type IS 'The vendor''s type as text.';
COMMENT ON COLUMN report.device.lifecycle IS 'Where it stands in its life: registered allocated connected active disabled faulted retired test unknown.';
COMMENT ON COLUMN report.device.vendor_status IS 'The vendor''s own word behind lifecycle, verbatim.';
COMMENT ON COLUMN report.device.connectivity IS 'Whether the vendor can reach it: online offline unknown.';
COMMENT ON COLUMN report.device.activated IS 'Whether it was activated; null where the vendor has no such notion.';
COMMENT ON COLUMN report.device.port_count IS 'How many sockets it has by the vendor''s count.';
COMMENT ON COLUMN report.device.address IS 'Where it stands, as the vendor writes it.';
COMMENT ON COLUMN report.device.region IS 'The vendor''s region.';
COMMENT ON COLUMN report.device.org_id IS 'The organisation it is allocated to; null if to none.';
COMMENT ON COLUMN report.device.attributes IS 'The vendor''s own object with its own names and nesting, numbers as sent, without secrets.';
COMMENT ON COLUMN report.device.vendor_created_at IS 'When it was created, by the vendor''s clock.';
COMMENT ON COLUMN report.device.vendor_updated_at IS 'When it was last updated, by the vendor''s clock. Not every change moves it.';
COMMENT ON COLUMN report.device.first_seen_at IS 'When Muster first read it.';
COMMENT ON COLUMN report.device.last_changed_at IS 'When Muster last read something new of it.';
COMMENT ON COLUMN report.device.last_synced_at IS 'When it was last read, changed or not.';
COMMENT ON COLUMN report.device.missing_since IS 'Since when the vendor says that it does not exist; null while it does.';
CREATE VIEW report.device_history AS
 SELECT device_history.account,
    device_history.key,
    device_history.valid_from,
    device_history.valid_to,
    device_history.changed,
    device_history.vendor,
    device_history.serial_number,
    device_history.name,
    device_history.product_key,
    device_history.model,
    device_history.type,
    device_history.lifecycle,
    device_history.vendor_status,
    device_history.connectivity,
    device_history.activated,
    device_history.port_count,
    device_history.address,
    device_history.region,
    device_history.org_id,
    device_history.attributes,
    device_history.ports,
    device_history.vendor_created_at,
    device_history.vendor_updated_at
   FROM muster.device_history
UNION ALL
 SELECT device.account,
    device.key,
    device.last_changed_at AS valid_from,
    NULL::timestamp with time zone AS valid_to,
    device.changed,
    device.vendor,
    device.serial_number,
    device.name,
    device.product_key,
    device.model,
    device.type,
    device.lifecycle,
    device.vendor_status,
    device.connectivity,
    device.activated,
    device.port_count,
    device.address,
    device.region,
    device.org_id,
    device.attributes,
    device.ports,
    device.vendor_created_at,
    device.vendor_updated_at
   FROM muster.device;
COMMENT ON VIEW report.device_history IS 'One row per version of a device, with its changes and the time it was valid. Kept by the month of valid_to: a condition on it looks into those months alone.';
COMMENT ON COLUMN report.device_history.account IS 'The device''s account.';
COMMENT ON COLUMN report.device_history.key IS 'The device''s key.';
COMMENT ON COLUMN report.device_history.valid_from IS 'When Muster first read this version.';
COMMENT ON COLUMN report.device_history.valid_to IS 'When Muster read the next version; null for the present one.';
COMMENT ON COLUMN report.device_history.changed IS 'The columns in which this version differs from the one before; empty for the first.';
COMMENT ON COLUMN report.device_history.vendor IS 'As in device.';
COMMENT ON COLUMN report.device_history.serial_number IS 'As in device.';
COMMENT ON COLUMN report.device_history.name IS 'As in device.';
COMMENT ON COLUMN report.device_history.product_key IS 'As in device.';
COMMENT ON COLUMN report.device_history.model IS 'As in device.';
COMMENT ON COLUMN report.device_history.type IS 'As in device.';
COMMENT ON COLUMN report.device_history.lifecycle IS 'As in device.';
COMMENT ON COLUMN report.device_history.vendor_status IS 'As in device.';
COMMENT ON COLUMN report.device_history.connectivity IS 'As in device.';
COMMENT ON COLUMN report.device_history.activated IS 'As in device.';
COMMENT ON COLUMN report.device_history.port_count IS 'As in device.';
COMMENT ON COLUMN report.device_history.address IS 'As in device.';
COMMENT ON COLUMN report.device_history.region IS 'As in device.';
COMMENT ON COLUMN report.device_history.org_id IS 'As in device.';
COMMENT ON COLUMN report.device_history.attributes IS 'As in device.';
COMMENT ON COLUMN report.device_history.ports IS 'As in device.';
COMMENT ON COLUMN report.device_history.vendor_created_at IS 'As in device.';
COMMENT ON COLUMN report.device_history.vendor_updated_at IS 'As in device.';
CREATE VIEW report.device_port AS
 SELECT device_port.account,
    device_port.key,
    device_port.port_no,
    device_port.status,
    device_port.vendor_status,
    device_port.changed_at
   FROM muster.device_port;
COMMENT ON VIEW report.device_port IS 'One row per socket of a device.';
COMMENT ON COLUMN report.device_port.account IS 'The device''s account.';
COMMENT ON COLUMN report.device_port.key IS 'The device''s key.';
COMMENT ON COLUMN report.device_port.port_no IS 'The socket''s number, from 1.';
COMMENT ON COLUMN report.device_port.status IS 'available charging out_of_order unknown.';
COMMENT ON COLUMN report.device_port.vendor_status IS 'The vendor''s own word, verbatim.';
COMMENT ON COLUMN report.device_port.changed_at IS 'When Muster last saw it change.';
CREATE VIEW report.freshness AS
 SELECT inventory.account,
    inventory.resource,
    inventory.targets,
    inventory.fresh,
    (inventory.targets - inventory.fresh) AS stale,
    inventory.overdue,
    inventory.age_p50,
    inventory.age_p95,
    inventory.age_p99,
    inventory.age_max,
    inventory.refreshed_at
   FROM muster.inventory;
COMMENT ON VIEW report.freshness IS 'How old the copies are: one row per account and resource, over its enabled targets. The column refreshed_at says how old the figures are.';
COMMENT ON COLUMN report.freshness.account IS 'The account.';
COMMENT ON COLUMN report.freshness.resource IS 'The resource.';
COMMENT ON COLUMN report.freshness.targets IS 'Enabled targets.';
COMMENT ON COLUMN report.freshness.fresh IS 'Targets whose copy is no older than their interval.';
COMMENT ON COLUMN report.freshness.stale IS 'The others, those never read among them.';
COMMENT ON COLUMN report.freshness.overdue IS 'Targets that are due and wait for their turn.';
COMMENT ON COLUMN report.freshness.age_p50 IS 'Half of the copies are younger than this; one never read is as old as its target.';
COMMENT ON COLUMN report.freshness.age_p95 IS '95 % of the copies are younger than this.';
COMMENT ON COLUMN report.freshness.age_p99 IS '99 % of the copies are younger than this.';
COMMENT ON COLUMN report.freshness.age_max IS 'The age of the oldest copy.';
COMMENT ON COLUMN report.freshness.refreshed_at IS 'The moment that the row shows: now, or for a large inventory when it was last counted. select muster.refresh_reports() counts it again.';
CREATE VIEW report.product AS
 SELECT d.account,
    d.product_key,
    d.vendor,
    d.name,
    d.names,
    d.description,
    d.type,
    d.data_format,
    d.model_id,
    d.org_id,
    d.dynamic_activation,
    d.bidirectional_auth,
    d.default_valid_days,
    d.max_valid_days,
    d.tags,
    d.attributes,
    d.vendor_created_at,
    d.vendor_updated_at,
    d.first_seen_at,
    d.last_changed_at,
    GREATEST(d.synced_at, s.synced_at) AS last_synced_at,
    d.missing_since
   FROM ((muster.product d
     LEFT JOIN muster.poll_target p ON (((p.account = d.account) AND (p.resource = 'product'::text) AND (p.key = d.product_key))))
     LEFT JOIN muster.poll_state s ON ((s.target_id = p.id)));
COMMENT ON VIEW report.product IS 'One row per product, without its secret.';
COMMENT ON COLUMN report.product.account IS 'The account it was read through.';
COMMENT ON COLUMN report.product.product_key IS 'The vendor''s key of the product.';
COMMENT ON COLUMN report.product.vendor IS 'The account''s vendor.';
COMMENT ON COLUMN report.product.name IS 'The name in the vendor''s default language.';
COMMENT ON COLUMN report.product.names IS 'The name in every language, as the vendor sent it.';
COMMENT ON COLUMN report.product.description IS 'What the vendor says of it.';
COMMENT ON COLUMN report.product.type IS 'The vendor''s type, such as Device or Gateway.';
COMMENT ON COLUMN report.product.data_format IS 'How its devices write their data, in the vendor''s word.';
COMMENT ON COLUMN report.product.model_id IS 'The vendor''s model.';
COMMENT ON COLUMN report.product.org_id IS 'The organisation that owns it.';
COMMENT ON COLUMN report.product.dynamic_activation IS 'Whether its devices may activate themselves; null if the vendor contradicts itself.';
COMMENT ON COLUMN report.product.bidirectional_auth IS 'Whether its devices authenticate by certificate.';
COMMENT ON COLUMN report.product.default_valid_days IS 'How long a device''s certificate is valid by default, in days.';
COMMENT ON COLUMN report.product.max_valid_days IS 'How long a device''s certificate may be valid at most, in days.';
COMMENT ON COLUMN report.product.tags IS 'The vendor''s tags.';
COMMENT ON COLUMN report.product.attributes IS 'The vendor''s own object without secrets.';
COMMENT ON COLUMN report.product.vendor_created_at IS 'When it was created, by the vendor''s clock.';
COMMENT ON COLUMN report.product.vendor_updated_at IS 'When it was last updated, by the vendor''s clock.';
COMMENT ON COLUMN report.product.first_seen_at IS 'When Muster first read it.';
COMMENT ON COLUMN report.product.last_changed_at IS 'When Muster last read something new of it.';
COMMENT ON COLUMN report.product.last_synced_at IS 'When it was last read, changed or not.';
COMMENT ON COLUMN report.product.missing_since IS 'Since when the vendor says that it does not exist; null while it does.';
CREATE VIEW report.quota AS
 SELECT q.quota,
    q.scope,
    q.max_calls,
    EXTRACT(epoch FROM q."window") AS window_seconds,
    ( SELECT count(*) AS count
           FROM muster.permit p
          WHERE ((p.quota = q.quota) AND (p.free_at > now()))) AS used,
    round(((( SELECT COALESCE(sum(u.calls), (0)::bigint) AS "coalesce"
           FROM muster.quota_use u
          WHERE ((u.quota = q.quota) AND (u.minute >= (date_trunc('minute'::text, now()) - '00:59:00'::interval)))))::numeric / (((q.max_calls)::numeric * 3600.0) / EXTRACT(epoch FROM q."window"))), 4) AS utilisation_1h,
    q.refused,
        CASE
            WHEN (q.paused_until > now()) THEN q.paused_until
            ELSE NULL::timestamp with time zone
        END AS paused_until,
    q.reserve
   FROM muster.quota q
  WHERE (EXISTS ( SELECT
           FROM (muster.account_quota u
             JOIN muster.account a USING (account))
          WHERE ((u.quota = q.quota) AND a.configured)));
COMMENT ON VIEW report.quota IS 'One row per limit that a vendor sets and a configured account has.';
COMMENT ON COLUMN report.quota.quota IS 'The quota''s name.';
COMMENT ON COLUMN report.quota.scope IS 'The vendor counts by this: account, app or egress; named if the configuration names the scope.';
COMMENT ON COLUMN report.quota.max_calls IS 'The most calls in any window.';
COMMENT ON COLUMN report.quota.window_seconds IS 'The window''s length in seconds.';
COMMENT ON COLUMN report.quota.used IS 'Permits in use: calls under way, and those whose reply arrived within the last window.';
COMMENT ON COLUMN report.quota.utilisation_1h IS 'Calls of the last hour as a share of what the quota allows in an hour.';
COMMENT ON COLUMN report.quota.refused IS 'How often the vendor refused a call because of its limit.';
COMMENT ON COLUMN report.quota.paused_until IS 'The vendor asked to slow down: nothing leaves before this time; null if it did not.';
COMMENT ON COLUMN report.quota.reserve IS 'Permits that pulls leave free for operations'' requests.';
CREATE VIEW report.retention_run AS
 SELECT retention_run.id,
    retention_run.at,
    retention_run.due_at,
    retention_run.application,
    retention_run.made,
    retention_run.dropped,
    retention_run.held
   FROM muster.retention_run;
COMMENT ON VIEW report.retention_run IS 'One row per run, for 30 days, of the job that makes the months of audit and device_history ahead and drops those past their age.';
COMMENT ON COLUMN report.retention_run.id IS 'Orders the runs.';
COMMENT ON COLUMN report.retention_run.at IS 'When it ended, on the database''s clock.';
COMMENT ON COLUMN report.retention_run.due_at IS 'When the run was due; null if a person ran it.';
COMMENT ON COLUMN report.retention_run.application IS 'The application_name of the connection: which replica, or which tool.';
COMMENT ON COLUMN report.retention_run.made IS 'The partitions that it made.';
COMMENT ON COLUMN report.retention_run.dropped IS 'The partitions that it dropped: they were past their age.';
COMMENT ON COLUMN report.retention_run.held IS 'The partitions past their age that somebody was reading. The next run tries again.';
CREATE VIEW report.storage AS
 SELECT ((COALESCE(i.inhparent, c.oid))::regclass)::text AS table_name,
    (sum(
        CASE
            WHEN (s.n_live_tup > 0) THEN (s.n_live_tup)::real
            ELSE GREATEST(c.reltuples, (0)::real)
        END))::bigint AS rows_estimated,
    (sum(pg_total_relation_size((c.oid)::regclass)))::bigint AS bytes,
    (count(i.inhparent))::integer AS parts
   FROM ((pg_class c
     JOIN pg_stat_all_tables s ON ((s.relid = c.oid)))
     LEFT JOIN pg_inherits i ON ((i.inhrelid = c.oid)))
  WHERE ((c.relnamespace = ('muster'::regnamespace)::oid) AND (c.relkind = 'r'::"char"))
  GROUP BY COALESCE(i.inhparent, c.oid);
COMMENT ON VIEW report.storage IS 'How large each table is: one row per table, those kept by the month as a whole.';
COMMENT ON COLUMN report.storage.table_name IS 'The table.';
COMMENT ON COLUMN report.storage.rows_estimated IS 'Its rows by PostgreSQL''s statistics, which are some seconds old and may be some per cent off.';
COMMENT ON COLUMN report.storage.bytes IS 'Its size on disk, with its indexes.';
COMMENT ON COLUMN report.storage.parts IS 'How many partitions it has; 0 if it is kept as a whole.';
CREATE VIEW report.tariff AS
 SELECT tariff.account,
    tariff.tariff_id,
    tariff.vendor,
    tariff.name,
    tariff.price,
    tariff.currency,
    tariff.duration_minutes,
    tariff.max_minutes,
    tariff.full_price,
    tariff.minimum_balance,
    tariff.attributes,
    tariff.first_seen_at,
    tariff.last_changed_at
   FROM muster.tariff;
COMMENT ON VIEW report.tariff IS 'One row per price standard.';
COMMENT ON COLUMN report.tariff.account IS 'The account it was read through.';
COMMENT ON COLUMN report.tariff.tariff_id IS 'The vendor''s id of the price standard.';
COMMENT ON COLUMN report.tariff.vendor IS 'The account''s vendor.';
COMMENT ON COLUMN report.tariff.name IS 'The vendor''s name of it.';
COMMENT ON COLUMN report.tariff.price IS 'What one unit of use costs, in currency.';
COMMENT ON COLUMN report.tariff.currency IS 'ISO 4217.';
COMMENT ON COLUMN report.tariff.duration_minutes IS 'How long one unit of use lasts, in minutes.';
COMMENT ON COLUMN report.tariff.max_minutes IS 'The longest use allowed, in minutes.';
COMMENT ON COLUMN report.tariff.full_price IS 'The price at which use ends by itself, in currency.';
COMMENT ON COLUMN report.tariff.minimum_balance IS 'What a user must have to start, in currency.';
COMMENT ON COLUMN report.tariff.attributes IS 'The vendor''s own objects without secrets.';
COMMENT ON COLUMN report.tariff.first_seen_at IS 'When Muster first read it.';
COMMENT ON COLUMN report.tariff.last_changed_at IS 'When Muster last read something new of it.';
CREATE VIEW report.unclassified AS
 SELECT dead_letter.account,
    dead_letter.operation,
    dead_letter.vendor_code,
    dead_letter.http_status,
    count(*) AS letters,
    min(dead_letter.first_failed_at) AS first_failed_at,
    max(dead_letter.last_failed_at) AS last_failed_at,
    max(dead_letter.error_message) AS example
   FROM muster.dead_letter
  WHERE (dead_letter.error_code = 'unclassified'::text)
  GROUP BY dead_letter.account, dead_letter.operation, dead_letter.vendor_code, dead_letter.http_status;
COMMENT ON VIEW report.unclassified IS 'Codes that vendors sent and that stand in no table, counted.';
COMMENT ON COLUMN report.unclassified.account IS 'The account.';
COMMENT ON COLUMN report.unclassified.operation IS 'The resource for a pull, the action for a request.';
COMMENT ON COLUMN report.unclassified.vendor_code IS 'The code exactly as the vendor sent it; null if it sent none.';
COMMENT ON COLUMN report.unclassified.http_status IS 'The HTTP status; null if there was no reply.';
COMMENT ON COLUMN report.unclassified.letters IS 'How many dead letters carry it.';
COMMENT ON COLUMN report.unclassified.first_failed_at IS 'When it was first seen.';
COMMENT ON COLUMN report.unclassified.last_failed_at IS 'When it was last seen.';
COMMENT ON COLUMN report.unclassified.example IS 'One of the messages.';
ALTER TABLE ONLY muster.audit ATTACH PARTITION muster.audit_2026_11 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');
ALTER TABLE ONLY muster.audit ATTACH PARTITION muster.audit_2026_12 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
ALTER TABLE ONLY muster.audit ATTACH PARTITION muster.audit_2027_01 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');
ALTER TABLE ONLY muster.audit ATTACH PARTITION muster.audit_2027_02 FOR VALUES FROM ('2027-02-01 00:00:00+00') TO ('2027-03-01 00:00:00+00');
ALTER TABLE ONLY muster.device_history ATTACH PARTITION muster.device_history_2026_11 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');
ALTER TABLE ONLY muster.device_history ATTACH PARTITION muster.device_history_2026_12 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
ALTER TABLE ONLY muster.device_history ATTACH PARTITION muster.device_history_2027_01 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');
ALTER TABLE ONLY muster.device_history ATTACH PARTITION muster.device_history_2027_02 FOR VALUES FROM ('2027-02-01 00:00:00+00') TO ('2027-03-01 00:00:00+00');
INSERT INTO muster.chore VALUES ('configure', NULL);
INSERT INTO muster.chore VALUES ('make_partition', NULL);
INSERT INTO muster.chore VALUES ('months', NULL);
INSERT INTO muster.chore VALUES ('check_floors', NULL);
INSERT INTO muster.chore VALUES ('reports', NULL);
INSERT INTO muster.chore VALUES ('forget', NULL);
INSERT INTO muster.incarnation VALUES (true, 'f39d2a2e-5284-46c6-a7fe-71ae2892b7a6', 7712706580999748884, 1, NULL, NULL);
INSERT INTO muster.retention_run OVERRIDING SYSTEM VALUE VALUES (1, '2026-11-27 06:23:16.635845+00', NULL, 'PostgreSQL JDBC Driver', '{audit_2026_11,audit_2026_12,audit_2027_01,audit_2027_02,device_history_2026_11,device_history_2026_12,device_history_2027_01,device_history_2027_02}', '{}', '{}');
INSERT INTO muster.schema_history VALUES (0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', '"muster"', NULL, 'app', '2026-11-27 06:23:15.328847', 0, true);
INSERT INTO muster.schema_history VALUES (1, '001', 'schemas', 'SQL', 'V001__schemas.sql', -364632805, 'app', '2026-11-27 06:23:15.384164', 20, true);
INSERT INTO muster.schema_history VALUES (2, '002', 'account', 'SQL', 'V002__account.sql', 1671551995, 'app', '2026-11-27 06:23:15.435308', 12, true);
INSERT INTO muster.schema_history VALUES (3, '003', 'account resource', 'SQL', 'V003__account_resource.sql', -58652714, 'app', '2026-11-27 06:23:15.492673', 10, true);
INSERT INTO muster.schema_history VALUES (4, '004', 'account action', 'SQL', 'V004__account_action.sql', -2113650052, 'app', '2026-11-27 06:23:15.523521', 13, true);
INSERT INTO muster.schema_history VALUES (5, '005', 'quota', 'SQL', 'V005__quota.sql', 2076506318, 'app', '2026-11-27 06:23:15.553819', 17, true);
INSERT INTO muster.schema_history VALUES (6, '006', 'account quota', 'SQL', 'V006__account_quota.sql', -961793718, 'app', '2026-11-27 06:23:15.594831', 10, true);
INSERT INTO muster.schema_history VALUES (7, '007', 'permit', 'SQL', 'V007__permit.sql', -2064274893, 'app', '2026-11-27 06:23:15.619498', 13, true);
INSERT INTO muster.schema_history VALUES (8, '008', 'quota use', 'SQL', 'V008__quota_use.sql', 2146630487, 'app', '2026-11-27 06:23:15.643581', 8, true);
INSERT INTO muster.schema_history VALUES (9, '009', 'token', 'SQL', 'V009__token.sql', 461176327, 'app', '2026-11-27 06:23:15.663203', 30, true);
INSERT INTO muster.schema_history VALUES (10, '010', 'poll target', 'SQL', 'V010__poll_target.sql', -31385751, 'app', '2026-11-27 06:23:15.714985', 11, true);
INSERT INTO muster.schema_history VALUES (11, '011', 'poll state', 'SQL', 'V011__poll_state.sql', -908110055, 'app', '2026-11-27 06:23:15.743438', 18, true);
INSERT INTO muster.schema_history VALUES (12, '012', 'work request', 'SQL', 'V012__work_request.sql', -200783652, 'app', '2026-11-27 06:23:15.782231', 60, true);
INSERT INTO muster.schema_history VALUES (13, '013', 'dead letter', 'SQL', 'V013__dead_letter.sql', -292382505, 'app', '2026-11-27 06:23:15.861292', 41, true);
INSERT INTO muster.schema_history VALUES (14, '014', 'claim floor', 'SQL', 'V014__claim_floor.sql', -1143709037, 'app', '2026-11-27 06:23:15.915404', 18, true);
INSERT INTO muster.schema_history VALUES (15, '015', 'device', 'SQL', 'V015__device.sql', 738704687, 'app', '2026-11-27 06:23:15.946021', 15, true);
INSERT INTO muster.schema_history VALUES (16, '016', 'device port', 'SQL', 'V016__device_port.sql', -251279251, 'app', '2026-11-27 06:23:15.982604', 7, true);
INSERT INTO muster.schema_history VALUES (17, '017', 'device history', 'SQL', 'V017__device_history.sql', 82111644, 'app', '2026-11-27 06:23:15.996067', 8, true);
INSERT INTO muster.schema_history VALUES (18, '018', 'product', 'SQL', 'V018__product.sql', 551745703, 'app', '2026-11-27 06:23:16.010881', 8, true);
INSERT INTO muster.schema_history VALUES (19, '019', 'tariff', 'SQL', 'V019__tariff.sql', 917378855, 'app', '2026-11-27 06:23:16.025649', 7, true);
INSERT INTO muster.schema_history VALUES (20, '020', 'audit', 'SQL', 'V020__audit.sql', -1039010957, 'app', '2026-11-27 06:23:16.039132', 10, true);
INSERT INTO muster.schema_history VALUES (21, '021', 'retention run', 'SQL', 'V021__retention_run.sql', -1582886623, 'app', '2026-11-27 06:23:16.05549', 6, true);
INSERT INTO muster.schema_history VALUES (22, '022', 'chore', 'SQL', 'V022__chore.sql', -1681246550, 'app', '2026-11-27 06:23:16.067894', 4, true);
INSERT INTO muster.schema_history VALUES (23, '023', 'setting', 'SQL', 'V023__setting.sql', -375778642, 'app', '2026-11-27 06:23:16.077272', 5, true);
INSERT INTO muster.schema_history VALUES (24, '024', 'incarnation', 'SQL', 'V024__incarnation.sql', -1724396269, 'app', '2026-11-27 06:23:16.086821', 11, true);
INSERT INTO muster.schema_history VALUES (25, '025', 'inventory snapshot', 'SQL', 'V025__inventory_snapshot.sql', -477539271, 'app', '2026-11-27 06:23:16.102797', 10, true);
INSERT INTO muster.schema_history VALUES (26, '026', 'inventory refresh', 'SQL', 'V026__inventory_refresh.sql', 1011697201, 'app', '2026-11-27 06:23:16.122801', 6, true);
INSERT INTO muster.schema_history VALUES (27, '027', 'task', 'SQL', 'V027__task.sql', 1822921841, 'app', '2026-11-27 06:23:16.135761', 6, true);
INSERT INTO muster.schema_history VALUES (28, '028', 'outcome', 'SQL', 'V028__outcome.sql', 1073263100, 'app', '2026-11-27 06:23:16.148468', 12, true);
INSERT INTO muster.schema_history VALUES (29, '029', 'replayed', 'SQL', 'V029__replayed.sql', -811531129, 'app', '2026-11-27 06:23:16.168759', 4, true);
INSERT INTO muster.schema_history VALUES (30, NULL, '00 target', 'SQL', 'R__00_target.sql', -180799844, 'app', '2026-11-27 06:23:16.178066', 4, true);
INSERT INTO muster.schema_history VALUES (31, NULL, '00 words', 'SQL', 'R__00_words.sql', 1998569413, 'app', '2026-11-27 06:23:16.189272', 7, true);
INSERT INTO muster.schema_history VALUES (32, NULL, 'account', 'SQL', 'R__account.sql', 1142976794, 'app', '2026-11-27 06:23:16.20389', 6, true);
INSERT INTO muster.schema_history VALUES (33, NULL, 'accounts due', 'SQL', 'R__accounts_due.sql', -303847983, 'app', '2026-11-27 06:23:16.215846', 6, true);
INSERT INTO muster.schema_history VALUES (34, NULL, 'audit', 'SQL', 'R__audit.sql', 1876856659, 'app', '2026-11-27 06:23:16.229763', 9, true);
INSERT INTO muster.schema_history VALUES (35, NULL, 'check', 'SQL', 'R__check.sql', -2008050561, 'app', '2026-11-27 06:23:16.247927', 6, true);
INSERT INTO muster.schema_history VALUES (36, NULL, 'claim', 'SQL', 'R__claim.sql', 345759590, 'app', '2026-11-27 06:23:16.263422', 3, true);
INSERT INTO muster.schema_history VALUES (37, NULL, 'claim floor', 'SQL', 'R__claim_floor.sql', -211601225, 'app', '2026-11-27 06:23:16.272508', 5, true);
INSERT INTO muster.schema_history VALUES (38, NULL, 'claim pull', 'SQL', 'R__claim_pull.sql', -46155767, 'app', '2026-11-27 06:23:16.286386', 3, true);
INSERT INTO muster.schema_history VALUES (39, NULL, 'claim request', 'SQL', 'R__claim_request.sql', -1590966875, 'app', '2026-11-27 06:23:16.295763', 6, true);
INSERT INTO muster.schema_history VALUES (40, NULL, 'claim token', 'SQL', 'R__claim_token.sql', 1884278754, 'app', '2026-11-27 06:23:16.311919', 4, true);
INSERT INTO muster.schema_history VALUES (41, NULL, 'configure', 'SQL', 'R__configure.sql', 288082068, 'app', '2026-11-27 06:23:16.322774', 6, true);
INSERT INTO muster.schema_history VALUES (42, NULL, 'configure quota', 'SQL', 'R__configure_quota.sql', -118663737, 'app', '2026-11-27 06:23:16.338863', 8, true);
INSERT INTO muster.schema_history VALUES (43, NULL, 'dead letter', 'SQL', 'R__dead_letter.sql', 421299894, 'app', '2026-11-27 06:23:16.360782', 6, true);
INSERT INTO muster.schema_history VALUES (44, NULL, 'dead letter discard', 'SQL', 'R__dead_letter_discard.sql', 353746145, 'app', '2026-11-27 06:23:16.37725', 7, true);
INSERT INTO muster.schema_history VALUES (45, NULL, 'dead letter filter', 'SQL', 'R__dead_letter_filter.sql', -386861978, 'app', '2026-11-27 06:23:16.397475', 10, true);
INSERT INTO muster.schema_history VALUES (46, NULL, 'dead letter replay', 'SQL', 'R__dead_letter_replay.sql', 932918811, 'app', '2026-11-27 06:23:16.426103', 9, true);
INSERT INTO muster.schema_history VALUES (47, NULL, 'device change', 'SQL', 'R__device_change.sql', -2007993467, 'app', '2026-11-27 06:23:16.443685', 10, true);
INSERT INTO muster.schema_history VALUES (48, NULL, 'device store', 'SQL', 'R__device_store.sql', -1081591365, 'app', '2026-11-27 06:23:16.464593', 9, true);
INSERT INTO muster.schema_history VALUES (49, NULL, 'expected turn', 'SQL', 'R__expected_turn.sql', 625085667, 'app', '2026-11-27 06:23:16.485307', 7, true);
INSERT INTO muster.schema_history VALUES (50, NULL, 'explain', 'SQL', 'R__explain.sql', -1145210423, 'app', '2026-11-27 06:23:16.502263', 10, true);
INSERT INTO muster.schema_history VALUES (51, NULL, 'housekeeping', 'SQL', 'R__housekeeping.sql', -111917698, 'app', '2026-11-27 06:23:16.52413', 3, true);
INSERT INTO muster.schema_history VALUES (52, NULL, 'inventory', 'SQL', 'R__inventory.sql', 1273056231, 'app', '2026-11-27 06:23:16.532416', 9, true);
INSERT INTO muster.schema_history VALUES (53, NULL, 'inventory count', 'SQL', 'R__inventory_count.sql', 1362612808, 'app', '2026-11-27 06:23:16.551023', 4, true);
INSERT INTO muster.schema_history VALUES (54, NULL, 'inventory report', 'SQL', 'R__inventory_report.sql', -1067796691, 'app', '2026-11-27 06:23:16.561328', 8, true);
INSERT INTO muster.schema_history VALUES (55, NULL, 'once', 'SQL', 'R__once.sql', 625513271, 'app', '2026-11-27 06:23:16.576171', 5, true);
INSERT INTO muster.schema_history VALUES (56, NULL, 'partition', 'SQL', 'R__partition.sql', 279255269, 'app', '2026-11-27 06:23:16.58862', 43, true);
INSERT INTO muster.schema_history VALUES (57, NULL, 'permit', 'SQL', 'R__permit.sql', -168635281, 'app', '2026-11-27 06:23:16.6403', 6, true);
INSERT INTO muster.schema_history VALUES (58, NULL, 'poll target', 'SQL', 'R__poll_target.sql', -22160441, 'app', '2026-11-27 06:23:16.654639', 6, true);
INSERT INTO muster.schema_history VALUES (59, NULL, 'product tariff', 'SQL', 'R__product_tariff.sql', 757034741, 'app', '2026-11-27 06:23:16.667413', 4, true);
INSERT INTO muster.schema_history VALUES (60, NULL, 'report account', 'SQL', 'R__report_account.sql', -1783738771, 'app', '2026-11-27 06:23:16.677699', 3, true);
INSERT INTO muster.schema_history VALUES (61, NULL, 'report attention', 'SQL', 'R__report_attention.sql', -478813967, 'app', '2026-11-27 06:23:16.686411', 12, true);
INSERT INTO muster.schema_history VALUES (62, NULL, 'report audit', 'SQL', 'R__report_audit.sql', 1616207743, 'app', '2026-11-27 06:23:16.706739', 3, true);
INSERT INTO muster.schema_history VALUES (63, NULL, 'report dead letter', 'SQL', 'R__report_dead_letter.sql', -156116588, 'app', '2026-11-27 06:23:16.714037', 4, true);
INSERT INTO muster.schema_history VALUES (64, NULL, 'report device', 'SQL', 'R__report_device.sql', -1933301906, 'app', '2026-11-27 06:23:16.723107', 6, true);
INSERT INTO muster.schema_history VALUES (65, NULL, 'report product', 'SQL', 'R__report_product.sql', -1595785076, 'app', '2026-11-27 06:23:16.735015', 4, true);
INSERT INTO muster.schema_history VALUES (66, NULL, 'report quota', 'SQL', 'R__report_quota.sql', -579948917, 'app', '2026-11-27 06:23:16.743756', 4, true);
INSERT INTO muster.schema_history VALUES (67, NULL, 'report request', 'SQL', 'R__report_request.sql', 1163452017, 'app', '2026-11-27 06:23:16.752463', 4, true);
INSERT INTO muster.schema_history VALUES (68, NULL, 'report storage', 'SQL', 'R__report_storage.sql', -1465099337, 'app', '2026-11-27 06:23:16.761175', 4, true);
INSERT INTO muster.schema_history VALUES (69, NULL, 'restore', 'SQL', 'R__restore.sql', 697708946, 'app', '2026-11-27 06:23:16.770855', 7, true);
INSERT INTO muster.schema_history VALUES (70, NULL, 'retention', 'SQL', 'R__retention.sql', 1903605462, 'app', '2026-11-27 06:23:16.787429', 3, true);
INSERT INTO muster.schema_history VALUES (71, NULL, 'settle', 'SQL', 'R__settle.sql', 859884925, 'app', '2026-11-27 06:23:16.797875', 4, true);
INSERT INTO muster.schema_history VALUES (72, NULL, 'settle pull', 'SQL', 'R__settle_pull.sql', -1991387480, 'app', '2026-11-27 06:23:16.80959', 4, true);
INSERT INTO muster.schema_history VALUES (73, NULL, 'settle reading', 'SQL', 'R__settle_reading.sql', 271228223, 'app', '2026-11-27 06:23:16.822017', 3, true);
INSERT INTO muster.schema_history VALUES (74, NULL, 'settle request', 'SQL', 'R__settle_request.sql', 285279055, 'app', '2026-11-27 06:23:16.833063', 6, true);
INSERT INTO muster.schema_history VALUES (75, NULL, 'settle token', 'SQL', 'R__settle_token.sql', -190791054, 'app', '2026-11-27 06:23:16.849509', 8, true);
INSERT INTO muster.schema_history VALUES (76, NULL, 'slow down', 'SQL', 'R__slow_down.sql', 975416197, 'app', '2026-11-27 06:23:16.868768', 5, true);
INSERT INTO muster.schema_history VALUES (77, NULL, 'work request', 'SQL', 'R__work_request.sql', -47712659, 'app', '2026-11-27 06:23:16.88169', 5, true);
SELECT pg_catalog.setval('muster.audit_id', 1, false);
SELECT pg_catalog.setval('muster.claim_floor_id_seq', 1, false);
SELECT pg_catalog.setval('muster.dead_letter_id_seq', 1, false);
SELECT pg_catalog.setval('muster.fence', 1, false);
SELECT pg_catalog.setval('muster.poll_target_id_seq', 1, false);
SELECT pg_catalog.setval('muster.retention_run_id_seq', 1, true);
SELECT pg_catalog.setval('muster.work_request_id_seq', 1, false);
ALTER TABLE ONLY muster.account_action
    ADD CONSTRAINT account_action_pkey PRIMARY KEY (account, action);
ALTER TABLE ONLY muster.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (account);
ALTER TABLE ONLY muster.account_quota
    ADD CONSTRAINT account_quota_pkey PRIMARY KEY (account, quota);
ALTER TABLE ONLY muster.account_resource
    ADD CONSTRAINT account_resource_pkey PRIMARY KEY (account, resource);
ALTER TABLE ONLY muster.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (at, id);
ALTER TABLE ONLY muster.audit_2026_11
    ADD CONSTRAINT audit_2026_11_pkey PRIMARY KEY (at, id);
ALTER TABLE ONLY muster.audit_2026_12
    ADD CONSTRAINT audit_2026_12_pkey PRIMARY KEY (at, id);
ALTER TABLE ONLY muster.audit_2027_01
    ADD CONSTRAINT audit_2027_01_pkey PRIMARY KEY (at, id);
ALTER TABLE ONLY muster.audit_2027_02
    ADD CONSTRAINT audit_2027_02_pkey PRIMARY KEY (at, id);
ALTER TABLE ONLY muster.chore
    ADD CONSTRAINT chore_pkey PRIMARY KEY (name);
ALTER TABLE ONLY muster.claim_floor
    ADD CONSTRAINT claim_floor_pkey PRIMARY KEY (account, kind, priority, id);
ALTER TABLE ONLY muster.dead_letter
    ADD CONSTRAINT dead_letter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY muster.device_history
    ADD CONSTRAINT device_history_pkey PRIMARY KEY (account, key, valid_to);
ALTER TABLE ONLY muster.device_history_2026_11
    ADD CONSTRAINT device_history_2026_11_pkey PRIMARY KEY (account, key, valid_to);
ALTER TABLE ONLY muster.device_history_2026_12
    ADD CONSTRAINT device_history_2026_12_pkey PRIMARY KEY (account, key, valid_to);
ALTER TABLE ONLY muster.device_history_2027_01
    ADD CONSTRAINT device_history_2027_01_pkey PRIMARY KEY (account, key, valid_to);
ALTER TABLE ONLY muster.device_history_2027_02
    ADD CONSTRAINT device_history_2027_02_pkey PRIMARY KEY (account, key, valid_to);
ALTER TABLE ONLY muster.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (account, key);
ALTER TABLE ONLY muster.device_port
    ADD CONSTRAINT device_port_pkey PRIMARY KEY (account, key, port_no);
ALTER TABLE ONLY muster.incarnation
    ADD CONSTRAINT incarnation_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY muster.inventory_refresh
    ADD CONSTRAINT inventory_refresh_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY muster.inventory_snapshot
    ADD CONSTRAINT inventory_snapshot_pkey PRIMARY KEY (account, resource);
ALTER TABLE ONLY muster.permit
    ADD CONSTRAINT permit_pkey PRIMARY KEY (quota, slot);
ALTER TABLE ONLY muster.poll_state
    ADD CONSTRAINT poll_state_pkey PRIMARY KEY (target_id);
ALTER TABLE ONLY muster.poll_target
    ADD CONSTRAINT poll_target_account_resource_key_key UNIQUE (account, resource, key);
ALTER TABLE ONLY muster.poll_target
    ADD CONSTRAINT poll_target_pkey PRIMARY KEY (id);
ALTER TABLE ONLY muster.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (account, product_key);
ALTER TABLE ONLY muster.quota
    ADD CONSTRAINT quota_pkey PRIMARY KEY (quota);
ALTER TABLE ONLY muster.quota_use
    ADD CONSTRAINT quota_use_pkey PRIMARY KEY (quota, minute);
ALTER TABLE ONLY muster.retention_run
    ADD CONSTRAINT retention_run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY muster.schema_history
    ADD CONSTRAINT schema_history_pk PRIMARY KEY (installed_rank);
ALTER TABLE ONLY muster.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (name);
ALTER TABLE ONLY muster.tariff
    ADD CONSTRAINT tariff_pkey PRIMARY KEY (account, tariff_id);
ALTER TABLE ONLY muster.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (account);
ALTER TABLE ONLY muster.work_request
    ADD CONSTRAINT work_request_pkey PRIMARY KEY (id);
CREATE INDEX audit_key ON ONLY muster.audit USING btree (account, key);
CREATE INDEX audit_2026_11_account_key_idx ON muster.audit_2026_11 USING btree (account, key);
CREATE INDEX audit_request ON ONLY muster.audit USING btree (request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX audit_2026_11_request_id_idx ON muster.audit_2026_11 USING btree (request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX audit_2026_12_account_key_idx ON muster.audit_2026_12 USING btree (account, key);
CREATE INDEX audit_2026_12_request_id_idx ON muster.audit_2026_12 USING btree (request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX audit_2027_01_account_key_idx ON muster.audit_2027_01 USING btree (account, key);
CREATE INDEX audit_2027_01_request_id_idx ON muster.audit_2027_01 USING btree (request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX audit_2027_02_account_key_idx ON muster.audit_2027_02 USING btree (account, key);
CREATE INDEX audit_2027_02_request_id_idx ON muster.audit_2027_02 USING btree (request_id) WHERE (request_id IS NOT NULL);
CREATE INDEX dead_letter_closed ON muster.dead_letter USING btree (state_since) WHERE (state = ANY (ARRAY['resolved'::text, 'discarded'::text]));
CREATE INDEX dead_letter_evidence ON muster.dead_letter USING btree (last_failed_at) WHERE ((request IS NOT NULL) OR (response IS NOT NULL));
CREATE UNIQUE INDEX dead_letter_live_target ON muster.dead_letter USING btree (target_id) WHERE ((kind = 'pull'::text) AND (state = ANY (ARRAY['open'::text, 'replayed'::text])));
CREATE INDEX dead_letter_open ON muster.dead_letter USING btree (account, error_code) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX dead_letter_request ON muster.dead_letter USING btree (request_id) WHERE (kind = 'request'::text);
CREATE INDEX device_changed ON muster.device USING btree (last_changed_at);
CREATE INDEX device_history_ended ON ONLY muster.device_history USING brin (valid_to) WITH (autosummarize='on');
CREATE INDEX device_history_2026_11_valid_to_idx ON muster.device_history_2026_11 USING brin (valid_to) WITH (autosummarize='on');
CREATE INDEX device_history_2026_12_valid_to_idx ON muster.device_history_2026_12 USING brin (valid_to) WITH (autosummarize='on');
CREATE INDEX device_history_2027_01_valid_to_idx ON muster.device_history_2027_01 USING brin (valid_to) WITH (autosummarize='on');
CREATE INDEX device_history_2027_02_valid_to_idx ON muster.device_history_2027_02 USING brin (valid_to) WITH (autosummarize='on');
CREATE INDEX permit_fence ON muster.permit USING btree (fence) WHERE (fence IS NOT NULL);
CREATE INDEX permit_free_at ON muster.permit USING btree (quota, free_at);
CREATE INDEX poll_state_leased ON muster.poll_state USING btree (account, priority DESC, due_at) WHERE (fence IS NOT NULL);
CREATE INDEX poll_state_waiting ON muster.poll_state USING btree (account, priority DESC, due_at) WHERE (fence IS NULL);
CREATE INDEX schema_history_s_idx ON muster.schema_history USING btree (success);
CREATE INDEX work_request_allocate_key ON muster.work_request USING btree (account, key) WHERE (action = 'allocate'::text);
CREATE INDEX work_request_ended ON muster.work_request USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE INDEX work_request_leased ON muster.work_request USING btree (account, priority DESC, next_at) WHERE (fence IS NOT NULL);
CREATE INDEX work_request_open_key ON muster.work_request USING btree (account, key) WHERE (status = ANY (ARRAY['pending'::text, 'running'::text, 'unknown'::text]));
CREATE INDEX work_request_replay_of ON muster.work_request USING btree (replay_of) WHERE (replay_of IS NOT NULL);
CREATE INDEX work_request_waiting ON muster.work_request USING btree (account, priority DESC, next_at, id) WHERE ((status = ANY (ARRAY['pending'::text, 'running'::text, 'unknown'::text])) AND (fence IS NULL));
ALTER INDEX muster.audit_key ATTACH PARTITION muster.audit_2026_11_account_key_idx;
ALTER INDEX muster.audit_pkey ATTACH PARTITION muster.audit_2026_11_pkey;
ALTER INDEX muster.audit_request ATTACH PARTITION muster.audit_2026_11_request_id_idx;
ALTER INDEX muster.audit_key ATTACH PARTITION muster.audit_2026_12_account_key_idx;
ALTER INDEX muster.audit_pkey ATTACH PARTITION muster.audit_2026_12_pkey;
ALTER INDEX muster.audit_request ATTACH PARTITION muster.audit_2026_12_request_id_idx;
ALTER INDEX muster.audit_key ATTACH PARTITION muster.audit_2027_01_account_key_idx;
ALTER INDEX muster.audit_pkey ATTACH PARTITION muster.audit_2027_01_pkey;
ALTER INDEX muster.audit_request ATTACH PARTITION muster.audit_2027_01_request_id_idx;
ALTER INDEX muster.audit_key ATTACH PARTITION muster.audit_2027_02_account_key_idx;
ALTER INDEX muster.audit_pkey ATTACH PARTITION muster.audit_2027_02_pkey;
ALTER INDEX muster.audit_request ATTACH PARTITION muster.audit_2027_02_request_id_idx;
ALTER INDEX muster.device_history_pkey ATTACH PARTITION muster.device_history_2026_11_pkey;
ALTER INDEX muster.device_history_ended ATTACH PARTITION muster.device_history_2026_11_valid_to_idx;
ALTER INDEX muster.device_history_pkey ATTACH PARTITION muster.device_history_2026_12_pkey;
ALTER INDEX muster.device_history_ended ATTACH PARTITION muster.device_history_2026_12_valid_to_idx;
ALTER INDEX muster.device_history_pkey ATTACH PARTITION muster.device_history_2027_01_pkey;
ALTER INDEX muster.device_history_ended ATTACH PARTITION muster.device_history_2027_01_valid_to_idx;
ALTER INDEX muster.device_history_pkey ATTACH PARTITION muster.device_history_2027_02_pkey;
ALTER INDEX muster.device_history_ended ATTACH PARTITION muster.device_history_2027_02_valid_to_idx;
CREATE TRIGGER account_state AFTER UPDATE OF state ON muster.account FOR EACH ROW WHEN ((old.state IS DISTINCT FROM new.state)) EXECUTE FUNCTION muster.account_audit();
CREATE TRIGGER dead_letter_deleted AFTER DELETE ON muster.dead_letter REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.dead_letter_deleted();
CREATE TRIGGER dead_letter_inserted AFTER INSERT ON muster.dead_letter REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.dead_letter_audit();
CREATE TRIGGER dead_letter_updated AFTER UPDATE ON muster.dead_letter REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.dead_letter_audit();
CREATE TRIGGER poll_target_added AFTER INSERT ON muster.poll_target REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION muster.poll_target_added();
CREATE TRIGGER poll_target_changed AFTER UPDATE ON muster.poll_target REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.poll_target_changed();
CREATE TRIGGER poll_target_check BEFORE INSERT OR UPDATE OF account, resource, key, priority, refresh_every ON muster.poll_target FOR EACH ROW EXECUTE FUNCTION muster.poll_target_check();
CREATE TRIGGER poll_target_gone AFTER DELETE ON muster.poll_target REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION muster.poll_target_gone();
CREATE TRIGGER work_request_added AFTER INSERT ON muster.work_request FOR EACH STATEMENT WHEN (pg_try_advisory_xact_lock((hashtext('muster.ring'::text))::bigint)) EXECUTE FUNCTION muster.work_request_added();
CREATE TRIGGER work_request_check BEFORE INSERT ON muster.work_request FOR EACH ROW EXECUTE FUNCTION muster.work_request_check();
CREATE TRIGGER work_request_deleted AFTER DELETE ON muster.work_request REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.work_request_deleted();
CREATE TRIGGER work_request_finished BEFORE UPDATE ON muster.work_request FOR EACH ROW WHEN ((old.status = ANY (ARRAY['done'::text, 'dead'::text, 'cancelled'::text]))) EXECUTE FUNCTION muster.work_request_finished();
CREATE TRIGGER work_request_inserted AFTER INSERT ON muster.work_request REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.work_request_audit();
CREATE TRIGGER work_request_updated AFTER UPDATE ON muster.work_request REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION muster.work_request_audit();
ALTER TABLE ONLY muster.account_action
    ADD CONSTRAINT account_action_account_fkey FOREIGN KEY (account) REFERENCES muster.account(account) ON DELETE CASCADE;
ALTER TABLE ONLY muster.account_quota
    ADD CONSTRAINT account_quota_account_fkey FOREIGN KEY (account) REFERENCES muster.account(account) ON DELETE CASCADE;
ALTER TABLE ONLY muster.account_quota
    ADD CONSTRAINT account_quota_quota_fkey FOREIGN KEY (quota) REFERENCES muster.quota(quota);
ALTER TABLE ONLY muster.account_resource
    ADD CONSTRAINT account_resource_account_fkey FOREIGN KEY (account) REFERENCES muster.account(account) ON DELETE CASCADE;
ALTER TABLE ONLY muster.device_port
    ADD CONSTRAINT device_port_account_key_fkey FOREIGN KEY (account, key) REFERENCES muster.device(account, key) ON DELETE CASCADE;
ALTER TABLE ONLY muster.permit
    ADD CONSTRAINT permit_quota_fkey FOREIGN KEY (quota) REFERENCES muster.quota(quota) ON DELETE CASCADE;
ALTER TABLE ONLY muster.poll_state
    ADD CONSTRAINT poll_state_target_id_fkey FOREIGN KEY (target_id) REFERENCES muster.poll_target(id) ON DELETE CASCADE;
ALTER TABLE ONLY muster.quota_use
    ADD CONSTRAINT quota_use_quota_fkey FOREIGN KEY (quota) REFERENCES muster.quota(quota) ON DELETE CASCADE;
ALTER TABLE ONLY muster.token
    ADD CONSTRAINT token_account_fkey FOREIGN KEY (account) REFERENCES muster.account(account) ON DELETE CASCADE;
