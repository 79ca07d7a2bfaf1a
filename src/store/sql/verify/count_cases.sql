-- Cases, and the evidence in force.
SELECT (SELECT count(*) FROM case_file) AS cases, (SELECT count(*) FROM case_evidence WHERE superseded_in IS NULL) AS evidence
