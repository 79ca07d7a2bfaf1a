COPY holder_standard (source_file_id, line, registered, standard) FROM STDIN (FORMAT binary)
