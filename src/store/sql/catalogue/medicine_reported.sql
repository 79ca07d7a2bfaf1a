-- Presentations that reports name: those of this list, and those that an earlier program marked in the product's own row.
SELECT expediente, consecutive FROM reported_product
UNION
SELECT expediente, consecutive FROM medicine WHERE 'sismed' = ANY(sources)
ORDER BY expediente, consecutive
