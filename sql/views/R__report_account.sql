create or replace view report.account as
select a.account, a.vendor, case when a.configured then a.state else 'paused' end as state,
       case when not a.configured then 'it is not in the configuration any more'
            when a.state = 'active' and a.slowed_until > now()
              then 'the vendor asked to slow down: nothing leaves before ' || date_trunc('second', a.slowed_until)
            else left(a.why, 1000) end as why,
       case when a.configured then a.what_to_do else 'Nothing; or configure it again and start Muster.' end
         as what_to_do,
       a.since, a.last_success_at as last_success,
       (select count(*) from muster.dead_letter l where l.account = a.account and l.state = 'open')
         as open_dead_letters,
       t.expires_at as token_expires_at, a.configured, d.since as down_since, d.why as down_why,
       array(select c.action from muster.account_action c where c.account = a.account order by c.action) as actions,
       array(select r.resource from muster.account_resource r where r.account = a.account order by r.resource)
         as resources
  from muster.account a
  left join muster.down d on d.account = a.account
  left join muster.token t on t.account = a.account and a.token_needed;
comment on view report.account is
  'One row per account that is configured, and per account that was: those make no calls and say so.';
comment on column report.account.last_success is 'When a call last succeeded.';
comment on column report.account.open_dead_letters is 'Dead letters that wait for a person.';
comment on column report.account.token_expires_at is 'When the present token ends; null if there is none.';
comment on column report.account.down_since is
  'Since when the vendor gives no answer that says anything, and nothing but a probe leaves; null while it does.';
comment on column report.account.down_why is 'What the last failure says; null while the account is not down.';
comment on column report.account.actions is 'What a row of muster.work_request may ask of it.';
comment on column report.account.resources is 'What a row of muster.poll_target may name.';
