-- It takes more than it did, and R__settle_pull makes it anew.
drop function if exists muster.targets_read(tid[], interval[]);
