COPY (SELECT part, id, source_file_id, line, judged, expediente, consecutive, period_from, period_until, actor_role, transaction, operation, unit,
    minimum, maximum, units, value, reporter_nit, counterparty_nit, seller_nit
    FROM sismed_row WHERE part = 0 AND id >= $1::bigint << 32 AND id < ($1::bigint + 1) << 32 AND recorded_in = $1 ORDER BY id) TO STDOUT (FORMAT binary)
