-- Which refusals count against a token is another question now: muster.token_of_call and muster.blames_token.
drop function if exists muster.present_token(jsonb);
