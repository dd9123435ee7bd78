create or replace view report.quota_hour as
select quota, date_trunc('hour', minute) as hour, sum(calls) as calls
  from muster.quota_use
 group by quota, date_trunc('hour', minute);
comment on view report.quota_hour is 'Calls by the hour, for 24 hours: one row per quota and hour that had any.';
comment on column report.quota_hour.quota is 'The quota.';
comment on column report.quota_hour.hour is 'The hour''s beginning.';
comment on column report.quota_hour.calls is 'Permits taken in it.';
