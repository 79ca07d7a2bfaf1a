-- Presentations that another source describes are marked as reported, set by set: row by row in `add_reported_medicines` costs twice as much.
-- $1 expedientes, $2 consecutives.
UPDATE medicine m SET sources = m.sources || 'sismed'::text
FROM unnest($1::integer[], $2::integer[]) AS c (expediente, consecutive)
WHERE m.expediente = c.expediente AND m.consecutive = c.consecutive AND m.brand <> '' AND NOT 'sismed' = ANY(m.sources)
