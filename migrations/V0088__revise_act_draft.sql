-- A draft can be corrected while it is one: rows are taken out and written anew, and the first day may move. Whoever does so is a contributor, and does
-- not approve it.
SET LOCAL lock_timeout = '3s';

ALTER TABLE act_draft_contributor DROP CONSTRAINT act_draft_contributor_contribution_check;
ALTER TABLE act_draft_contributor ADD CONSTRAINT act_draft_contributor_contribution_check CHECK (contribution IN ('created', 'uploaded', 'revised'));

CREATE OR REPLACE FUNCTION keep_draft_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text := CASE TG_OP WHEN 'DELETE' THEN OLD.draft_id ELSE NEW.draft_id END;
BEGIN
    IF TG_OP = 'UPDATE' OR (SELECT state FROM act_draft WHERE id = changed) <> 'draft' THEN
        RAISE EXCEPTION '% cannot change', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE OR REPLACE FUNCTION keep_published_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('published', 'withdrawn')
        OR (NEW.id, NEW.act_id, NEW.title, NEW.supersedes, NEW.drafted_by) IS DISTINCT FROM
           (OLD.id, OLD.act_id, OLD.title, OLD.supersedes, OLD.drafted_by)
        -- The first day is part of the content: it moves with it, in a draft.
        OR (NEW.valid_from <> OLD.valid_from
            AND (OLD.state <> 'draft' OR NEW.state <> 'draft' OR NEW.content_digest = OLD.content_digest))
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

DO $$
BEGIN
    GRANT DELETE ON act_draft_ceiling, act_draft_market TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the rows of drafts here';
END $$;
