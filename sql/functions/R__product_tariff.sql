-- Products and price standards of a batch of replies. Muster writes only changes.
create or replace function muster.store_products(p_products jsonb) returns void
language sql as $$
  update muster.product t set missing_since = null
    from jsonb_array_elements(p_products) e
   where t.account = e ->> 'account' and t.product_key = e ->> 'product_key' and t.missing_since is not null;
  insert into muster.product as t
  select (jsonb_populate_record(null::muster.product, e || jsonb_build_object(
           'first_seen_at', clock_timestamp(), 'last_changed_at', clock_timestamp(), 'synced_at', clock_timestamp(),
           'digest', md5(e::text)))).*
    from (select distinct on (x ->> 'account', x ->> 'product_key') x as e
            from jsonb_array_elements(p_products) with ordinality y (x, n)
           order by x ->> 'account', x ->> 'product_key', n desc) p
   where not exists (
     select from muster.product k
      where k.account = e ->> 'account' and k.product_key = e ->> 'product_key' and k.digest = md5(e::text)::uuid)
   order by e ->> 'account', e ->> 'product_key'
  on conflict (account, product_key) do update
     set (vendor, name, names, description, type, data_format, model_id, org_id, dynamic_activation,
          bidirectional_auth, default_valid_days, max_valid_days, tags, attributes, vendor_created_at,
          vendor_updated_at, last_changed_at, synced_at, digest)
       = (excluded.vendor, excluded.name, excluded.names, excluded.description, excluded.type, excluded.data_format,
          excluded.model_id, excluded.org_id, excluded.dynamic_activation, excluded.bidirectional_auth,
          excluded.default_valid_days, excluded.max_valid_days, excluded.tags, excluded.attributes,
          excluded.vendor_created_at, excluded.vendor_updated_at, excluded.last_changed_at, excluded.synced_at,
          excluded.digest)
   where t.digest <> excluded.digest;
$$;
comment on function muster.store_products(jsonb) is
  'Stores the products of a batch of replies. The last of each counts.';

create or replace function muster.store_tariffs(p_tariffs jsonb) returns void
language sql as $$
  insert into muster.tariff as t
  select (jsonb_populate_record(null::muster.tariff, e || jsonb_build_object(
           'first_seen_at', clock_timestamp(), 'last_changed_at', clock_timestamp(), 'digest', md5(e::text)))).*
    from jsonb_array_elements(p_tariffs) e
   where not exists (
     select from muster.tariff k
      where k.account = e ->> 'account' and k.tariff_id = e ->> 'tariff_id' and k.digest = md5(e::text)::uuid)
   order by e ->> 'account', e ->> 'tariff_id'
  on conflict (account, tariff_id) do update
     set (vendor, name, price, currency, duration_minutes, max_minutes, full_price, minimum_balance, attributes,
          last_changed_at, digest)
       = (excluded.vendor, excluded.name, excluded.price, excluded.currency, excluded.duration_minutes,
          excluded.max_minutes, excluded.full_price, excluded.minimum_balance, excluded.attributes,
          excluded.last_changed_at, excluded.digest)
   where t.digest <> excluded.digest;
$$;
comment on function muster.store_tariffs(jsonb) is 'Stores price standards, one of each.';

create or replace function muster.store_others(p_outcomes muster.outcome[]) returns void
language sql as $$
  select muster.store_products(jsonb_agg(x.product))
    from unnest(p_outcomes) x
   where x.product is not null
  having count(*) > 0;
  select muster.store_tariffs(jsonb_agg(t.tariff))
    from (select distinct on (x.tariff ->> 'account', x.tariff ->> 'tariff_id') x.tariff
            from unnest(p_outcomes) x
           where x.tariff is not null
           order by x.tariff ->> 'account', x.tariff ->> 'tariff_id', x.fence desc) t
  having count(*) > 0;
$$;
comment on function muster.store_others(muster.outcome[]) is
  'Stores the products and price standards that a batch of replies showed.';

create or replace function muster.mark_missing(p_account text, p_resource text, p_key text) returns void
language sql as $$
  with missing as (
    update muster.device set missing_since = clock_timestamp()
     where p_resource = 'device' and account = p_account and key = p_key and missing_since is null
    returning account)
  select muster.note_changes('missing', array(select account from missing));
  update muster.product set missing_since = clock_timestamp()
   where p_resource = 'product' and account = p_account and product_key = p_key and missing_since is null;
$$;
comment on function muster.mark_missing(text, text, text) is
  'The vendor says that it does not exist: its row stays and says since when.';
