//! Lines of invoices, notes and purchase lists, and the prices that they state.

pub(crate) mod arithmetic;
pub mod batch;
pub mod conventions;
pub mod cufe;
pub mod document;
pub mod line;
pub mod prices;
pub mod sale_actors;
pub mod settled;
pub mod standing;
