-- Developers: whoever builds on the public data. Their keys are free, open nothing but their own watches, and may ask more often.
SET lock_timeout = '2s';

ALTER TABLE principal
    DROP CONSTRAINT principal_kind_check,
    ADD CONSTRAINT principal_kind_check CHECK (kind IN ('reporter', 'regulator', 'operator', 'auditor', 'developer'));

-- Scopes outside the kind cannot be granted; the name is what PostgreSQL gave to the first check of V0008.
ALTER TABLE api_key
    DROP CONSTRAINT api_key_check,
    ADD CONSTRAINT api_key_check CHECK (scopes <@ CASE kind
        WHEN 'reporter' THEN ARRAY['reports:write', 'reports:read.own', 'cases:reply']
        WHEN 'regulator' THEN ARRAY['acts:draft', 'acts:approve', 'cases:review', 'cases:confirm', 'reports:read']
        WHEN 'operator' THEN ARRAY['keys:admin', 'ops:read']
        WHEN 'developer' THEN ARRAY['watches:own']
        ELSE ARRAY['audit:read', 'reports:read'] END);
