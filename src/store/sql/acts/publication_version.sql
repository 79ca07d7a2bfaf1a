-- How often an act was published here. $1 act id.
SELECT count(*) AS versions FROM act_publication WHERE act_id = $1
