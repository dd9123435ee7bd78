create table muster.attribute_path (
  vendor          text    primary key,
  estate          text[],
  rated_capacity  text[],
  timezone        text[]
);

comment on table muster.attribute_path is
  'One row per vendor: where in attributes the typed columns of report.device stand. Written at every start, from the '
  'bean <vendor>-columns in routes/vendors.';
comment on column muster.attribute_path.vendor is 'The vendor.';
comment on column muster.attribute_path.estate is 'The way to the estate; null if the vendor has none.';
comment on column muster.attribute_path.rated_capacity is 'The way to the rated capacity; null if the vendor has none.';
comment on column muster.attribute_path.timezone is 'The way to the time zone; null if the vendor has none.';
