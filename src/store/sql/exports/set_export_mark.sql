-- The newest files were made from this. $1 version of the data, $2 position in the audit log, $3 program.
UPDATE export_mark SET data_version = $1, position = $2, program = $3
