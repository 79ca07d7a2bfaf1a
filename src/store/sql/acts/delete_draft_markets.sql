-- Takes unit prices out of a draft. $1 draft, $2 markets.
DELETE FROM act_draft_market m WHERE m.draft_id = $1 AND m.market = ANY ($2::text[])
