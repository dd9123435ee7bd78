create table muster.product (
  account             text        not null,
  product_key         text        not null,
  vendor              text        not null,
  name                text,
  names               jsonb,
  description         text,
  type                text,
  data_format         text,
  model_id            text,
  org_id              text,
  dynamic_activation  boolean,
  bidirectional_auth  boolean,
  default_valid_days  integer,
  max_valid_days      integer,
  tags                jsonb,
  attributes          jsonb       not null,
  vendor_created_at   timestamptz,
  vendor_updated_at   timestamptz,
  first_seen_at       timestamptz not null,
  last_changed_at     timestamptz not null,
  synced_at           timestamptz not null,
  missing_since       timestamptz,
  digest              uuid        not null,
  primary key (account, product_key)
);

comment on table muster.product is
  'One row per product that was read at least once. Written only when something changed.';
comment on column muster.product.account is 'The account it was read through.';
comment on column muster.product.product_key is 'The vendor''s key of the product.';
comment on column muster.product.vendor is 'The account''s vendor.';
comment on column muster.product.name is 'The name in the vendor''s default language.';
comment on column muster.product.names is 'The name in every language, as the vendor sent it.';
comment on column muster.product.description is 'What the vendor says of it.';
comment on column muster.product.type is 'The vendor''s type, such as Device or Gateway.';
comment on column muster.product.data_format is 'How its devices write their data, in the vendor''s word.';
comment on column muster.product.model_id is 'The vendor''s model.';
comment on column muster.product.org_id is 'The organisation that owns it.';
comment on column muster.product.dynamic_activation is
  'Whether its devices may activate themselves; null if the vendor contradicts itself.';
comment on column muster.product.bidirectional_auth is 'Whether its devices authenticate by certificate.';
comment on column muster.product.default_valid_days is 'How long a device''s certificate is valid by default, in days.';
comment on column muster.product.max_valid_days is 'How long a device''s certificate may be valid at most, in days.';
comment on column muster.product.tags is 'The vendor''s tags.';
comment on column muster.product.attributes is 'The vendor''s own object without secrets.';
comment on column muster.product.vendor_created_at is 'When it was created, by the vendor''s clock.';
comment on column muster.product.vendor_updated_at is 'When it was last updated, by the vendor''s clock.';
comment on column muster.product.first_seen_at is 'When Muster first read it.';
comment on column muster.product.last_changed_at is 'When Muster last read something new of it.';
comment on column muster.product.synced_at is
  'When Muster read it, for products in no poll_target; for others when it last changed.';
comment on column muster.product.missing_since is
  'Since when the vendor says that it does not exist; null while it does.';
comment on column muster.product.digest is 'MD5 over the canonical record.';
