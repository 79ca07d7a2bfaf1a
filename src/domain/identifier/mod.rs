//! Codes, and the characters that a text may hold.

pub mod api_key;
pub mod characters;
pub mod code_list;
pub mod cum;
pub mod ium;
pub mod nit;
pub mod text;
