-- The transaction's number, which only grows, below the count of restores, after which transactions are numbered anew.
-- Commits come in another order than numbers: report.change shows a position only once no lower one can follow.
create or replace function muster.change_position() returns bigint
language sql as $$
  select (f.life::bigint << 48) + pg_current_xact_id()::text::bigint from muster.change_feed f
$$;
comment on function muster.change_position() is
  'The position of what this transaction changes (report.change). The number puts it before the functions that use it.';
