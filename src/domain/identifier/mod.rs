//! Codes, and the characters that a text may hold.

pub mod api_key;
pub mod characters;
pub(crate) mod code_list;
pub mod cum;
pub(crate) mod ium;
pub(crate) mod nit;
pub(crate) mod registration;
pub mod taxpayer;
pub mod text;
