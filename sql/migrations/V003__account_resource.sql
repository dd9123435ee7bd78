create table muster.account_resource (
  account        text     not null references muster.account on delete cascade,
  resource       text     not null,
  refresh_every  interval not null check (refresh_every > interval '0'),
  primary key (account, resource)
);

comment on table muster.account_resource is 'The resources that an account''s vendor has.';
comment on column muster.account_resource.account is 'The account.';
comment on column muster.account_resource.resource is 'The word that poll_target.resource may hold.';
comment on column muster.account_resource.refresh_every is
  'How often Muster reads a target without an interval of its own.';
