-- Files for people: a workbook (xlsx), and the CSV that a Spanish Excel opens (csv_excel_es).
SET LOCAL lock_timeout = '3s';
ALTER TABLE export_file DROP CONSTRAINT export_file_format_check;
ALTER TABLE export_file ADD CONSTRAINT export_file_format_check
    CHECK (format IN ('csv', 'csv_excel_es', 'ndjson', 'parquet', 'xlsx', 'schema', 'diff'));
