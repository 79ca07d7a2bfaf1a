//! The parts of every answer.

pub mod access_log;
pub mod answer;
pub mod byte_range;
pub mod csv;
pub mod document_walk;
pub mod fault_words;
pub mod known_links;
pub mod language;
pub mod limits;
pub mod media_type;
pub mod metrics;
pub mod problem;
pub mod problem_kind;
pub mod quality_values;
pub mod request_context;
