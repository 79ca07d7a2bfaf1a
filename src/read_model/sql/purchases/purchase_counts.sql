-- How the lines of the edition that counts were read: counts by what makes them differ.
SELECT p.counts, p.is_return, p.cancelled, r.described,
    CASE WHEN p.counts THEN coalesce(r.verdict, 'cannot_compare') ELSE 'cannot_compare' END AS verdict, count(*) AS lines
FROM current_purchase p
LEFT JOIN current_purchase_reading r ON r.source_file_id = p.source_file_id AND r.line = p.line
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4 NULLS FIRST, 5
