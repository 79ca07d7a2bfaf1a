-- Whether every presentation can be made again from its sources: an earlier program kept which ones reports name in their own rows alone.
SELECT NOT EXISTS (
    SELECT FROM medicine m WHERE 'sismed' = ANY(m.sources)
        AND NOT EXISTS (SELECT FROM reported_product r WHERE r.expediente = m.expediente AND r.consecutive = m.consecutive)
) AS possible
