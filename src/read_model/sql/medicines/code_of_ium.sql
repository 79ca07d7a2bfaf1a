-- Whether a table of codes has an IUM, or any below it. $1 the IUM, $2 the table's file. The codes below one begin with it; `:` is the sign after the digits.
SELECT bool_or(c.enabled) AS enabled FROM ium_code c WHERE c.ium >= $1 AND c.ium < $1 || ':' AND c.source_file_id = $2
