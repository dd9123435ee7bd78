-- What a list shows of a device and what its single read shows may be different columns. Each has a digest.
alter table muster.device add column list_digest uuid;
comment on column muster.device.list_digest is
  'MD5 of the part that the vendor''s list showed, where that differs from what a single read shows; null if none did.';
