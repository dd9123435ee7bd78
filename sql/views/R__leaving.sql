-- Accounts that a replica has started without, and that no living replica has.
create or replace view muster.leaving as
select a.account, a.left_out_at, h.had_at,
       -- The rows of replicas are kept for longer than a day: without one, none had it in that time.
       coalesce(h.had_at + interval '1 day', a.left_out_at) as leaves_at, coalesce(h.certain, true) as certain
  from muster.account a
  left join (
    select n.account, max(r.last_seen) as had_at, bool_or(r.lives_until > now()) as lives,
           bool_and(coalesce(r.missed_at < now() - interval '1 minute', false)) as certain
      from muster.replica r
     cross join unnest(r.accounts) n (account)
     group by n.account) h using (account)
 where a.configured and a.left_out_at is not null and h.lives is not true;
comment on view muster.leaving is
  'One row per account that is about to leave: a replica has started without it, and no living replica has it.';
comment on column muster.leaving.account is 'The account.';
comment on column muster.leaving.left_out_at is 'When a replica started without it.';
comment on column muster.leaving.had_at is 'When the last replica that had it was last seen. Null: over a day ago.';
comment on column muster.leaving.leaves_at is 'When it leaves: a day after it was last had.';
comment on column muster.leaving.certain is
  'Whether the replicas that had it are gone for certain: each ended in order, or stayed silent for a minute after '
  'that was first noticed. Else the database''s clock may just have jumped.';
