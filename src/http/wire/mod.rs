//! The serialised twins of domain values: what stands on the wire, and nothing else.
pub mod explanation;
pub mod meta;
pub mod money;
pub mod reading;
pub mod verdict;
