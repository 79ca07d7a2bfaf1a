-- Writes the final outcome of a submission. $1 id, $2 state, $3 instant, $4 import, $5 read, $6 accepted, $7 quarantined, $8 refused, $9 flags,
-- $10 reasons, $11 verdicts, $12 refusal code, $13 refusal detail, $14 position, $15 receipt, $16 zero report,
-- $17 refusal detail in Spanish.
UPDATE submission SET state = $2, finished_at = $3, source_file_id = $4, rows_read = $5, rows_accepted = $6, rows_quarantined = $7,
    rows_refused = $8, flags = $9, reasons = $10, verdicts = $11, refusal_code = $12, refusal_detail = $13, position = $14, receipt = $15,
    zero_report = $16, refusal_detail_es = $17
WHERE id = $1
