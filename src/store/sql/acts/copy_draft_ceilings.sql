COPY act_draft_ceiling (draft_id, line, expediente, consecutive, column_code, amount, margin_kind, margin, market, description, regulated_units, regulated_unit) FROM STDIN (FORMAT binary)
