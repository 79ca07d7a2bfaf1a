//! The way out of this program: to which addresses it may speak, and the connection to one that was judged.

pub(crate) mod connector;
pub mod url_policy;
