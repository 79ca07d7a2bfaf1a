-- The list of ceilings that is in force now, by the day it speaks for; nothing where none is held.
SELECT id FROM source_file WHERE kind = 'ceilings' AND ended_in IS NULL ORDER BY cut_date DESC NULLS LAST, id DESC LIMIT 1
