-- How many lines of the edition that counts are implausible, by reason; a line may have several.
SELECT i.reason, count(*) AS lines FROM purchase p CROSS JOIN LATERAL unnest(p.implausible) AS i(reason)
WHERE p.source_file_id = (SELECT e.source_file_id FROM purchase_edition e WHERE e.kind = 'tvec_items')
GROUP BY i.reason ORDER BY i.reason COLLATE "C"
