-- An account that gets no token makes no call and so opens no letter: report.attention, muster.explain and the log say so.
alter table muster.token add column failing_since timestamptz, add column last_error text;
comment on column muster.token.failing_since is 'When the first of the token calls failed that have failed in a row since. Null after a success.';
comment on column muster.token.last_error is 'Code and message of the last of them. Null after a success.';
