-- The digest of an import's reports as they were encoded, for its leaf in the log. $1 the import, $2 the digest, or null.
UPDATE source_file SET reports_sha256 = $2 WHERE id = $1
