create table muster.account_quota (
  account  text not null references muster.account on delete cascade,
  quota    text not null references muster.quota,
  primary key (account, quota)
);

comment on table muster.account_quota is
  'The quotas that a call of an account uses up. An account without a row has no limit.';
comment on column muster.account_quota.account is 'The account.';
comment on column muster.account_quota.quota is 'The quota.';
