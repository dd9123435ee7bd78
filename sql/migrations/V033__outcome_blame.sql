-- Whose fault a failure is.
alter type muster.outcome add attribute blame text;
comment on column muster.outcome.blame is
  'account (the vendor as a whole does not answer), unsure (the device''s, or the account''s if all fail so), or null '
  '(the device''s, or nobody''s).';
