-- The act of a publication, unless it is known. $1 id, $2 title, $3 issued on, $4 published in, $5 in force from, $6 subject es, $7 subject en, $8 source.
INSERT INTO act (id, title, issued_on, published_in, in_force_from, subject_es, subject_en, source, confirmed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, true) ON CONFLICT (id) DO NOTHING
