-- No draft is approved while its consultation is open, a public comment has no reply, or what was accepted does not show in it. Comments count among
-- what people sent.
SET LOCAL lock_timeout = '3s';

-- The row of the draft is locked before this runs; comments and replies hold it too, so none is written in between.
CREATE FUNCTION check_consulted_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closes_on date := consultation_closes_on(NEW.id);
    missing bigint;
BEGIN
    IF closes_on IS NULL THEN
        RETURN NEW;
    END IF;
    IF (coalesce(NEW.approved_at, now()) AT TIME ZONE 'America/Bogota')::date <= closes_on THEN
        RAISE EXCEPTION 'act_draft %: its consultation is open until %', NEW.id, closes_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'act_draft_consultation_is_closed';
    END IF;
    SELECT count(*) INTO missing FROM consultation_comment c WHERE c.draft_id = NEW.id AND c.state = 'published'
        AND NOT EXISTS (SELECT FROM consultation_reply_comment r WHERE r.comment_id = c.id);
    IF missing > 0 THEN
        RAISE EXCEPTION 'act_draft %: % comments have no reply', NEW.id, missing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'act_draft_comments_have_replies';
    END IF;
    SELECT count(*) INTO missing FROM consultation_comment c JOIN consultation_reply_comment o ON o.comment_id = c.id
        JOIN consultation_reply r ON r.id = o.reply_id
    WHERE c.draft_id = NEW.id AND r.disposition IN ('accepted', 'partly_accepted') AND NOT consultation_reply_shows(r.id, c.draft_id, c.version);
    IF missing > 0 THEN
        RAISE EXCEPTION 'act_draft %: what % comments were granted does not show in it', NEW.id, missing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'act_draft_shows_what_was_accepted';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER act_draft_consulted BEFORE UPDATE ON act_draft FOR EACH ROW
    WHEN (NEW.state = 'approved' AND OLD.state <> 'approved') EXECUTE FUNCTION check_consulted_draft();

-- Another branch of what people sent, whichever are there already.
DO $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW participation_item AS ' || rtrim(pg_get_viewdef('participation_item'::regclass), '; ') || '
        UNION ALL
        SELECT ''consultation_comment''::text, c.id, c.received_on, c.due_on, c.state, r.replied_on, r.disposition, false
        FROM consultation_comment c LEFT JOIN consultation_reply_comment o ON o.comment_id = c.id LEFT JOIN consultation_reply r ON r.id = o.reply_id';
END $$;
