-- Their signatures changed: a claim says how many pulls may be among what it takes, and whether a quota counts the account's calls.
drop function if exists muster.claim(text, integer, bigint);
drop function if exists muster.lock_quotas(text, integer);
