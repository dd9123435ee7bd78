-- A large quota is asked for its free permits, and for the permit of a call, without looking at all of them.
create index permit_free_at on muster.permit (quota, free_at);
create index permit_fence on muster.permit (fence) where fence is not null;
-- lock_quotas brings one result more, which a replacement may not.
drop function if exists muster.lock_quotas(text, integer);
