-- The public half of the key that signs here. $1 kid, $2 public key.
INSERT INTO signing_key (kid, public_key) VALUES ($1, $2) ON CONFLICT DO NOTHING
