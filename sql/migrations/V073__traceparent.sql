alter table muster.work_request add column traceparent text;
comment on column muster.work_request.traceparent is
  'The trace of whoever asked, as W3C Trace Context writes it (docs/traces.md); null for none.';
