-- It takes more than it did, and R__pace makes it anew.
drop function if exists muster.longest_wait(text, double precision);
