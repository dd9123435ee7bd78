-- All replicas share a token. One of them at a time renews it. The service encrypts it before it comes here.

create table muster.token (
  account             text        primary key references muster.account on delete cascade,
  sealed              bytea,
  generation          bigint      not null default 0,
  got_at              timestamptz,
  renew_at            timestamptz,
  expires_at          timestamptz,
  refresh_expires_at  timestamptz,
  renewing_until      timestamptz,
  fence               bigint,
  refused_logins      integer     not null default 0,
  attempts            integer     not null default 0,
  next_try_at         timestamptz,
  doubted_at_fence    bigint,
  failing_since       timestamptz,
  last_error          text
);

comment on table muster.token is 'The present token of each account that needs one. Only the service may read it.';
comment on column muster.token.account is 'The account.';
comment on column muster.token.sealed is 'Access and refresh token, encrypted by the service (AES-GCM).';
comment on column muster.token.generation is
  'Counts tokens. A call that was refused with an older token tries again with the present one.';
comment on column muster.token.got_at is 'When it was got.';
comment on column muster.token.renew_at is 'When to get the next one.';
comment on column muster.token.expires_at is
  'When it ends. Muster moves this to the present if the vendor refuses the token.';
comment on column muster.token.refresh_expires_at is 'When the refresh token ends; null if there is none.';
comment on column muster.token.renewing_until is 'A replica renews it until then at most; null if none does.';
comment on column muster.token.fence is 'The claim that renews it; null if none does.';
comment on column muster.token.refused_logins is
  'How often in a row the vendor refused the credentials, over all replicas.';
comment on column muster.token.attempts is 'Token calls in a row that failed.';
comment on column muster.token.next_try_at is 'Do not ask for a token before this time.';
comment on column muster.token.doubted_at_fence is
  'The latest claim when the vendor refused a call''s authorisation. A refusal of a later claim halts the account. '
  'Null after a success.';
comment on column muster.token.failing_since is 'When the first token call in a row failed. Null after a success.';
comment on column muster.token.last_error is
  'Code and message of the last token call that failed. Null after a success.';
