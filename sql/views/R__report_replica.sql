create or replace view report.replica as
select name, version, accounts, since, last_seen from muster.replica where lives_until > now();
comment on view report.replica is
  'One row per process of the service that lives. One that ends in order goes at once, one that dies after a minute.';
