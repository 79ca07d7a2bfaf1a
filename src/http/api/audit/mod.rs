//! Operations on the audit log and keys.

pub(crate) mod confirm_key;
pub(crate) mod confirm_mail_address;
pub(crate) mod end_sessions;
pub(crate) mod list_audit;
pub(crate) mod list_keys;
pub(crate) mod list_mail_messages;
pub(crate) mod list_sessions;
pub(crate) mod list_signing_keys;
pub(crate) mod remove_mail_address;
pub(crate) mod request_key;
pub(crate) mod revoke_key;
pub(crate) mod set_mail_address;
pub(crate) mod show_mail;
pub(crate) mod show_me;
pub(crate) mod take_key;
