-- Rows that were lost often are tried one at a time: muster.is_suspect_tried looks for the one under way.
insert into muster.chore (name) values ('suspect');
create index work_request_suspect on muster.work_request (next_at) where lost >= 3 and fence is not null;
create index poll_state_suspect on muster.poll_state (due_at) where lost >= 3 and fence is not null;
