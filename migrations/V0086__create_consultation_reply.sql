-- Replies to comments: only added. What is accepted names a line that changed; a refusal says its own reason, or which earlier reply it repeats.
SET LOCAL lock_timeout = '3s';

CREATE TABLE consultation_reply (
    id             text COLLATE "C" PRIMARY KEY CHECK (id ~ '^r[0-9A-Za-z]{10}$'),
    draft_id       text COLLATE "C" NOT NULL REFERENCES consultation,
    at             timestamptz NOT NULL,
    replied_on     date NOT NULL,
    replied_by     text COLLATE "C" NOT NULL REFERENCES principal,
    disposition    text NOT NULL CHECK (disposition IN ('accepted', 'partly_accepted', 'not_accepted', 'out_of_scope', 'already_so', 'duplicate')),
    text_es        text NOT NULL CHECK (char_length(text_es) BETWEEN 80 AND 8000),
    text_en        text CHECK (char_length(text_en) BETWEEN 1 AND 8000),
    -- An earlier reply whose reason is repeated.
    same_reason_as text COLLATE "C" REFERENCES consultation_reply,
    -- Set here from the text.
    folded_digest  text NOT NULL CHECK (folded_digest ~ '^[0-9a-f]{64}$'),
    CHECK (same_reason_as IS NULL OR disposition = 'not_accepted')
);
CREATE INDEX consultation_reply_by_draft ON consultation_reply (draft_id, at, id);
CREATE INDEX consultation_reply_by_person ON consultation_reply (replied_by);
CREATE INDEX consultation_reply_by_reason ON consultation_reply (same_reason_as) WHERE same_reason_as IS NOT NULL;
-- A copied reason is visible as one.
CREATE UNIQUE INDEX consultation_reply_has_own_reason ON consultation_reply (draft_id, folded_digest)
    WHERE disposition = 'not_accepted' AND same_reason_as IS NULL;

-- Lines that changed because of it.
CREATE TABLE consultation_reply_line (
    reply_id  text COLLATE "C" NOT NULL REFERENCES consultation_reply,
    part      text COLLATE "C" NOT NULL,
    key       text COLLATE "C" NOT NULL,
    field     text COLLATE "C" NOT NULL,
    PRIMARY KEY (reply_id, part, key, field)
);

-- Each comment is replied to once.
CREATE TABLE consultation_reply_comment (
    comment_id  text COLLATE "C" PRIMARY KEY REFERENCES consultation_comment,
    reply_id    text COLLATE "C" NOT NULL REFERENCES consultation_reply
);
CREATE INDEX consultation_reply_comment_by_reply ON consultation_reply_comment (reply_id);

CREATE FUNCTION check_consultation_reply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hold_consulted_draft(NEW.draft_id), require_regulator(NEW.replied_by, 'reply ' || NEW.id);
    NEW.folded_digest := folded_digest(NEW.text_es);
    IF NEW.same_reason_as IS NOT NULL AND NOT EXISTS (SELECT FROM consultation_reply r WHERE r.id = NEW.same_reason_as
        AND r.draft_id = NEW.draft_id AND r.folded_digest = NEW.folded_digest AND r.same_reason_as IS NULL) THEN
        RAISE EXCEPTION 'reply %: % is no first reply of this consultation with the same reason', NEW.id, NEW.same_reason_as
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.disposition = 'not_accepted' AND NEW.same_reason_as IS NULL AND EXISTS (SELECT FROM consultation_reply r
        WHERE r.draft_id = NEW.draft_id AND r.folded_digest = NEW.folded_digest) THEN
        RAISE EXCEPTION 'reply %: its reason is that of another reply and has to name it', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_reply_has_own_reason';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_reply_checked BEFORE INSERT ON consultation_reply FOR EACH ROW EXECUTE FUNCTION check_consultation_reply();

