-- A message of one more kind: whoever held a key that was revoked is told.
SET LOCAL lock_timeout = '3s';

ALTER TABLE mail_message DROP CONSTRAINT mail_message_kind_check;
ALTER TABLE mail_message ADD CONSTRAINT mail_message_kind_check CHECK (kind IN ('confirm_address', 'case_notified', 'case_reply_due',
    'case_decided', 'submission_ended', 'key_requested', 'key_confirmed', 'key_revoked'));
