-- Where the changes end, before more are told.
SELECT coalesce(max(position), 0) AS position FROM change
