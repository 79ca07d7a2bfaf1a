-- $1 message, $2 outcome, $3 status or null, $4 milliseconds.
INSERT INTO watch_attempt (message_number, ordinal, at, outcome, status, milliseconds)
SELECT $1, 1 + count(*), clock_timestamp(), $2, $3, $4 FROM watch_attempt WHERE message_number = $1
