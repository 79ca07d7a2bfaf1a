COPY (SELECT id, source_file_id, line, judged, expediente, consecutive, period_from, period_until, actor_role, transaction, operation, unit,
    minimum, maximum, units, value, reporter_nit, counterparty_nit, seller_nit, recorded_in
    FROM sismed_row WHERE part = $1 AND source_file_id = $2 AND recorded_in IS NULL ORDER BY id) TO STDOUT (FORMAT binary)
