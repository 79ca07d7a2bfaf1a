COPY assessment (report_id, basis_id, verdict, reason, minimum_verdict, average_verdict, maximum_verdict, another_unit_fits, recorded_in) FROM STDIN (FORMAT binary)
