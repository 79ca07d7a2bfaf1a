-- Whether there is such a department. $1 its code.
SELECT EXISTS (SELECT FROM territory t WHERE t.code = $1::text) AS known
