-- Stores the body of a message before it is sent, so that a second try sends the same. $1 message, $2 payload.
UPDATE watch_message SET payload = $2 WHERE number = $1 AND payload IS NULL
