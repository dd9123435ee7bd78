create table muster.setting (
  name   text        primary key,
  value  text        not null,
  since  timestamptz not null default now()
);

comment on table muster.setting is 'Settings of the replica that started last. People see them in messages.';
comment on column muster.setting.name is 'The key in the configuration.';
comment on column muster.setting.value is 'Its value.';
comment on column muster.setting.since is 'Since when it has this value.';
