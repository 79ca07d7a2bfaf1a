-- The held file with this content. $1 kind, $2 sha256.
SELECT id, given_cut_date FROM held_import WHERE kind = $1 AND sha256 = $2 AND state = 'held'
