-- A request's reading counts as a reading of the target too, if there is one, and resolves the target's letter.
-- p_shown: device or product; null for a reading that shows neither.
-- Planner: places, one by one (docs/planner.md).
create or replace function muster.note_readings(p_accounts text[], p_keys text[], p_shown text[]) returns void
language plpgsql as $$
declare
  v_ids   bigint[];
  v_alone jsonb;
begin
  select array_agg(p.id), jsonb_agg(jsonb_build_array(r.account, r.key, r.shown)) filter (where p.id is null)
    into v_ids, v_alone
    from (select distinct account, key, shown from unnest(p_accounts, p_keys, p_shown) x (account, key, shown)
           where shown in ('device', 'product')) r
    left join lateral (
      select id from muster.poll_target
       where account = r.account and resource = r.shown and key = r.key offset 0) p on true;
  v_ids := muster.note_target_readings(v_ids);
  -- A device or product without a target notes it itself; what this transaction has stored bears its time already.
  if v_alone is not null then
    update muster.device set synced_at = clock_timestamp()
     where ctid = any (array(
       select d.ctid
         from (select x ->> 0 as account, x ->> 1 as key from jsonb_array_elements(v_alone) x
                where x ->> 2 = 'device' order by 1, 2) r
        cross join lateral (
          select ctid from muster.device
           where account = r.account and key = r.key and synced_at < now() for update offset 0) d));
    update muster.product set synced_at = clock_timestamp()
     where ctid = any (array(
       select d.ctid
         from (select x ->> 0 as account, x ->> 1 as key from jsonb_array_elements(v_alone) x
                where x ->> 2 = 'product' order by 1, 2) r
        cross join lateral (
          select ctid from muster.product
           where account = r.account and product_key = r.key for update offset 0) d));
  end if;
  perform muster.resolve_letters(v_ids, '{}', '{}');
end $$;
comment on function muster.note_readings(text[], text[], text[]) is
  'Notes that requests have read devices or products.';

-- It teaches nothing of how often they change: pulls alone do.
create or replace function muster.note_target_readings(p_ids bigint[]) returns bigint[]
language plpgsql as $$
declare
  g        record;
  v_ids    bigint[];
  v_places tid[];
  v_idles  boolean[];
  v_second double precision;
begin
  -- Another settlement reads a target that it holds this very moment. To wait for it could be a deadlock.
  select array_agg(s.target_id), array_agg(s.ctid), array_agg(s.fence is null)
    into v_ids, v_places, v_idles
    from (select id from unnest(p_ids) id order by id) t
   cross join lateral (
     select target_id, ctid, fence from muster.poll_state
      where target_id = t.id for update skip locked offset 0) s;
  -- Most have the same interval.
  for g in
    select x.every, x.idle, x.places, p as pace
      from (select t.account, t.resource, case when t.enabled then t.every end as every, y.idle,
                   array_agg(y.place) as places
              from unnest(v_ids, v_places, v_idles) y (id, place, idle)
             cross join lateral (select * from muster.target where id = y.id offset 0) t
             group by 1, 2, 3, 4) x
      left join muster.pace p on p.account = x.account and p.resource = x.resource
  loop
    v_second := extract(epoch from g.every);
    update muster.poll_state
       set synced_at = clock_timestamp(),
           due_at = case when not g.idle or g.every is null then due_at
                         when (g.pace).longest is null then clock_timestamp() + g.every
                         else clock_timestamp()
                           + muster.next_reading(coalesce(change_rate, (g.pace).mean_rate), v_second, g.pace) end,
           attempts = case when g.idle then 0 else attempts end,
           failing_since = case when not g.idle then failing_since end,
           waits_for = case when not g.idle then waits_for end
     where ctid = any (g.places);
  end loop;
  return v_ids;
end $$;
comment on function muster.note_target_readings(bigint[]) is
  'Notes that requests have read these targets, and returns those that no other settlement holds.';
