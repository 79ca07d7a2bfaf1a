-- The unit prices of a draft. $1 draft id.
SELECT line, market, atc, ingredient, form_group, unit_price, unit FROM act_draft_market WHERE draft_id = $1 ORDER BY market
