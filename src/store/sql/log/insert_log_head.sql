-- Another service may have signed the same size. $1 size, $2 root, $3 instant, $4 kid, $5 JWS.
INSERT INTO log_head (size, root, signed_at, kid, signed) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (size) DO NOTHING
