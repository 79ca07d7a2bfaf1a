-- The words of a comment are gone. $1 id.
UPDATE consultation_comment SET state = 'withdrawn', text = NULL, proposed_value = NULL, on_behalf_of = NULL WHERE id = $1
