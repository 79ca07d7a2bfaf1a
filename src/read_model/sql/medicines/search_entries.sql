-- The entries of the search index.
SELECT expediente, consecutive, brand, ingredients, holder, atc, strength, form, description FROM medicine ORDER BY expediente, consecutive
