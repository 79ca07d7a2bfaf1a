-- Whom a provider knows, and the key that stands for them. $1 key, $2 issuer, $3 subject.
INSERT INTO external_identity (key_id, issuer, subject) VALUES ($1, $2, $3)
