-- Files that wait for a person's decision. No parameters.
SELECT count(*) AS held FROM held_import WHERE state = 'held'
