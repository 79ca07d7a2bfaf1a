-- The names of all secrets that keys and receipts were made with.
SELECT coalesce((SELECT array_agg(pepper_id ORDER BY first_used_at) FROM pepper), '{}') AS peppers,
    coalesce((SELECT array_agg(kid ORDER BY first_used_at) FROM signing_key), '{}') AS signing_keys
