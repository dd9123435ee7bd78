-- People look for the few requests that failed. It costs the others nothing.
create index work_request_failed on muster.work_request (status, id) where status in ('dead', 'cancelled');
