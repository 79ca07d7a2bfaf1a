COPY unit_convention (source_file_id, line, seller_nit, document_kind, per, valid_from, valid_until, citation) FROM STDIN (FORMAT binary)
