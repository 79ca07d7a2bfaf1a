COPY reassessment (report_id, report_part, judged, recorded_in) FROM STDIN (FORMAT binary)
