COPY (SELECT r.id, r.expediente, r.consecutive, r.unit, r.value, r.units, m.dispensing_units
    FROM sismed_row r LEFT JOIN medicine m ON m.expediente = r.expediente AND m.consecutive = r.consecutive
    WHERE r.part IN (0, $1) AND r.source_file_id = $1 AND r.value IS NOT NULL AND r.units IS NOT NULL
    ORDER BY r.expediente, r.consecutive, r.id) TO STDOUT (FORMAT binary)
