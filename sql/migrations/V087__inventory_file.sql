-- Where \copy puts the lines of a file. It is empty after each statement: sql/functions/R__inventory_file.sql.
create unlogged table muster.inventory_file (
  line           bigint generated always as identity,
  account        text,
  key            text,
  refresh_every  text,
  resource       text   default 'device'
);

comment on table muster.inventory_file is
  'Takes a CSV file into poll_target: \copy muster.inventory_file (account, key, refresh_every) from file.csv csv. '
  'A target that is there gets the interval of the file. If lines are bad, each is named, and none is taken.';
comment on column muster.inventory_file.line is 'Orders the lines.';
comment on column muster.inventory_file.account is 'The account to read it through.';
comment on column muster.inventory_file.key is 'The name by which Muster asks the vendor for it.';
comment on column muster.inventory_file.refresh_every is
  'How often to read it, such as 15 min; empty for the account''s interval.';
comment on column muster.inventory_file.resource is 'What it is; device if the file does not say.';
