create type muster.outcome as (
  kind                 text,
  id                   bigint,
  fence                bigint,
  account              text,
  verdict              text,
  delay_ms             bigint,
  code                 text,
  message              text,
  vendor_code          text,
  http_status          integer,
  vendor_request_id    text,
  request              jsonb,
  response             text,
  retry_after_ms       bigint,
  gone                 boolean,
  final                boolean,
  sent                 boolean,
  arrived              boolean,
  age_ms               bigint,
  token_generation     bigint,
  refused              boolean,
  refused_login        boolean,
  sealed               bytea,
  lifetime_ms          bigint,
  renew_ms             bigint,
  refresh_lifetime_ms  bigint,
  note                 text,
  device               integer,
  digest               uuid,
  product              jsonb,
  tariff               jsonb
);

comment on type muster.outcome is
  'What became of one task, as muster.settle takes it. Null where nothing is to be said.';
comment on column muster.outcome.kind is 'As in the task.';
comment on column muster.outcome.id is 'As in the task.';
comment on column muster.outcome.fence is 'As in the task.';
comment on column muster.outcome.account is 'The task''s account.';
comment on column muster.outcome.verdict is
  'done, send (the write comes next), retry, snooze (the vendor asked to slow down), reauthorise, park (a dead '
  'letter), halt, unknown (sent, outcome not known) or release (give it back).';
comment on column muster.outcome.delay_ms is 'When the row is due again, from now; null for at once.';
comment on column muster.outcome.code is 'The vendor''s code, or one of Muster''s own words.';
comment on column muster.outcome.message is 'What the code means, in one sentence.';
comment on column muster.outcome.vendor_code is 'The code exactly as the vendor sent it.';
comment on column muster.outcome.http_status is 'The HTTP status of the reply.';
comment on column muster.outcome.vendor_request_id is 'The vendor''s name for the call.';
comment on column muster.outcome.request is 'For a dead letter: the request as sent, without secrets.';
comment on column muster.outcome.response is 'For a dead letter: the reply, without secrets.';
comment on column muster.outcome.retry_after_ms is 'The pause that the vendor asked for.';
comment on column muster.outcome.gone is 'The vendor says that the device or product does not exist.';
comment on column muster.outcome.final is 'The park ends even a write of unknown outcome.';
comment on column muster.outcome.sent is 'For a release: the call had left.';
comment on column muster.outcome.arrived is
  'False if the call may still reach the vendor. Its permit then stays booked.';
comment on column muster.outcome.age_ms is 'How long ago the reply arrived.';
comment on column muster.outcome.token_generation is 'As in the task.';
comment on column muster.outcome.refused is 'For a write of unknown outcome: the vendor answered with a refusal.';
comment on column muster.outcome.refused_login is 'For a token: the vendor refused the credentials.';
comment on column muster.outcome.sealed is 'For a token: the new one, encrypted.';
comment on column muster.outcome.lifetime_ms is 'For a token: how long it is good.';
comment on column muster.outcome.renew_ms is 'For a token: when to renew it, from now.';
comment on column muster.outcome.refresh_lifetime_ms is 'For a token: how long its refresh token is good.';
comment on column muster.outcome.note is 'For the request''s result.';
comment on column muster.outcome.device is 'The number, from 1, of the device''s record in p_devices.';
comment on column muster.outcome.digest is 'MD5 of that record.';
comment on column muster.outcome.product is 'The product that the reply showed, with account and product_key.';
comment on column muster.outcome.tariff is 'The price standard that the reply showed, with account and tariff_id.';
