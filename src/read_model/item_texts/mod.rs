//! Lines of text that name medicines: the index of candidates of the newest lists, and lines judged by it.

mod index;
pub mod lines;
