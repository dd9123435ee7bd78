create or replace view report.attention as
-- The other matters of an account that is down follow from it, and wait until it is well again.
with down as (select * from muster.down),
-- Counted once: for accounts one by one it would be counted as often as there are accounts.
inventory as materialized (
  select account, late, late_since, last_added_at, refreshed_at from muster.inventory)
select since, 'account ' || account || ' is ' || state as what, left(why, 1000) as why, what_to_do,
       'account_' || state as kind, account
  from muster.account
 where state <> 'active' and configured

union all
select since, 'account ' || account || ' is down', why, what_to_do, 'account_down', account
  from down

union all
select greatest(l.left_out_at, l.had_at), 'account ' || l.account || ' is about to leave',
       'A replica started without it at ' || date_trunc('second', l.left_out_at)
         || ', and no replica that lives has it. '
         || coalesce('One last had it at ' || date_trunc('second', l.had_at) || '. ', '')
         || 'It leaves at ' || date_trunc('second', l.leaves_at) || '.',
       'If it is to stay: start Muster with it in the configuration. If not: nothing, or at once: select muster.forget('
         || quote_literal(l.account) || ');',
       'account_leaving', l.account
  from muster.leaving l
 where l.account not in (select account from down)

union all
select t.failing_since, 'account ' || a.account || ' gets no token', t.last_error,
       'It is tried on. If the vendor is not just away for a while: mend what is said here, such as base-url, start '
         'Muster again, and to try at once: select muster.resume(' || quote_literal(a.account) || ');',
       'token_missing', a.account
  from muster.token t
  join muster.account a using (account)
 -- One failure is nothing yet; while a token is good, calls go on.
 where t.attempts > 1 and t.failing_since is not null and a.state = 'active' and a.configured and a.token_needed
   and coalesce(t.expires_at, '-infinity') <= now() and a.account not in (select account from down)

union all
select min(l.first_failed_at), count(*) || ' dead letter(s): ' || l.account || ' ' || l.operation || ' '
         || l.error_code,
       max(l.error_message),
       'select * from report.dead_letter where state = ''open'' and account = ' || quote_literal(l.account)
         || ' and operation = ' || quote_literal(l.operation) || ' and error_code = ' || quote_literal(l.error_code)
         || case when bool_and(a.configured) then '; then muster.replay(…) or muster.discard(…)'
                 else '; the account is not in the configuration any more: muster.discard(…), or configure it again'
            end,
       'dead_letters', l.account
  from muster.dead_letter l
  join muster.account a using (account)
 where l.state = 'open' and l.account not in (select account from down)
 group by l.account, l.operation, l.error_code

union all
select w.given_up_at,
       'request ' || w.id || ' (' || w.account || ' ' || w.action || ' ' || w.key || ') has an unknown outcome',
       w.error_code || ': ' || w.error_message,
       'Nothing yet: it is read again until that shows what happened. select muster.explain(' || w.id || ');',
       'request_unknown', w.account
  from muster.work_request w
 where w.status = 'unknown' and w.given_up_at < now() - interval '10 minutes'
   and w.account not in (select account from down)
   and not exists (
     select from muster.dead_letter l where l.kind = 'request' and l.request_id = w.id and l.state = 'open')

union all
select (select max(i.last_added_at) from inventory i where i.account = c.account),
       'account ' || account || ' has more to refresh than its quota allows',
       max(calls_allowed_per_day) || ' calls a day are allowed; ' || sum(calls_needed_per_day) || ' are needed'
         || case when min(c.refreshed_at) < now() then ', counted at ' || date_trunc('second', min(c.refreshed_at))
                 else '' end,
       'Lengthen refresh_every (best possible: see report.capacity) or ask the vendor for more.',
       'capacity_short', account
  from report.capacity c
 where not feasible and c.account not in (select account from down)
 group by account

union all
select min(i.late_since), 'account ' || account || ' falls behind',
       sum(i.late) || ' targets have been due for longer than their interval'
         || case when min(i.refreshed_at) < now() then ', counted at ' || date_trunc('second', min(i.refreshed_at))
                 else '' end,
       'Look at report.quota and report.freshness, and whether Muster runs.',
       'account_behind', account
  from inventory i
  join muster.account a using (account)
 where i.late > 0 and a.configured and a.state = 'active' and a.account not in (select account from down)
   and not exists (select from muster.leaving l where l.account = a.account)
 group by account

