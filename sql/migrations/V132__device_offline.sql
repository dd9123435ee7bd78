-- After an outage all devices that are offline may be one account's, behind those of many others.
create index device_offline on muster.device (account, key) where connectivity = 'offline';
