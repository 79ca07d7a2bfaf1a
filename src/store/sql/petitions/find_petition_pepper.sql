-- The pepper of a petition, while it is there. $1 petition.
SELECT s.pepper FROM petition_pepper s WHERE s.petition_id = $1 ORDER BY s.petition_id
