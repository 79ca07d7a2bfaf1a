-- A deed may wait for the one before it, longer than a read may; and judge many reports.
SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '1h'; SET LOCAL idle_in_transaction_session_timeout = '1h'
