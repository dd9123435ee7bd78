alter table muster.poll_target add column discovered_at timestamptz;
create index poll_target_discovered on muster.poll_target (account, resource) where discovered_at is not null;
comment on column muster.poll_target.discovered_at is 'When a sweep enrolled it; null if a person did.';
