//! The read side against a real PostgreSQL that holds the sample.
mod acts;
mod assessments;
mod prices;
mod real;
mod sources;
mod status;
#[path = "../support/mod.rs"]
mod support;
