-- Sets contents computed while importing, in the same transaction. $1 ids, $2 contents, $3 units.
UPDATE ceiling SET regulated_units = v.content, regulated_unit = v.unit
FROM unnest($1::bigint[], $2::numeric[], $3::text[]) AS v (id, content, unit) WHERE ceiling.id = v.id
