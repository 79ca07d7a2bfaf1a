-- What the search index is built from.
SELECT expediente, consecutive, brand, ingredients, holder, atc, description FROM medicine ORDER BY expediente, consecutive
