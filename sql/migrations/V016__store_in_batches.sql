-- Devices are stored, and requests that reached their end are settled, by the batch.
drop function if exists muster.store_device(muster.device, muster.device);
drop function if exists muster.store_ports(muster.device);
drop function if exists muster.finish_request(jsonb, muster.work_request);
drop function if exists muster.touch_sync(jsonb, muster.work_request);
