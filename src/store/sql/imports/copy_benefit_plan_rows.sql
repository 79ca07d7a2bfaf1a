COPY benefit_plan_row (source_file_id, line, atc, ingredient, forms, note, coverage) FROM STDIN (FORMAT binary)
