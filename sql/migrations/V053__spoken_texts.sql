-- What people wrote before these texts had a bound: cut, and without control characters (Unicode's Cc, Cf, Zl, Zp).
update muster.account
   set why = regexp_replace(left(why, 500),
                            '[\u0001-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd'
                            '\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]',
                            ' ', 'g')
 where why is not null;
update muster.dead_letter
   set note = regexp_replace(left(note, 500),
                             '[\u0001-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd'
                            '\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]',
                             ' ', 'g')
 where note is not null;
