-- The number under which a file is prepared while others are imported.
SELECT reserve_file_number() AS file
