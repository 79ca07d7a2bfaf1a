-- What happened to a petition. $1 petition.
SELECT e.ordinal, e.at, e.to_state, e.reason FROM petition_event e WHERE e.petition_id = $1 ORDER BY e.ordinal
