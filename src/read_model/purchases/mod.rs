//! Public purchases as stored: lines with their readings, figures of markets and buyers, contracts, corrections.

pub mod contracts;
pub mod corrections;
pub mod figures;
pub mod lines;
pub mod quality;
pub mod reading;
