create or replace view report.change_rate as
select p.account, p.resource, p.key, (s.change_rate * 86400)::numeric(20, 6) as change_rate, s.synced_at,
       nullif(s.due_at, 'infinity') as due_at
  from muster.poll_state s
  join muster.poll_target p on p.id = s.target_id;
comment on view report.change_rate is
  'How often each target changes, as Muster has learnt it. Join it to report.device by account and key, with the '
  'resource device.';
comment on column report.change_rate.account is 'The account.';
comment on column report.change_rate.resource is 'The resource.';
comment on column report.change_rate.key is 'The device or product.';
comment on column report.change_rate.change_rate is
  'Changes a day that count as news; null before the second reading.';
comment on column report.change_rate.synced_at is 'When it was last read; null before the first time.';
comment on column report.change_rate.due_at is
  'When Muster reads it next; null while disabled. While a call runs: the end of its lease.';
