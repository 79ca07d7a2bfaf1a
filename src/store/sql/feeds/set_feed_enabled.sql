-- Whether a feed is read from now on. $1 name, $2 enabled.
UPDATE feed SET enabled = $2 WHERE name = $1
