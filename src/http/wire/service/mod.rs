//! JSON of the service itself.

pub(crate) mod api_key;
pub(crate) mod authority;
pub(crate) mod exchange_rate;
pub(crate) mod feed;
pub(crate) mod free_key;
pub(crate) mod held_import;
pub(crate) mod log;
pub(crate) mod mail;
pub(crate) mod meta;
pub(crate) mod money;
pub(crate) mod source;
