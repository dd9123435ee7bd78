-- People look for a device by what is printed on it.
create index device_serial_number on muster.device (serial_number) where serial_number is not null;
