//! The way out of this program: to which addresses it may speak, the connection to one that was judged, the relay that takes
//! e-mail, and the provider that people sign in by.

pub(crate) mod connector;
pub mod mail_relay;
pub mod oidc;
pub mod url_policy;
