-- A contest obliges another answer: its last day and the law that sets it stand with the event, as with the petition itself.
SET LOCAL lock_timeout = '3s';

ALTER TABLE petition_event
    ADD COLUMN due_on date,
    ADD COLUMN due_citation text CHECK (char_length(due_citation) BETWEEN 1 AND 2000),
    ADD CONSTRAINT petition_event_term_whole CHECK ((due_on IS NULL) = (due_citation IS NULL));
-- Contests from before this column have none: what their term was is not known.
ALTER TABLE petition_event
    ADD CONSTRAINT petition_event_contest_has_term CHECK ((to_state = 'contested') = (due_on IS NOT NULL)) NOT VALID;
