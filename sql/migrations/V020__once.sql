-- What is left of what was due is told by account now.
drop function if exists muster.remaining(timestamptz);
