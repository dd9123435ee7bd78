alter table muster.inventory_snapshot add column never bigint not null default 0;
comment on column muster.inventory_snapshot.never is 'Targets never read.';
