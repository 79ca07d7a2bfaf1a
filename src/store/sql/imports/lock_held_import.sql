-- A held file, locked until the commit: whether it still waits. $1 id.
SELECT state = 'held' AS waits, name, kind, sha256, reasons FROM held_import WHERE id = $1 FOR NO KEY UPDATE
