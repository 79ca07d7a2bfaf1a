-- What the search index is built from.
SELECT expediente, consecutive, brand, ingredients, holder, atc, strength, form, description, registration, iums FROM medicine ORDER BY expediente, consecutive
