-- A file of a version, without its bytes. $1 data set, $2 version, $3 name.
SELECT f.id, f.format, f.base_format, f.bytes, f.sha256, f.deflated_bytes, f.crc32, NOT EXISTS (SELECT FROM kept_export_file k WHERE k.id = f.id) AS pruned
FROM export e JOIN export_file f ON f.export_id = e.id
WHERE e.data_set = $1 AND e.version = $2 AND f.name = $3
