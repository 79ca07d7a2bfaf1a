-- The pepper of a petition. $1 petition, $2 pepper.
INSERT INTO petition_pepper (petition_id, pepper) VALUES ($1, $2)
