alter table muster.sweep add column unanswered smallint;

comment on column muster.sweep.unanswered is
  'How many such sweeps there were in a row, this one among them, if its first page was refused without a word of the '
  'vendor''s own, as by a gateway. Null otherwise.';
