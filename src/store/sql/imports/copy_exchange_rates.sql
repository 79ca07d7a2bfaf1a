COPY exchange_rate (source_file_id, line, rate, first_day, last_day) FROM STDIN (FORMAT binary)
