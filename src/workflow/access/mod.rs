//! Keys, sessions and authentication, also by an identity provider.

pub(crate) mod admin_keys;
pub(crate) mod authenticate;
pub(crate) mod free_keys;
pub mod identities;
pub mod key_confirmation;
pub mod key_requests;
pub mod keys;
pub mod provider_sign_in;
pub mod sessions;
