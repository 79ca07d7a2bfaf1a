-- The answers to a petition, the first one first. $1 petition.
SELECT a.ordinal, a.answered_on, a.disposition, a.text_es, a.text_en FROM petition_answer a WHERE a.petition_id = $1 ORDER BY a.ordinal
