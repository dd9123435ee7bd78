create or replace view muster.down as
select w.account, w.down_since as since, w.why || ', ' || w.failures || ' times in a row' as why,
       'Nothing if the vendor is known to be away: one call at a time looks whether it is well again, and then '
         'everything goes on by itself. Else look at base-url, the network and the certificates. To try at once: '
         'select muster.resume(' || quote_literal(w.account) || ');' as what_to_do
  from muster.weather w
  join muster.account a on a.account = w.account and a.configured and a.state = 'active'
 where w.down_since is not null;
comment on view muster.down is
  'One row per account that is down: its vendor is not reached, or gives no answer that says anything.';
comment on column muster.down.account is 'The account.';
comment on column muster.down.since is 'Since when.';
comment on column muster.down.why is 'What the last failure says.';
comment on column muster.down.what_to_do is 'What a person can do.';
