//! The OpenAPI document.

pub mod deprecation_marks;
pub mod document;
pub(crate) mod examples;
pub(crate) mod response_headers;
pub(crate) mod values;
