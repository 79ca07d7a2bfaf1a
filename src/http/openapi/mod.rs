//! The OpenAPI document.

pub mod deprecation_marks;
pub mod document;
pub mod examples;
pub mod response_headers;
pub mod values;
