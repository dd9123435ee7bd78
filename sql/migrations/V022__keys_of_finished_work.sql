-- What became of a device is asked by its key, in report.allocation and report.audit, which would else read a million finished rows.
-- Of requests only allocations, which are few: every request would pay for it three times.
create index work_request_allocate_key on muster.work_request (account, key) where action = 'allocate';
create index audit_key on muster.audit (account, key);
