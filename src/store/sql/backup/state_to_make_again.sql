-- What a backup left out and is not made again yet: presentations, where there are sources of them, and the bytes of open-data files.
SELECT NOT EXISTS (SELECT FROM medicine)
        AND (EXISTS (SELECT FROM reported_product) OR EXISTS (SELECT FROM ceiling) OR EXISTS (SELECT FROM catalogue_row)) AS medicines,
    EXISTS (
        SELECT FROM export_file f WHERE f.bytes > 0 AND NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = f.export_id)
            AND NOT EXISTS (SELECT FROM export_piece p WHERE p.file_id = f.id)
    ) AS exports
