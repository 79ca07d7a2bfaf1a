-- Who may act, and with which keys. A key's secret is never here: only its HMAC under a pepper that the database does not hold.
SET lock_timeout = '2s';

-- Companies that owe reports. The NIT is the digits without the check digit.
CREATE TABLE reporter (
    nit         text COLLATE "C" PRIMARY KEY CHECK (nit ~ '^[1-9][0-9]{5,9}$'),
    name        text NOT NULL CHECK (name <> ''),
    actor       text NOT NULL CHECK (actor IN ('laboratory', 'importer', 'wholesaler', 'hospital', 'insurer', 'other')),
    -- The first day from which it owes reports.
    obliged_from date NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE principal (
    id          text COLLATE "C" PRIMARY KEY CHECK (id ~ '^p[0-9A-Za-z]{10}$'),
    kind        text NOT NULL CHECK (kind IN ('reporter', 'regulator', 'operator', 'auditor')),
    name        text NOT NULL CHECK (name <> ''),
    nit         text COLLATE "C" REFERENCES reporter,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((kind = 'reporter') = (nit IS NOT NULL)),
    UNIQUE (id, kind)
);

CREATE TABLE api_key (
    id           text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[0-9A-Za-z]{10}$'),
    principal_id text COLLATE "C" NOT NULL,
    kind         text NOT NULL,
    scopes       text[] NOT NULL CHECK (cardinality(scopes) > 0),
    pepper_id    text NOT NULL,
    -- HMAC-SHA-256(pepper, secret).
    mac          bytea NOT NULL CHECK (octet_length(mac) = 32),
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    FOREIGN KEY (principal_id, kind) REFERENCES principal (id, kind),
    -- Scopes outside the kind cannot be granted, so keys:admin and acts:* never meet on one principal.
    CHECK (scopes <@ CASE kind
        WHEN 'reporter' THEN ARRAY['reports:write', 'reports:read.own', 'cases:reply']
        WHEN 'regulator' THEN ARRAY['acts:draft', 'acts:approve', 'cases:review', 'cases:confirm', 'reports:read']
        WHEN 'operator' THEN ARRAY['keys:admin', 'ops:read']
        ELSE ARRAY['audit:read', 'reports:read'] END),
    CHECK (expires_at > created_at),
    CHECK (expires_at <= created_at + CASE kind WHEN 'regulator' THEN interval '90 days' ELSE interval '365 days' END)
);
CREATE INDEX api_key_by_principal ON api_key (principal_id);

-- Public halves of the keys that sign receipts, so that an old receipt can be checked after a change of keys.
CREATE TABLE signing_key (
    kid         text COLLATE "C" PRIMARY KEY CHECK (kid ~ '^[0-9a-f]{16}$'),
    public_key  bytea NOT NULL UNIQUE CHECK (octet_length(public_key) = 32),
    first_used_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A write and its answer, so that a second try with the same key finds the first one's answer.
CREATE TABLE idempotency_record (
    principal_id text COLLATE "C" NOT NULL REFERENCES principal,
    key          text COLLATE "C" NOT NULL CHECK (key ~ '^[!-~]{1,200}$'),
    -- SHA-256 of method, path and body.
    request_digest text NOT NULL CHECK (request_digest ~ '^[0-9a-f]{64}$'),
    status       smallint NOT NULL,
    location     text,
    body         text NOT NULL,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (principal_id, key)
);