-- A line of some version of the draft.
CREATE FUNCTION check_consultation_reply_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM consultation_reply r JOIN consultation_line l ON l.draft_id = r.draft_id
        WHERE r.id = NEW.reply_id AND l.part = NEW.part AND l.key = NEW.key AND l.field = NEW.field) THEN
        RAISE EXCEPTION 'reply %: there is no line %/%/%', NEW.reply_id, NEW.part, NEW.key, NEW.field USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_reply_line_checked BEFORE INSERT ON consultation_reply_line
    FOR EACH ROW EXECUTE FUNCTION check_consultation_reply_line();

-- Whether a line reads otherwise in the newest version than in another one; that it came or went counts too.
CREATE FUNCTION consultation_line_differs(draft text, since integer, of_part text, of_key text, of_field text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (SELECT row(l.value) FROM consultation_line l
            WHERE l.draft_id = draft AND l.version = since AND l.part = of_part AND l.key = of_key AND l.field = of_field)
        IS DISTINCT FROM
        (SELECT row(l.value) FROM consultation_line l
            WHERE l.draft_id = draft AND l.version = (SELECT max(v.version) FROM consultation_version v WHERE v.draft_id = draft)
                AND l.part = of_part AND l.key = of_key AND l.field = of_field)
$$;

-- Whether what a reply accepts shows in the draft as it stands, for a comment on one of its versions.
CREATE FUNCTION consultation_reply_shows(reply text, draft text, since integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM consultation_reply_line l
        WHERE l.reply_id = reply AND consultation_line_differs(draft, since, l.part, l.key, l.field))
$$;

-- Written after the reply and its lines.
CREATE FUNCTION check_consultation_reply_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reply consultation_reply%ROWTYPE;
    comment consultation_comment%ROWTYPE;
    alike text;
BEGIN
    SELECT * INTO reply FROM consultation_reply r WHERE r.id = NEW.reply_id;
    SELECT * INTO comment FROM consultation_comment c WHERE c.id = NEW.comment_id FOR SHARE;
    PERFORM hold_consulted_draft(reply.draft_id);
    IF comment.draft_id <> reply.draft_id OR comment.state = 'withdrawn' THEN
        RAISE EXCEPTION 'comment %: not one that reply % can be to', NEW.comment_id, NEW.reply_id USING ERRCODE = 'check_violation';
    END IF;
    -- All those before are alike, so that one of them stands for them.
    SELECT c.folded_digest INTO alike FROM consultation_reply_comment o JOIN consultation_comment c ON c.id = o.comment_id
    WHERE o.reply_id = NEW.reply_id LIMIT 1;
    IF alike <> comment.folded_digest THEN
        RAISE EXCEPTION 'comment %: its words are not those of the others that reply % is to', NEW.comment_id, NEW.reply_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_reply_is_to_one_argument';
    END IF;
    IF reply.disposition IN ('accepted', 'partly_accepted') AND NOT consultation_reply_shows(reply.id, reply.draft_id, comment.version) THEN
        RAISE EXCEPTION 'comment %: accepted, and no line that the reply names has changed since', NEW.comment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_reply_shows_in_draft';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_reply_comment_checked BEFORE INSERT ON consultation_reply_comment
    FOR EACH ROW EXECUTE FUNCTION check_consultation_reply_comment();

CREATE TRIGGER consultation_reply_append_only BEFORE UPDATE OR DELETE ON consultation_reply FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_reply_no_truncate BEFORE TRUNCATE ON consultation_reply FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_reply_line_append_only BEFORE UPDATE OR DELETE ON consultation_reply_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_reply_line_no_truncate BEFORE TRUNCATE ON consultation_reply_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_reply_comment_append_only BEFORE UPDATE OR DELETE ON consultation_reply_comment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_reply_comment_no_truncate BEFORE TRUNCATE ON consultation_reply_comment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT, INSERT ON consultation_reply, consultation_reply_line, consultation_reply_comment TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
