//! The parts of every answer.

pub(crate) mod access_log;
pub mod answer;
pub(crate) mod byte_range;
pub mod csv;
pub(crate) mod document_walk;
pub(crate) mod fault_words;
pub(crate) mod kept_pages;
pub mod known_links;
pub(crate) mod language;
pub mod limits;
pub(crate) mod media_type;
pub(crate) mod metrics;
pub mod problem;
pub mod problem_kind;
pub(crate) mod quality_values;
pub mod request_context;
