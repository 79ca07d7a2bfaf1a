COPY source_extra (source_file_id, line, extra_values) FROM STDIN (FORMAT binary)
