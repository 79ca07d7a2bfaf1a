//! Values that clients write as text: each kind with its schema, its reader and its fault.

pub mod calendar;
pub mod choices;
pub mod identifiers;
pub mod numbers;
pub mod schema;
pub mod value;
