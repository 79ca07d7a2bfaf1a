COPY (SELECT part, id, source_file_id, line, judged, expediente, consecutive, period_from, period_until, actor_role, transaction, operation, unit,
    minimum, maximum, units, value, reporter_nit, counterparty_nit, seller_nit
    FROM sismed_row WHERE part IN (0, $1) AND source_file_id = $1 AND recorded_in IS NULL ORDER BY id) TO STDOUT (FORMAT binary)
