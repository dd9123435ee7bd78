-- Few devices are missing: a list of them reads no others. It costs a device that is there nothing.
create index device_missing on muster.device (account, key) where missing_since is not null;
