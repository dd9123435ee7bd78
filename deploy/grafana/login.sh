#!/bin/sh
# Makes the login by which Grafana reads schema report, or gives it the password of now. Muster has made the role
# muster_report before. Its own login may make roles, so no superuser is needed.
set -e
psql --quiet --set=ON_ERROR_STOP=1 <<'SQL'
\getenv password GRAFANA_DATABASE_PASSWORD
select 'create role grafana login' where not exists (select from pg_roles where rolname = 'grafana') \gexec
alter role grafana password :'password';
grant muster_report to grafana;
SQL
