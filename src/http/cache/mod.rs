//! Answers made from a copy of the data in memory: the same bytes as the database would give, while nothing newer is known.
//!
//! Invariant: a snapshot answers only while it is of the newest version this process has heard of, and of today.
mod answer_cache;
mod answers;
mod operation;
mod refresh;
mod service;
mod shared_text;
mod snapshot;

pub use answer_cache::AnswerCache;
pub use service::CacheService;
