COPY actor (source_file_id, line, nit, name, seller, stage, channel, valid_from, valid_until, citation) FROM STDIN (FORMAT binary)
