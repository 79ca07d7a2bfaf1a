-- When the files that rest on reports were last made: new reports alone wait for a while, so that a day of many reports does not write them all again
-- each time.
SET LOCAL lock_timeout = '3s';

ALTER TABLE export_mark ADD COLUMN reports_made_at timestamptz;
