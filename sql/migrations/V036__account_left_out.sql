alter table muster.account add column left_out_at timestamptz;

comment on column muster.account.left_out_at is
  'When a replica first started without it, since one started with it. Null if none did.';
comment on column muster.account.configured is
  'False once the account has left: no replica has it any more (muster.let_accounts_go, muster.forget). Its rows stay '
  'readable.';
