-- The consultation of a draft that is held already, so that this is read after whatever it waited for. $1 draft.
SELECT c.opened_on, consultation_closes_on(c.draft_id) AS closes_on, d.state AS draft_state,
    (SELECT max(v.version) FROM consultation_version v WHERE v.draft_id = c.draft_id) AS version
FROM consultation c JOIN act_draft d ON d.id = c.draft_id WHERE c.draft_id = $1 ORDER BY c.draft_id
