-- A file that is held, unless the same content is held already. $1 kind, $2 name, $3 sha256, $4 bytes, $5 cut date, $6 cut date given,
-- $7 read, $8 accepted, $9 quarantined, $10 refused, $11 reasons, $12 and $13 in Spanish and English, $14 instant.
INSERT INTO held_import (kind, name, sha256, bytes, cut_date, given_cut_date, rows_read, rows_accepted, rows_quarantined, rows_refused, reasons,
    reasons_es, reasons_en, held_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING RETURNING id
