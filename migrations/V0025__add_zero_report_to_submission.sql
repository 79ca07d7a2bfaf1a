-- A report that nothing was sold is a report; workbooks and the file for PISIS are taken too; why a file is not taken is said in both
-- languages.
SET LOCAL lock_timeout = '3s';

ALTER TABLE submission
    DROP CONSTRAINT submission_format_check,
    ADD CONSTRAINT submission_format_check CHECK (format IN ('csv', 'ndjson', 'xlsx', 'med100')),
    -- As the reporter declared it; once finished, whether it has no row.
    ADD COLUMN zero_report boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT submission_zero_report_has_no_rows CHECK (NOT zero_report OR state = 'refused' OR rows_read = 0),
    -- `refusal_detail` is the English one. Older refusals have one text.
    ADD COLUMN refusal_detail_es text,
    ADD CONSTRAINT submission_refusal_in_both CHECK (refusal_detail_es IS NULL OR refusal_detail IS NOT NULL);

-- Every header without rows is the same content, whatever period it is sent for.
DROP INDEX submission_content_once;
CREATE UNIQUE INDEX submission_content_once ON submission (nit, sha256) WHERE source_file_id IS NOT NULL AND NOT zero_report;
