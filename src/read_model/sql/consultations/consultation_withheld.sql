-- Why comments stay back, and how many. $1 draft.
SELECT c.withheld_reason AS reason, count(*) AS comments FROM consultation_comment c WHERE c.draft_id = $1 AND c.state = 'withheld'
GROUP BY c.withheld_reason ORDER BY count(*) DESC, c.withheld_reason COLLATE "C"
