-- What was found out while reading. $1 id, $2 layout, $3 encoding, $4 number format, $5 cut date, $6 read, $7 accepted, $8 quarantined, $9 refused.
UPDATE source_file SET layout = $2, encoding = $3, number_format = $4, cut_date = $5, rows_read = $6, rows_accepted = $7,
    rows_quarantined = $8, rows_refused = $9, recorded_at = clock_timestamp()
WHERE id = $1
