-- What was prepared waits longer for its turn than what was not. Until the transaction ends.
SELECT set_config('lock_timeout', '1h', true)
