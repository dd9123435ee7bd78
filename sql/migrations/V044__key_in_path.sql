alter table muster.account add column key_in_path boolean not null default false;

comment on column muster.account.key_in_path is
  'Whether calls name a device in their path: a key must then be one name in it.';
