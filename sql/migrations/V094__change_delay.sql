alter table muster.inventory_snapshot add column change_delay interval;

comment on column muster.inventory_snapshot.change_delay is
  'The mean time from a change at the vendor to its row, as estimated; null before rates are learnt.';
