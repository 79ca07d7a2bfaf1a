-- Whether there is such a case. $1 id.
SELECT EXISTS (SELECT FROM case_file c WHERE c.id = $1) AS known
