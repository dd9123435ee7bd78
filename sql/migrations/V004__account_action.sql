create table muster.account_action (
  account  text    not null references muster.account on delete cascade,
  action   text    not null,
  params   text    not null check (params in ('none', 'resource', 'master_data')),
  writes   boolean not null,
  primary key (account, action)
);

comment on table muster.account_action is 'The actions that operations may ask of an account by a row in work_request.';
comment on column muster.account_action.account is 'The account.';
comment on column muster.account_action.action is 'The word that work_request.action may hold.';
comment on column muster.account_action.params is
  'The params that work_request may hold: none, resource ({"resource": …}), or master_data (a map of scalars, dates '
  'as text, arrays of scalars and localised names).';
comment on column muster.account_action.writes is
  'Whether the action changes something at the vendor. Muster sends such requests for one key one after the other.';
