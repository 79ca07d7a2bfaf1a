-- Stores the facts found while reading. $1 id, $2 layout, $3 encoding, $4 number format, $5 cut date, $6 where it comes from, $7 read, $8 accepted,
-- $9 quarantined, $10 refused, $11 series, $12 and $13 the span covered, $14 columns unknown to the layout.
UPDATE source_file SET layout = $2, encoding = $3, number_format = $4, cut_date = $5, cut_date_from = $6, rows_read = $7, rows_accepted = $8,
    rows_quarantined = $9, rows_refused = $10, series = $11, covers_from = $12, covers_until = $13, extra_columns = $14, recorded_at = clock_timestamp()
WHERE id = $1
