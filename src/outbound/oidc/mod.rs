//! Speaks to an identity provider (OpenID Connect Core 1.0, code flow with PKCE), and checks all that it says.
//!
//! No crate of OpenID Connect: they all bring `rsa`, whose advisory RUSTSEC-2023-0071 has no fix. Signatures are checked by `ring`, which TLS uses
//! already: ES256, `EdDSA` and RS256. The algorithm is that of the key, never what a token says of itself.
mod document;
mod exchange;
pub mod fault;
mod id_token;
mod key_set;
pub mod provider;
