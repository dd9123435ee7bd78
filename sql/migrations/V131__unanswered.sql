alter table muster.sweep add column unanswered smallint;

comment on column muster.sweep.unanswered is
  'If its first page was refused without a word of the vendor''s own, as by a gateway: the how manieth such sweep in a '
  'row it is. Null otherwise.';
