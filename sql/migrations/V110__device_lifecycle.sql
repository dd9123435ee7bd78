-- People look for the few devices in these states. It costs all others nothing.
create index device_lifecycle on muster.device (lifecycle, account, key)
  where lifecycle in ('disabled', 'faulted', 'retired', 'test', 'unknown');
