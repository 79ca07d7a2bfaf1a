-- Verdicts in force that came after a report's first, by partitions that hold one file each. $1 the newest import that was seen.
SELECT report_part, report_id, judged FROM reassessment WHERE superseded_in IS NULL AND recorded_in > $1 AND report_part <> 0
