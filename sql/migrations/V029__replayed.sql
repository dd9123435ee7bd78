create type muster.replayed as (
  id          bigint,
  account     text,
  operation   text,
  key         text,
  error_code  text,
  request_id  bigint
);

comment on type muster.replayed is 'A dead letter that muster.replay or muster.discard touched.';
comment on column muster.replayed.id is 'The letter.';
comment on column muster.replayed.account is 'Its account.';
comment on column muster.replayed.operation is 'Its operation.';
comment on column muster.replayed.key is 'Its key.';
comment on column muster.replayed.error_code is 'Its code.';
comment on column muster.replayed.request_id is 'The request that carries the replay out; null for a pull.';
