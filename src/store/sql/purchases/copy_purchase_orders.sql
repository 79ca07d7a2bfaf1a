COPY purchase_order (source_file_id, line, order_id, ordered_on, state, cancelled, framework) FROM STDIN (FORMAT binary)
