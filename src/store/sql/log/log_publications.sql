-- Publications of acts after one. $1 the import of the last one, $2 how many.
SELECT p.source_file_id, json_build_object('act', p.act_id, 'version', p.version, 'import', p.source_file_id,
    'valid_from', p.valid_from, 'supersedes', p.supersedes, 'title', p.title, 'issued_on', p.issued_on, 'published_in', p.published_in,
    'subject_es', p.subject_es, 'subject_en', p.subject_en, 'source', p.source, 'content_digest', p.content_digest,
    'published_at', to_char(p.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS facts
FROM act_publication p
WHERE p.source_file_id > $1
ORDER BY p.source_file_id LIMIT $2
