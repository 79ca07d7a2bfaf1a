-- How many labels lines were given.
SELECT count(*) AS labels FROM purchase_label l ORDER BY 1
