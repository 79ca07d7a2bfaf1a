-- $1 id, $2 the principal who confirms it, or null for the owner of the machine, $3 now.
UPDATE api_key SET confirmed_by = $2, confirmed_at = $3 WHERE id = $1 AND needs_confirmation AND confirmed_at IS NULL
