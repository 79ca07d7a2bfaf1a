-- Was a key that makes keys ever made?
SELECT 1 FROM api_key WHERE 'keys:admin' = ANY(scopes) LIMIT 1
