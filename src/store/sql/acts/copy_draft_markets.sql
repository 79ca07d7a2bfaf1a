COPY act_draft_market (draft_id, line, market, atc, ingredient, form_group, unit_price, unit) FROM STDIN (FORMAT binary)
