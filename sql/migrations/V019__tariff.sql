create table muster.tariff (
  account           text        not null,
  tariff_id         text        not null,
  vendor            text        not null,
  name              text,
  price             numeric,
  currency          text        not null,
  duration_minutes  integer,
  max_minutes       integer,
  full_price        numeric,
  minimum_balance   numeric,
  attributes        jsonb       not null,
  first_seen_at     timestamptz not null,
  last_changed_at   timestamptz not null,
  digest            uuid        not null,
  primary key (account, tariff_id)
);

comment on table muster.tariff is
  'One row per price standard that some device''s reply showed. Written only when something changed.';
comment on column muster.tariff.account is 'The account it was read through.';
comment on column muster.tariff.tariff_id is 'The vendor''s id of the price standard.';
comment on column muster.tariff.vendor is 'The account''s vendor.';
comment on column muster.tariff.name is 'The vendor''s name of it.';
comment on column muster.tariff.price is 'What one unit of use costs, in currency.';
comment on column muster.tariff.currency is 'ISO 4217.';
comment on column muster.tariff.duration_minutes is 'How long one unit of use lasts, in minutes.';
comment on column muster.tariff.max_minutes is 'The longest use allowed, in minutes.';
comment on column muster.tariff.full_price is 'The price at which use ends by itself, in currency.';
comment on column muster.tariff.minimum_balance is 'What a user must have to start, in currency.';
comment on column muster.tariff.attributes is 'The vendor''s own objects without secrets.';
comment on column muster.tariff.first_seen_at is 'When Muster first read it.';
comment on column muster.tariff.last_changed_at is 'When Muster last read something new of it.';
comment on column muster.tariff.digest is 'MD5 over the canonical record.';
