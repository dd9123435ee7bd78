-- People look for the requests that failed with a code. Most have none, so it costs them nothing.
create index work_request_code on muster.work_request (error_code, id) where error_code is not null;
