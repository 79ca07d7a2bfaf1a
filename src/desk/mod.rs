//! What principals do: each act is one transaction that holds the deed, its audit entry and the answer kept for a second try.
pub mod acts;
pub mod call;
pub mod cases;
pub mod delivering;
pub mod error;
pub mod free_keys;
pub mod gate;
pub mod handle;
pub mod key_cache;
pub mod keys;
pub mod list_upload;
pub mod publishing;
pub mod random;
pub mod receipt;
pub mod secrets;
pub mod submitted_file;
pub mod submitting;
pub mod validating;
pub mod watch_target;
pub mod watches;
pub mod webhook;
pub mod webhook_client;

pub use handle::{Desk, Now};
