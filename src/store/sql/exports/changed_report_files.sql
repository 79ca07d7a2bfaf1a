-- Files of reports that came, or of which reports were superseded, after an import. $1 the import.
SELECT id FROM source_file WHERE (id > $1 AND kind IN ('sismed', 'submission')) OR reports_superseded_in > $1 ORDER BY id
