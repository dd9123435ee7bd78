-- Its third argument says how many targets wait.
drop function if exists muster.longest_wait(text, double precision);
