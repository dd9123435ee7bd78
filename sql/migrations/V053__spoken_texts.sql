-- What people wrote before these texts had a bound: cut, and without control characters (Unicode's Cc, Cf, Zl, Zp).
update muster.account
   set why = regexp_replace(left(why, 500),
                            '[\u0001-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f]',
                            ' ', 'g')
 where why is not null;
update muster.dead_letter
   set note = regexp_replace(left(note, 500),
                             '[\u0001-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f]',
                             ' ', 'g')
 where note is not null;
