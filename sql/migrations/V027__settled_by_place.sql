-- Settlements read each outcome once, and write rows at the places where they locked them.
drop function if exists muster.store_outcomes(jsonb, text[]);
drop function if exists muster.store_versions(text[], text[], uuid[], text[], boolean[], timestamptz);
drop function if exists muster.touch_sync(jsonb);
drop function if exists muster.request_resource(muster.work_request);
