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
  reauthorised      boolean,
  conclusive        boolean,
  error_code        text,
  error_message     text,
  refused           boolean,
  token_generation  bigint,
  call_deadline_ms  bigint,
  at                timestamptz,
  wait_until        timestamptz
);
comment on type muster.task is 'What muster.claim hands out: one call to make (kind pull, request or token), or as its last row when to ask again (kind wait).';

create type muster.replayed as (
  id          bigint,
  account     text,
  operation   text,
  key         text,
  error_code  text,
  request_id  bigint
);
comment on type muster.replayed is 'A dead letter that muster.replay or muster.discard touched, and the request that carries the replay out (null for a pull).';
