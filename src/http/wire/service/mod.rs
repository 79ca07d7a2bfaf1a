//! JSON of the service itself.

pub mod authority;
pub mod free_key;
pub mod meta;
pub mod money;
pub mod source;
