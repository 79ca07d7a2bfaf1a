-- A part, whose pieces follow. $1 digest, $2 bytes, $3 compressed bytes, $4 CRC-32, $5 lines.
INSERT INTO export_part (sha256, bytes, deflated_bytes, crc32, lines) VALUES ($1, $2, $3, $4, $5) RETURNING id
