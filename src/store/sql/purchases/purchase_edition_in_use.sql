-- The edition of lines of purchases that counts; nothing where none is held.
SELECT source_file_id FROM purchase_edition WHERE kind = 'tvec_items' ORDER BY source_file_id
