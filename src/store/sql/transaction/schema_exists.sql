-- Whether any migration was ever applied.
SELECT to_regclass('refinery_schema_history') IS NOT NULL AS found
