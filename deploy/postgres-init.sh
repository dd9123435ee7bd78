#!/bin/sh
# Runs once, when docker-compose.yml makes the database: Muster's login owns its database and is no superuser. The
# superuser has no password afterwards, so it comes in by the container's own socket alone.
set -e
psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<'SQL'
\getenv password POSTGRES_PASSWORD
create role muster login createrole password :'password';
grant pg_signal_backend to muster;
create database muster owner muster;
alter role current_user password null;
SQL
