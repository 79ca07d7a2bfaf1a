-- What a backup left out and is not made again yet: presentations, where there are sources of them, and the bytes of open-data files.
SELECT NOT EXISTS (SELECT FROM medicine)
        AND (EXISTS (SELECT FROM reported_product) OR EXISTS (SELECT FROM ceiling) OR EXISTS (SELECT FROM catalogue_row)) AS medicines,
    NOT EXISTS (SELECT FROM export_mark)
        AND EXISTS (SELECT FROM export e WHERE NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = e.id)) AS exports
