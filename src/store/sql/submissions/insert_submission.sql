-- A file has come whole. $1 id, $2 principal, $3 NIT, $4 key, $5 request digest, $6 name, $7 format, $8 gzip, $9 period, $10 from, $11 until,
-- $12 bytes, $13 sha256, $14 dry run, $15 rectifies, $16 version, $17 instant, $18 declared to have no rows, $19 kind.
INSERT INTO submission (id, principal_id, nit, idempotency_key, request_digest, name, format, gzip, period, period_from, period_until,
    bytes, sha256, dry_run, rectifies, version, received_at, zero_report, kind)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
