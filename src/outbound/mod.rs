//! The way out of this program: to which addresses it may speak, the connection to one that was judged, and the provider that people sign in by.

pub(crate) mod connector;
pub mod oidc;
pub mod url_policy;
