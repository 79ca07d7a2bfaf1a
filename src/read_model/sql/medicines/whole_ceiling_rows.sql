-- Where every ceiling was read from.
SELECT source_file_id, expediente, consecutive, column_code, sheet, line, amount, margin FROM ceiling WHERE kind = 'maximum' ORDER BY id
