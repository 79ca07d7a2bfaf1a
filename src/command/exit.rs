//! Exit codes.

pub const EXIT_DONE: u8 = 0;
pub const EXIT_FAILED: u8 = 1;
/// Wrong arguments or settings.
pub const EXIT_MISUSED: u8 = 2;
