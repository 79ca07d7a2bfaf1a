-- Reports that are judged again because the method of judging changed: an entry of its own, so that `known_at` still answers as it was known.
SET LOCAL lock_timeout = '3s';

-- One kind more than there are, whichever these are.
DO $$
DECLARE
    kinds text := pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'source_file'::regclass AND conname = 'source_file_kind_check';
BEGIN
    ALTER TABLE source_file DROP CONSTRAINT source_file_kind_check;
    EXECUTE 'ALTER TABLE source_file ADD CONSTRAINT source_file_kind_check ' || replace(kinds, 'ARRAY[', 'ARRAY[''rejudgement''::text, ');
END $$;
