-- Two persons make an act: who contributed to a draft is rows, and whoever contributed does not approve it.
SET LOCAL lock_timeout = '3s';

-- Who made any part of a draft's content. Append-only.
CREATE TABLE act_draft_contributor (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    draft_id     text COLLATE "C" NOT NULL REFERENCES act_draft,
    principal_id text COLLATE "C" NOT NULL REFERENCES principal,
    contribution text COLLATE "C" NOT NULL CHECK (contribution IN ('created', 'uploaded')),
    at           timestamptz NOT NULL,
    -- SHA-256 of the content with this contribution in it.
    digest_after text NOT NULL CHECK (digest_after ~ '^[0-9a-f]{64}$'),
    -- Written under the lock of the draft, so it orders what happened to one draft.
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX act_draft_contributor_by_draft ON act_draft_contributor (draft_id, number);

-- What was decided about a draft. Append-only.
CREATE TABLE act_draft_decision (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    draft_id     text COLLATE "C" NOT NULL REFERENCES act_draft,
    -- NULL: the service itself, which only voids.
    principal_id text COLLATE "C" REFERENCES principal,
    decision     text COLLATE "C" NOT NULL CHECK (decision IN ('approved', 'approval_voided', 'withdrawal_proposed', 'withdrawn', 'published')),
    at           timestamptz NOT NULL,
    -- The content that was decided on.
    digest       text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    reason       text,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (principal_id IS NOT NULL OR decision = 'approval_voided')
);
CREATE INDEX act_draft_decision_by_draft ON act_draft_decision (draft_id, number);

-- A withdrawal that waits for a second person, and who completed one.
ALTER TABLE act_draft
    ADD COLUMN withdrawal_proposed_by text COLLATE "C" REFERENCES principal,
    ADD COLUMN withdrawal_proposed_at timestamptz,
    ADD COLUMN withdrawn_by text COLLATE "C" REFERENCES principal,
    ADD COLUMN withdrawn_at timestamptz,
    ADD CONSTRAINT act_draft_withdrawal_is_whole CHECK (
        (withdrawal_proposed_by IS NULL) = (withdrawal_proposed_at IS NULL) AND (withdrawn_by IS NULL) = (withdrawn_at IS NULL)
        AND (withdrawn_by IS NULL OR state = 'withdrawn')),
    ADD CONSTRAINT act_draft_withdrawn_by_another CHECK (withdrawn_by <> withdrawal_proposed_by);

-- What is known of the drafts there are: the head names who created it, the audit log who uploaded, withdrew and why.
INSERT INTO act_draft_contributor (draft_id, principal_id, contribution, at, digest_after, recorded_at)
SELECT d.id, d.drafted_by, 'created', d.drafted_at, coalesce(e.digest, d.content_digest), d.drafted_at
FROM act_draft d LEFT JOIN LATERAL (SELECT a.details ->> 'digest' AS digest FROM audit_entry a
    WHERE a.action = 'create_act_draft' AND a.subject = d.id ORDER BY a.position LIMIT 1) e ON true
ORDER BY d.drafted_at, d.id;

INSERT INTO act_draft_contributor (draft_id, principal_id, contribution, at, digest_after, recorded_at)
SELECT d.id, a.principal_id, 'uploaded', a.at, coalesce(a.details ->> 'digest', d.content_digest), a.at
FROM audit_entry a JOIN act_draft d ON d.id = a.subject
WHERE a.action = 'upload_draft_list' AND a.principal_id IS NOT NULL ORDER BY a.position;

INSERT INTO act_draft_decision (draft_id, principal_id, decision, at, digest, reason, recorded_at)
SELECT d.id, d.approved_by, 'approved', coalesce(d.approved_at, d.drafted_at), d.content_digest, e.reason, coalesce(d.approved_at, d.drafted_at)
FROM act_draft d LEFT JOIN LATERAL (SELECT a.reason FROM audit_entry a
    WHERE a.action = 'approve_act_draft' AND a.subject = d.id ORDER BY a.position DESC LIMIT 1) e ON true
WHERE d.approved_by IS NOT NULL ORDER BY d.approved_at, d.id;

INSERT INTO act_draft_decision (draft_id, principal_id, decision, at, digest, reason, recorded_at)
SELECT p.draft_id, p.published_by, 'published', p.published_at, p.content_digest, e.reason, p.published_at
FROM act_publication p LEFT JOIN LATERAL (SELECT a.reason FROM audit_entry a
    WHERE a.action = 'publish_act' AND a.subject = p.draft_id ORDER BY a.position DESC LIMIT 1) e ON true
ORDER BY p.source_file_id;

INSERT INTO act_draft_decision (draft_id, principal_id, decision, at, digest, reason, recorded_at)
SELECT d.id, a.principal_id, 'withdrawn', a.at, d.content_digest, a.reason, a.at
FROM audit_entry a JOIN act_draft d ON d.id = a.subject
WHERE a.action = 'withdraw_act_draft' AND a.principal_id IS NOT NULL ORDER BY a.position;

-- How a draft may change, whoever asks. Its row is locked before this runs, so nothing is committed in between.
CREATE OR REPLACE FUNCTION keep_published_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('published', 'withdrawn')
        OR (NEW.id, NEW.act_id, NEW.title, NEW.valid_from, NEW.supersedes, NEW.drafted_by) IS DISTINCT FROM
           (OLD.id, OLD.act_id, OLD.title, OLD.valid_from, OLD.supersedes, OLD.drafted_by)
        -- What is approved is what was seen: an approved content changes only when the approval is voided.
        OR (OLD.state = 'approved' AND NEW.state <> 'draft'
            AND (NEW.content_digest, NEW.approved_by) IS DISTINCT FROM (OLD.content_digest, OLD.approved_by))
        OR (NEW.state = 'draft' AND NEW.approved_by IS NOT NULL)
        OR (OLD.state = 'draft' AND NEW.state = 'published') THEN
        RAISE EXCEPTION 'act_draft % is % and cannot change', OLD.id, OLD.state USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.content_digest <> OLD.content_digest
        AND NOT EXISTS (SELECT FROM act_draft_contributor c WHERE c.draft_id = NEW.id AND c.digest_after = NEW.content_digest) THEN
        RAISE EXCEPTION 'act_draft %: no contributor is named for its new content', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'act_draft_content_has_contributor';
    END IF;
    IF NEW.state IN ('approved', 'published')
        AND EXISTS (SELECT FROM act_draft_contributor c WHERE c.draft_id = NEW.id AND c.principal_id = NEW.approved_by) THEN
        RAISE EXCEPTION 'act_draft %: % contributed to it and does not approve it', NEW.id, NEW.approved_by
            USING ERRCODE = 'check_violation', CONSTRAINT = 'act_draft_approver_is_no_contributor';
    END IF;
    -- One step for the drafter of a draft that is not approved; any other withdrawal is proposed by one and completed by another.
    IF NEW.state = 'withdrawn' AND (NEW.withdrawn_by IS NULL OR NOT (
        (OLD.state = 'draft' AND NEW.withdrawn_by = OLD.drafted_by)
        OR coalesce(NEW.withdrawn_by <> OLD.withdrawal_proposed_by, false))) THEN
        RAISE EXCEPTION 'act_draft %: another person completes its withdrawal', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'act_draft_withdrawn_by_two';
    END IF;
    RETURN NEW;
END $$;

-- A draft begins as one, and whoever created it is its first contributor.
CREATE FUNCTION begin_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' OR NEW.approved_by IS NOT NULL THEN
        RAISE EXCEPTION 'act_draft % begins as %', NEW.id, NEW.state USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER act_draft_begins BEFORE INSERT ON act_draft FOR EACH ROW EXECUTE FUNCTION begin_draft();

CREATE FUNCTION name_drafter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO act_draft_contributor (draft_id, principal_id, contribution, at, digest_after)
    VALUES (NEW.id, NEW.drafted_by, 'created', NEW.drafted_at, NEW.content_digest);
    RETURN NULL;
END $$;
CREATE TRIGGER act_draft_has_drafter AFTER INSERT ON act_draft FOR EACH ROW EXECUTE FUNCTION name_drafter();

-- Contributions are to drafts only; with the draft's row locked, no approval comes in between.
CREATE FUNCTION contribute_to_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present text;
BEGIN
    SELECT state INTO present FROM act_draft WHERE id = NEW.draft_id FOR UPDATE;
    IF present <> 'draft' THEN
        RAISE EXCEPTION 'act_draft % is % and takes no contribution', NEW.draft_id, present USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER act_draft_contributor_in_draft BEFORE INSERT ON act_draft_contributor FOR EACH ROW EXECUTE FUNCTION contribute_to_draft();
CREATE TRIGGER act_draft_contributor_append_only BEFORE UPDATE OR DELETE ON act_draft_contributor FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER act_draft_contributor_no_truncate BEFORE TRUNCATE ON act_draft_contributor FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER act_draft_decision_append_only BEFORE UPDATE OR DELETE ON act_draft_decision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER act_draft_decision_no_truncate BEFORE TRUNCATE ON act_draft_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Approvals by a contributor that have not become law are void: another person looks again. What was published stays, and shows who did what.
WITH void AS (
    UPDATE act_draft d SET state = 'draft', approved_by = NULL, approved_at = NULL
    WHERE d.state = 'approved' AND EXISTS (SELECT FROM act_draft_contributor c WHERE c.draft_id = d.id AND c.principal_id = d.approved_by)
    RETURNING d.id, d.content_digest
)
INSERT INTO act_draft_decision (draft_id, principal_id, decision, at, digest, reason)
SELECT id, NULL, 'approval_voided', clock_timestamp(), content_digest, 'el aprobador había contribuido al borrador / the approver had contributed to the draft'
FROM void;

DO $$
BEGIN
    GRANT SELECT, INSERT ON act_draft_contributor, act_draft_decision TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
