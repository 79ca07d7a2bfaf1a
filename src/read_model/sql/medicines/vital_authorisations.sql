-- What was let in as vital and not available, in the list that counts by the day it speaks for; newest first, and before them those with the same IUM.
-- Of a presentation by its IUM ($1) or the key of its ingredients ($2), both or neither null; with this IUM or one below it ($3 or null); with these
-- words, folded, in its names ($4 or null). $5 how many come before, $6 limit.
WITH edition AS (
    SELECT f.id, f.name AS file, f.sha256, f.cut_date, f.feed_run_id, f.address FROM source_file f
    WHERE f.kind = 'vital_not_available' AND counts_at(f.id, f.ended_in, NULL::bigint)
    ORDER BY f.cut_date DESC NULLS LAST, f.id DESC LIMIT 1
)
SELECT e.file, e.sha256, e.cut_date, e.feed_run_id, e.address, a.line, a.authorised_on, a.request, a.ium, a.ingredient, a.strength, a.strength_unit,
    a.second_ingredient, a.second_strength, a.second_unit, a.form, a.brand, a.presentation, coalesce(a.ium = ANY($1::text[]), false) AS same_ium
FROM edition e JOIN vital_authorisation a ON a.source_file_id = e.id
WHERE ($1::text[] IS NULL OR a.ium = ANY($1::text[]) OR a.ingredients_key = $2::text)
    AND ($3::text IS NULL OR a.ium >= $3::text AND a.ium < $3::text || ':')
    AND ($4::text IS NULL OR strpos(a.names, $4::text) > 0)
ORDER BY same_ium DESC, a.authorised_on DESC, a.line OFFSET $5::bigint LIMIT $6::bigint
