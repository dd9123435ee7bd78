-- Their signatures changed: a claim says how many pulls may be among what it takes, and whether a quota counts the account's calls.
drop function if exists muster.claim(text, integer, bigint);
drop function if exists muster.lock_quotas(text, integer);

-- Devices come as text beside their digest, and are compared column by column.
drop function if exists muster.settle_pulls_done(jsonb);
drop function if exists muster.settle_requests_done(jsonb);
drop function if exists muster.settle_request(jsonb);
drop function if exists muster.store_outcomes(jsonb);
drop function if exists muster.store_devices(jsonb);
drop function if exists muster.store_versions(jsonb, timestamptz);
drop function if exists muster.canonical(muster.device);
