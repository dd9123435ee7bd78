alter table muster.device add column news_at timestamptz;

comment on column muster.device.news_at is
  'When a column last changed that counts as news (muster.account.not_news); null if none has since it was first seen.';
