-- An act is published after a consultation of its draft, or with a reason why there was none: public, and for ever. Publications from before have neither.
SET LOCAL lock_timeout = '3s';

ALTER TABLE act_publication ADD COLUMN no_consultation_reason text CHECK (char_length(no_consultation_reason) BETWEEN 1 AND 2000);

CREATE FUNCTION check_act_publication_consulted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.no_consultation_reason IS NULL) <> EXISTS (SELECT FROM consultation c WHERE c.draft_id = NEW.draft_id) THEN
        RAISE EXCEPTION 'act_publication of %: either its draft was consulted on, or there is a reason', NEW.draft_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'act_publication_consulted';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER act_publication_is_consulted BEFORE INSERT ON act_publication FOR EACH ROW EXECUTE FUNCTION check_act_publication_consulted();
