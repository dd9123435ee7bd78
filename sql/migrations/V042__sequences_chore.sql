insert into muster.chore (name) values ('sequences');
