COPY form_group (source_file_id, line, form, route, form_group) FROM STDIN (FORMAT binary)
