COPY submission_fault (submission_id, ordinal, fate, line, column_name, value, rule) FROM STDIN (FORMAT binary)
