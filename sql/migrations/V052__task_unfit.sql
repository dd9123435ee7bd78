alter type muster.task add attribute unfit text;
comment on column muster.task.unfit is
  'Why the request''s params can''t be carried to the service, as the end of a sentence; null if they are in params.';
