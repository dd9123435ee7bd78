insert into muster.chore (name) values ('sweeps');
-- It has a further parameter now: sql/functions/R__device_store.sql.
drop function if exists muster.store_devices(text[], text[], uuid[], text[]);
