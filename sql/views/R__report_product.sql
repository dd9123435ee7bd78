create or replace view report.product as
select d.account, d.product_key, d.vendor, d.name, d.names, d.description, d.type, d.data_format, d.model_id, d.org_id,
       d.dynamic_activation, d.bidirectional_auth, d.default_valid_days, d.max_valid_days, d.tags, d.attributes,
       d.vendor_created_at, d.vendor_updated_at, d.first_seen_at, d.last_changed_at,
       greatest(d.synced_at, s.synced_at) as last_synced_at, d.missing_since
  from muster.product d
  left join muster.poll_target p on p.account = d.account and p.resource = 'product' and p.key = d.product_key
  left join muster.poll_state s on s.target_id = p.id;
comment on view report.product is 'One row per product, without its secret.';
comment on column report.product.last_synced_at is 'When it was last read, changed or not.';

create or replace view report.tariff as
select account, tariff_id, vendor, name, price, currency, duration_minutes, max_minutes, full_price, minimum_balance,
       attributes, first_seen_at, last_changed_at
  from muster.tariff;
comment on view report.tariff is 'One row per price standard.';
