alter table muster.inventory_snapshot add column calls_between numeric not null default 0;

comment on column muster.inventory_snapshot.calls_between is
  'Single reads a day that shorter intervals ask for between sweeps, if sweeps show all targets.';
