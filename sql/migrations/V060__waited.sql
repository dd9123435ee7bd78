alter type muster.task add attribute waited_ms bigint;
comment on column muster.task.waited_ms is
  'For the first call of a request: how long it waited since it was inserted, or since its not_before.';
