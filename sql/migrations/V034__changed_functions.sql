-- A function in sql/functions replaces itself, but not with another kind of result. A new database has none yet.
drop function if exists muster.settle_token(muster.outcome);
drop function if exists muster.doubt_token(muster.outcome);
drop function if exists muster.park_pull(muster.outcome, muster.poll_target);
