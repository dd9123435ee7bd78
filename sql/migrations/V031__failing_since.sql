-- A dead letter is written only after so many attempts and so long a time.
alter table muster.poll_state add failing_since timestamptz;
comment on column muster.poll_state.failing_since is 'When the first failure in a row was noted; null after a success.';

alter table muster.work_request add failing_since timestamptz;
comment on column muster.work_request.failing_since is
  'When the first of the failures in a row was noted; null before, and after a call that went well.';
