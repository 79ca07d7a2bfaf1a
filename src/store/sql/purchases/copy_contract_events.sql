COPY contract_event (source_file_id, line, event_id, contract_id, kind, kind_text, recorded_on, description, amount, amount_means) FROM STDIN (FORMAT binary)
