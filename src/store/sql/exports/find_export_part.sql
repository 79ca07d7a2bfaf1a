-- A part that is stored already. $1 its digest.
SELECT id, sha256, bytes, deflated_bytes, crc32, lines FROM export_part WHERE sha256 = $1
