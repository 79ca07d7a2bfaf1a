-- Which history of the database this server writes; no row from a standby.
SELECT c.system_identifier::text AS system, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) AS timeline
FROM pg_control_system() c
WHERE NOT pg_is_in_recovery()
