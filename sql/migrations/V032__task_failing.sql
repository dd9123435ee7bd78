-- What a task must know to judge its own failure.
alter type muster.task
  add attribute failing_ms bigint, add attribute others_well boolean, add attribute reauthorised boolean;
comment on column muster.task.failing_ms is
  'How long it has failed in a row, the time while its account was down apart; null if it did not fail.';
comment on column muster.task.others_well is 'Whether a call for another key went well since it first failed.';
comment on column muster.task.reauthorised is 'Whether Muster already got a new token for it.';
