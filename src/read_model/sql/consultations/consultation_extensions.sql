-- How a consultation was made longer. $1 draft.
SELECT e.ordinal, e.day, e.closes_on, e.reason FROM consultation_extension e WHERE e.draft_id = $1 ORDER BY e.ordinal
