//! The serialised twins of domain values: what stands on the wire, and nothing else.
pub mod act;
pub mod assessment;
pub mod authority;
pub mod case;
pub mod case_evidence;
pub mod case_file;
pub mod equivalent;
pub mod explanation;
pub mod flat_csv;
pub mod medicine;
pub mod meta;
pub mod money;
pub mod price;
pub mod reading;
pub mod source;
pub mod thermometer;
pub mod verdict;
