-- Sets the state chosen by the owner; a resumed watch begins without its earlier failures. $1 id, $2 state.
UPDATE watch SET state = $2, state_reason = NULL, failures = 0, failing_since = NULL, next_attempt_at = clock_timestamp() WHERE id = $1
