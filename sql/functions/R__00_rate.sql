-- Learnt rates of change, and how often they are worth a reading. Kolobov, Peres, Lu, Horvitz: Staying up to date with
-- online content changes using reinforcement learning for scheduling, NeurIPS 2019. docs/freshness.md explains it.
-- Plain expressions, so that PostgreSQL puts them into the statement: a settlement evaluates them once a target.

-- 0.25: the account's mean counts like so many changes seen. More finds busy devices later; less takes chance for
-- habit (FreshnessBenchIT).
create or replace function muster.learnt_rate(p_changes real, p_exposure real, p_mean double precision)
returns double precision
language sql immutable as $$ select (0.25 + p_changes) / (0.25 / p_mean + p_exposure) $$;
comment on function muster.learnt_rate(real, real, double precision) is
  'Changes a second of a target, from its readings and its account''s mean rate.';

-- The series, where the difference of two like numbers would lose all digits. 700: the largest that exp() takes.
create or replace function muster.quiet_time(p_rate double precision, p_seconds double precision)
returns double precision
language sql immutable as $$
  select case when p_rate * p_seconds < 0.001 then p_seconds / 2 - p_rate * p_seconds * p_seconds / 12
              else 1 / p_rate - p_seconds / (exp(least(p_rate * p_seconds, 700)) - 1) end
$$;
comment on function muster.quiet_time(double precision, double precision) is
  'The expected seconds until the first change, of a target at this rate that did change within so many seconds.';

-- 0.9: each reading makes those before count for a tenth less. Habits change.
create or replace function muster.learn(
  p_changes real, p_exposure real, p_rate double precision, p_seconds double precision, p_news boolean,
  p_mean double precision)
returns table (changes real, exposure real, rate double precision)
language sql stable as $$
  select n.changes::real, n.exposure::real,
         case when p_seconds is not null then muster.learnt_rate(n.changes::real, n.exposure::real, p_mean) end
    from (select 0.9 * coalesce(p_changes, 0) + case when p_news then 1 else 0 end as changes,
                 0.9 * coalesce(p_exposure, 0)
                   + coalesce(case when p_news then muster.quiet_time(p_rate, greatest(p_seconds, 0))
                                   else greatest(p_seconds, 0) end, 0) as exposure) n
$$;
comment on function muster.learn(
  real, real, double precision, double precision, boolean, double precision) is
  'What a reading teaches of a target. p_seconds: since the one before; null for the first.';

-- 1/rho of the harmonic policy, in a form that loses no digits.
create or replace function muster.worth_reading_after(p_rate double precision, p_most double precision)
returns double precision
language sql immutable as $$ select (1 + sqrt(1 + 4 * p_most / p_rate)) / (2 * p_most) $$;
comment on function muster.worth_reading_after(double precision, double precision) is
  'Seconds between two readings of a target at this rate. p_most: readings a second of one that changes all the time.';

-- Up to a twentieth less, so that targets that were enrolled together do not stay together.
create or replace function muster.next_reading(p_rate double precision, p_every double precision, p_pace muster.pace)
returns interval
language sql volatile as $$
  select make_interval(secs => (1 - 0.05 * random()) * least(p_pace.longest * p_every,
    muster.worth_reading_after(p_rate, p_pace.eagerness / p_every)))
$$;
comment on function muster.next_reading(double precision, double precision, muster.pace) is
  'When to read a target again. p_every: its own interval, in seconds.';

create or replace function muster.without(p_attributes jsonb, p_paths text[]) returns jsonb
language plpgsql immutable as $$
declare
  v_path text[];
begin
  for v_path in select string_to_array(p, '.') from unnest(p_paths) p where p like 'attributes.%' loop
    p_attributes := p_attributes #- v_path[2:];
  end loop;
  return p_attributes;
end $$;
comment on function muster.without(jsonb, text[]) is 'Attributes without what does not count as news.';

create or replace function muster.is_news(
  p_columns text[], p_old muster.device, p_new muster.device, p_not_news text[]) returns boolean
language sql immutable as $$
  select exists (select from unnest(p_columns) c where c <> 'attributes' and c <> all (p_not_news))
      or ('attributes' = any (p_columns) and 'attributes' <> all (p_not_news)
          and muster.without(p_old.attributes, p_not_news) <> muster.without(p_new.attributes, p_not_news))
$$;
comment on function muster.is_news(text[], muster.device, muster.device, text[]) is
  'Whether the change of these columns counts as news.';
