COPY (SELECT expediente, consecutive, unit = 0 AS by_pack, units, value FROM sismed_row
    WHERE part = $1 AND superseded_in IS NULL AND unit IN (0, 2) AND units IS NOT NULL AND value IS NOT NULL) TO STDOUT (FORMAT binary)
