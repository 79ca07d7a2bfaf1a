COPY (SELECT expediente, consecutive, unit, value, units FROM sismed_row
    WHERE part = $1 AND unit IN (0, 2) AND value IS NOT NULL AND units IS NOT NULL AND superseded_in IS NULL) TO STDOUT (FORMAT binary)
