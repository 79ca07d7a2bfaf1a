//! Requests: query, body, negotiation, pages.

pub mod base_url;
pub mod body;
pub mod conditional;
pub mod incoming;
pub mod json_body;
pub mod json_words;
pub mod negotiate;
pub mod pagination;
pub mod query;
pub mod query_values;
pub mod upload;