union all
select l.finished_at, 'account ' || l.account || ' has no list of ' || l.resource || 's: the vendor refuses it', l.why,
       'Nothing, if single reads suffice (report.capacity). Else mend the filter among the account''s parameters, '
         'if the vendor refuses that, or have it allow the call; a sweep is tried again within a day. To stop that: '
         'muster.accounts.' || l.account || '.sweep-every: 0s',
       'list_refused', l.account
  from (select distinct on (s.account, s.resource) s.* from muster.sweep s
          join muster.account a on a.account = s.account and a.configured
         -- One refusal without a reason may be a gateway's, and pass.
         where s.finished_at is not null and s.unanswered is distinct from 1
         order by s.account, s.resource, s.started_at desc) l
 where l.state = 'refused' and l.account not in (select account from down)

union all
select h.held_since,
       'quota ' || h.quota || ' ' || h.held_why || ': no call of ' || h.accounts || ' before '
         || date_trunc('second', h.first),
       'Calls that Muster does not know of may count in it, so permits are held for one window.',
       'Nothing, if that can be borne. If the vendor has not counted so many: select muster.release_quota('
         || quote_literal(h.quota) || ');',
       'quota_held', null
  from (select q.*,
               (select min(p.free_at) from muster.permit p where p.quota = q.quota) as first,
               (select string_agg(u.account, ', ' order by u.account)
                  from muster.account_quota u join muster.account a using (account)
                 where u.quota = q.quota and a.configured) as accounts
          from muster.quota q
         -- A hold of minutes needs nobody.
         where q."window" > interval '10 minutes' and q.held_until > now() offset 0) h
 where h.first > now() and h.accounts is not null

union all
select k.since,
       coalesce('session ' || k.pid || ' (' || k.usename || ', ' || k.application_name || ')',
                'a prepared transaction') || ' keeps rows locked in ' || k.tables,
       'Muster waits for what it has locked, or leaves it out.',
       'Have it commit or roll back; if nobody answers for it: '
         || coalesce('select pg_terminate_backend(' || k.pid || ');', 'select * from pg_prepared_xacts;'),
       'rows_locked', null
  from muster.lock_holder k
 -- To load a large inventory may take nearly as long.
 where k.since < now() - interval '1 minute'

union all
select noticed_at, 'the database is not what it was', notice,
       'Nothing for Muster to do. Whether anything was lost that people asked for: select * from report.allocation '
         'order by id desc limit 1000. This line goes after a day.',
       'database_restored', null
  from muster.incarnation
 where noticed_at > now() - interval '1 day'

union all
select r.at, 'nobody has tended the months of audit and device_history for two days',
       'muster.retention_run has no run since',
       'Look whether Muster runs, and what its log says; or select muster.tend_partitions(audit''s age, history''s '
         'age);',
       'months_untended', null
  from (select max(at) as at from muster.retention_run) r
 where r.at < now() - interval '2 days'

union all
select h.since, 'months are past their age and are still there',
       'Somebody was reading them, whenever they were to be dropped: ' || h.names,
       'Look for reports or transactions that never end: select * from pg_stat_activity where state <> ''idle'' order '
         'by xact_start;',
       'months_held', null
  from (select min(at) as since, (array_agg(array_to_string(held, ', ') order by id desc))[1] as names
          from muster.retention_run
         where id > coalesce((select max(id) from muster.retention_run where held = '{}'), 0)) h
 where h.since < now() - interval '1 day';
comment on view report.attention is 'Everything that needs a person, one row each; empty is good.';
comment on column report.attention.since is 'Since when.';
comment on column report.attention.what is 'The matter.';
comment on column report.attention.why is 'Why it came about.';
comment on column report.attention.what_to_do is 'What to do about it.';
comment on column report.attention.kind is
  'The kind of matter in one word, as in the metric muster_attention (docs/metrics.md).';
comment on column report.attention.account is 'The account that it is about; null if it is about none, or several.';
