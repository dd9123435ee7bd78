-- Two transactions may commit in the other order than they began. Below the horizon no transaction is open any more, so
-- nothing can come there later. A view reads with its owner's rights and a function would not: so it is a view.
create or replace view muster.change_horizon as
select (f.life::bigint << 48) + pg_snapshot_xmin(pg_current_snapshot())::text::bigint as position, f.life,
       f.incomplete_to, i.noticed_at, i.notice
  from muster.change_feed f, muster.incarnation i;
comment on view muster.change_horizon is 'One row: how far the changes are complete.';
comment on column muster.change_horizon.position is 'Every change below this position is committed, or never will be.';
comment on column muster.change_horizon.life is 'As in change_feed.';
comment on column muster.change_horizon.incomplete_to is 'As in change_feed.';
comment on column muster.change_horizon.noticed_at is 'When a restore or failover was last noticed; null if none was.';
comment on column muster.change_horizon.notice is 'What was noticed.';

-- Planner: around the union (docs/planner.md).
create or replace view report.change as
select c.* from (
  select position, account, key, valid_from, changed, vendor, serial_number, name, product_key, model, type, lifecycle,
         vendor_status, connectivity, activated, port_count, address, region, org_id, attributes, ports,
         vendor_created_at, vendor_updated_at, null::timestamptz as missing_since
    from muster.device_history
  union all
  select position, account, key, last_changed_at, changed, vendor, serial_number, name, product_key, model, type,
         lifecycle, vendor_status, connectivity, activated, port_count, address, region, org_id, attributes, ports,
         vendor_created_at, vendor_updated_at, missing_since
    from muster.device) c
 where c.position < (select h.position from muster.change_horizon h);
comment on view report.change is
  'One row per version of a device, at the position where it was stored; again, at a later one, when the vendor says '
  'that the device is gone or there again. muster.changes_since reads it after a cursor. It shows a change once no '
  'earlier one can follow.';
comment on column report.change.position is
  'Its place in the order of changes; all that one transaction stored has the same. A cursor is the highest one read.';
comment on column report.change.valid_from is
  'When Muster first read this version. The version before it ended then.';
comment on column report.change.missing_since is
  'Since when the vendor says that it does not exist; null while it does, and for a version that another has followed.';

-- Security definer: its callers have no rights in schema muster.
-- Planner: kept plans, around the union (docs/planner.md).
create or replace function muster.changes_since(
  cursor bigint default null, max_rows integer default 1000, after_restore boolean default false)
returns setof report.change
language plpgsql stable security definer set search_path = pg_catalog, muster, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set max_parallel_workers_per_gather = 0 set jit = off as $$
declare
  v_now muster.change_horizon := (select h from muster.change_horizon h);
begin
  -- A standby may be behind the cursor.
  if cursor > 0 and (cursor >> 48 <> v_now.life and not after_restore
                     or cursor >= v_now.position and not pg_is_in_recovery()) then
    raise exception using errcode = 'MU016',
      message = format('the cursor %s is of another life of this database: %s', cursor,
                       coalesce(v_now.notice, 'it is ahead of all changes')),
      hint = 'Changes that were read may be lost here. Load everything again: select muster.present_cursor(), then '
             'copy report.device, then go on from that cursor. After a failover that lost nothing, go on with '
             'after_restore => true.';
  end if;
  if cursor > 0 and cursor < v_now.incomplete_to then
    raise exception using errcode = 'MU017',
      message = format('retention has dropped versions after the cursor %s, up to %s', cursor, v_now.incomplete_to),
      hint = format('To go on with those that came later: cursor => %s. To have the present ones whole, load '
                    'report.device again.', v_now.incomplete_to);
  end if;
  return query
    select * from (
      select * from report.change c
       where c.position > coalesce(cursor, 0)
       order by c.position
       fetch first (greatest(max_rows, 1)) rows with ties) page
     order by page.position, page.valid_from;
end $$;
comment on function muster.changes_since(bigint, integer, boolean) is
  'What changed after a cursor, in order: at least so many rows if there are any, and never a part of a transaction. '
  'The next cursor is the highest position. Null, or 0, begins with the first change that is kept. Refuses a cursor '
  'from before a restore (MU016) or before what retention has left (MU017).';

create or replace function muster.present_cursor() returns bigint
language sql stable security definer set search_path = pg_catalog, muster, pg_temp as $$
  select h.position - 1 from muster.change_horizon h
$$;
comment on function muster.present_cursor() is
  'The cursor before all that is still to change. Take it first, then copy report.device in another statement.';
