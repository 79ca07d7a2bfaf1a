-- The IUM of each presentation, as the newest catalogue that has it states them: found by search, and shown beside the CUM.
SET LOCAL lock_timeout = '3s';

-- A recorded state is compared by the whole row, so a new column would make every product one that changed. Those that had no change to be
-- recorded are taken as recorded with the empty column.
CREATE TEMPORARY TABLE unchanged ON COMMIT DROP AS
SELECT h.key, m.expediente, m.consecutive
FROM medicine m JOIN change_head h ON h.key = 'product:' || m.expediente || '-' || m.consecutive AND h.digest = md5(m::text)::uuid;

ALTER TABLE medicine ADD COLUMN iums text[] NOT NULL DEFAULT '{}';

UPDATE change_head h SET digest = md5(m::text)::uuid
FROM unchanged u JOIN medicine m ON m.expediente = u.expediente AND m.consecutive = u.consecutive
WHERE h.key = u.key;

UPDATE medicine m SET iums = r.iums
FROM (
    SELECT e.expediente, e.consecutive, array_agg(DISTINCT e.ium ORDER BY e.ium) FILTER (WHERE e.ium IS NOT NULL) AS iums
    FROM (
        SELECT c.expediente, c.consecutive, c.ium,
            rank() OVER (PARTITION BY c.expediente, c.consecutive ORDER BY f.cut_date DESC NULLS LAST, f.id DESC) AS edition
        FROM catalogue_row c JOIN source_file f ON f.id = c.source_file_id
        WHERE f.ended_in IS NULL
    ) e
    WHERE e.edition = 1
    GROUP BY e.expediente, e.consecutive
) r
WHERE m.expediente = r.expediente AND m.consecutive = r.consecutive AND r.iums IS NOT NULL;
