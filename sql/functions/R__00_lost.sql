-- Leases that ended without a settlement. A process that is killed loses all that it carries. That is claimed again.
-- But something in a row may be what ends the process, or what keeps it from a settlement. Such a row must not be
-- claimed for ever, nor take others with it each time.
create or replace function muster.most_lost() returns integer
language sql immutable as $$ select 10 $$;
comment on function muster.most_lost() is
  'So many leases in a row may end without a settlement. A row that loses the last one becomes a dead letter.';

create or replace function muster.explain_lost() returns text
language sql immutable as $$
  select format('Muster stopped, or failed, before it could say what became of it, %s times in a row: its log may say '
                'why', muster.most_lost())
$$;
comment on function muster.explain_lost() is 'Explains a row that nobody settled.';

-- Given back at once, a row had no thread, or Muster stops in order.
create or replace function muster.failed_within(o muster.outcome) returns boolean
language sql immutable as $$ select o.verdict = 'release' and o.delay_ms > 0 and not coalesce(o.sent, false) $$;
comment on function muster.failed_within(muster.outcome) is 'Whether Muster itself failed before there was a call.';

create or replace function muster.as_defect(o muster.outcome) returns muster.outcome
language plpgsql immutable as $$
begin
  o.verdict := 'park';
  o.code := 'defect';
  o.message := muster.explain_lost();
  o.delay_ms := extract(epoch from interval '1 day') * 1000;
  return o;
end $$;
comment on function muster.as_defect(muster.outcome) is 'The outcome of a row that Muster gives up: a dead letter.';

-- From the third loss on one row at a time, over all accounts, is tried: it proves itself, or its guilt, and nothing
-- that is as suspect is lost with it.
create or replace function muster.lost_places(p_kind text, p_account text, p_places tid[], p_ids bigint[],
  p_fences bigint[], p_lost smallint[]) returns tid[]
language plpgsql as $$
declare
  c_alone constant integer := 3;
  v_places tid[] := '{}';
  v_turn   boolean;
  l        record;
begin
  for l in
    select x.place, x.id, x.fence, coalesce(x.lost, 0) + 1 as lost
      from unnest(p_places, p_ids, p_fences, p_lost) x (place, id, fence, lost)
  loop
    if l.lost >= muster.most_lost() then
      perform muster.give_up(p_kind, p_account, l.id, l.fence);
    elsif l.lost < c_alone then
      v_places := v_places || l.place;
    elsif v_turn is null then
      v_turn := muster.take_turn('suspect') and not muster.is_suspect_tried();
      if v_turn then
        v_places := v_places || l.place;
      end if;
    end if;
  end loop;
  return v_places;
end $$;
comment on function muster.lost_places(text, text, tid[], bigint[], bigint[], smallint[]) is
  'Which of these rows, whose leases ended, a claim takes: of those that were lost often only one, while no other is '
  'under way. Gives up those that were lost too often.';

create or replace function muster.is_suspect_tried() returns boolean
language sql stable as $$
  select exists (select from muster.work_request
                  where lost >= 3 and fence is not null and next_at > clock_timestamp())
      or exists (select from muster.poll_state
                  where lost >= 3 and fence is not null and due_at > clock_timestamp())
$$;
comment on function muster.is_suspect_tried() is 'Whether the call of a row is under way that was lost often.';

create or replace function muster.give_up(p_kind text, p_account text, p_id bigint, p_fence bigint) returns void
language plpgsql as $$
declare
  o muster.outcome;
begin
  o.kind := p_kind;
  o.account := p_account;
  o.id := p_id;
  o.fence := p_fence;
  o.verdict := 'release';
  o.delay_ms := 1;
  if p_kind = 'request' then
    perform muster.settle_request(o, '{}');
  else
    perform muster.settle_pull(o);
  end if;
end $$;
comment on function muster.give_up(text, text, bigint, bigint) is
  'The last loss of a row: a failure of Muster''s own like others, for which it gets a dead letter.';

create or replace function muster.lost_requests(p_places tid[]) returns tid[]
language sql as $$
  select muster.lost_places('request', min(account), array_agg(ctid order by next_at), array_agg(id order by next_at),
           array_agg(fence order by next_at), array_agg(lost order by next_at))
    from muster.work_request where ctid = any (p_places)
$$;
comment on function muster.lost_requests(tid[]) is 'muster.lost_places for requests.';

create or replace function muster.lost_pulls(p_places tid[]) returns tid[]
language sql as $$
  select muster.lost_places('pull', min(account), array_agg(ctid order by due_at), array_agg(target_id order by due_at),
           array_agg(fence order by due_at), array_agg(lost order by due_at))
    from muster.poll_state where ctid = any (p_places)
$$;
comment on function muster.lost_pulls(tid[]) is 'muster.lost_places for pulls.';
