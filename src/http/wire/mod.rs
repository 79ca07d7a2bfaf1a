//! The serialised twins of domain values: what stands on the wire, and nothing else.
pub mod act;
pub mod act_draft;
pub mod act_effect;
pub mod assessment;
pub mod authority;
pub mod equivalent;
pub mod explanation;
pub mod flat_csv;
pub mod medicine;
pub mod meta;
pub mod money;
pub mod price;
pub mod reading;
pub mod source;
pub mod submission;
pub mod thermometer;
pub mod verdict;
