-- Received, and not worked to an end. Oldest first.
SELECT id, bytes, gzip, format FROM submission WHERE finished_at IS NULL ORDER BY received_at, id
