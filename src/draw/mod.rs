//! Drawings as SVG text: pure functions from plain values and given words.
//!
//! Invariant: no float, no clock, no language. What is said by colour is also said by shape and word.
pub mod changes;
mod colour;
pub mod history;
pub(crate) mod qr;
mod scale;
pub mod strip;
mod svg;
pub mod thermometer;

pub use colour::Theme;
pub use svg::escape;
