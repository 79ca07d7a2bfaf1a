COPY source_fault (source_file_id, ordinal, fate, sheet, line, column_name, value, reason) FROM STDIN (FORMAT binary)
