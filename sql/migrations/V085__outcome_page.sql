alter type muster.outcome add attribute keys text[];
alter type muster.outcome add attribute digests uuid[];
alter type muster.outcome add attribute partial boolean;
alter type muster.outcome add attribute entries integer;
alter type muster.outcome add attribute total bigint;
alter type muster.outcome add attribute created_to timestamptz;
comment on column muster.outcome.keys is
  'For a page of a list: the devices that it showed. Their records follow each other in p_devices from device on.';
comment on column muster.outcome.digests is 'For a page: MD5 of each of these records.';
comment on column muster.outcome.partial is
  'For a page: the records show some columns only. What they do not show they do not erase.';
comment on column muster.outcome.entries is
  'For a page: how many entries it had, those that can''t be read among them.';
comment on column muster.outcome.total is
  'For a page: how long the list is by the vendor''s word; null if it says none.';
comment on column muster.outcome.created_to is 'For a page: when the latest of its devices was created.';
