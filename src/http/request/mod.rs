//! Requests: query, body, negotiation, pages.

pub(crate) mod base_url;
pub(crate) mod body;
pub(crate) mod conditional;
pub mod incoming;
pub(crate) mod json_body;
pub(crate) mod json_words;
pub(crate) mod multipart;
pub mod negotiate;
pub mod pagination;
pub(crate) mod query;
pub(crate) mod query_values;
pub(crate) mod sent_files;
pub(crate) mod upload;
