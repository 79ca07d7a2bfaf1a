-- An action may wait for the one before it, longer than a read may, and may judge many reports. Until the transaction ends.
SELECT set_config('lock_timeout', '60s', true), set_config('statement_timeout', '1h', true), set_config('idle_in_transaction_session_timeout', '1h', true)
