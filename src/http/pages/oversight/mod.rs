//! Pages of what the law asks and what came of it: who reported, and the register of confirmed cases.
pub mod compliance;
pub mod register;
