-- report.attention looks for these again and again: among a million that wait it would read each.
create index work_request_unknown on muster.work_request (given_up_at) where status = 'unknown';
