create type muster.task as (
  kind              text,
  id                bigint,
  fence             bigint,
  operation         text,
  resource          text,
  key               text,
  params            jsonb,
  step              text,
  retries           integer,
  conclusive        boolean,
  error_code        text,
  error_message     text,
  refused           boolean,
  token_generation  bigint,
  call_deadline_ms  bigint
);

comment on type muster.task is 'One call to make, as muster.claim hands it out.';
comment on column muster.task.kind is 'pull (a target), request (a row of work_request) or token (a renewal).';
comment on column muster.task.id is 'The target or request; null for a token.';
comment on column muster.task.fence is 'The claim''s number. The settlement must name it.';
comment on column muster.task.operation is 'The action of a request, the resource of a pull, or token.';
comment on column muster.task.resource is 'The resource to read; null for a token.';
comment on column muster.task.key is 'The device or product; null for a token.';
comment on column muster.task.params is 'The request''s params.';
comment on column muster.task.step is 'For a request: read, write or verify.';
comment on column muster.task.retries is 'Failures in a row so far.';
comment on column muster.task.conclusive is
  'For a request of unknown outcome: whether a read now proves what happened.';
comment on column muster.task.error_code is 'For a request: the code of the last failure.';
comment on column muster.task.error_message is 'For a request: what the last failure means.';
comment on column muster.task.refused is
  'For a request of unknown outcome: whether the vendor answered the write with a refusal.';
comment on column muster.task.token_generation is 'The generation of the account''s token now.';
comment on column muster.task.call_deadline_ms is 'The longest that the call may take, from the claim on.';
