alter table muster.poll_state add column changes real, add column exposure real, add column change_rate real;

comment on column muster.poll_state.changes is
  'Readings that brought news; each reading since makes one count for a tenth less. Null before the second reading.';
comment on column muster.poll_state.exposure is
  'Seconds without news until a change came or the reading was made, weighted in the same way.';
comment on column muster.poll_state.change_rate is
  'Changes a second, as learnt from both; null before the second reading.';
