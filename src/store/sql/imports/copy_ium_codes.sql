COPY ium_code (source_file_id, line, ium, enabled) FROM STDIN (FORMAT binary)
