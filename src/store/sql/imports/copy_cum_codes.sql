COPY cum_code (source_file_id, line, expediente, consecutive, enabled) FROM STDIN (FORMAT binary)
