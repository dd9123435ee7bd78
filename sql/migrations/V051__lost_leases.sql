-- How often in a row nobody settled a row that was claimed. Null costs no room in the row.
alter table muster.poll_state add column lost smallint;
alter table muster.work_request add column lost smallint;
alter table muster.token add column lost smallint;

comment on column muster.poll_state.lost is 'How many leases in a row ended without a settlement; null for none.';
comment on column muster.work_request.lost is 'How many leases in a row ended without a settlement; null for none.';
comment on column muster.token.lost is 'How many renewals in a row ended without a settlement; null for none.';
