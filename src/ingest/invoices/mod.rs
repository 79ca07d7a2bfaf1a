//! What buyers have: DIAN's electronic documents, archives of them, purchase lists, RIPS, SISMED files; each into lines as they are written.
//!
//! A file that cannot be read is a fault of its own, and so is an entry of an archive: the others go on. Memory does not grow with a file,
//! but for a document that is held inside another one, and the shared texts of a workbook; both have a limit.

mod archive;
mod dian;
mod dian_line;
mod fault;
mod grid;
mod header;
mod json_values;
mod kinds;
mod limits;
mod list;
mod list_row;
pub mod mapping;
mod piece;
mod propose;
mod reader;
mod rips;
mod sismed_rows;
mod text_stream;
mod xml;

pub use fault::FileFault;
pub use kinds::{InvoiceFormat, detect};
pub use limits::ReadLimits;
pub use piece::{Piece, ReadSummary, UsedMapping};
pub use propose::{Proposal, ProposedBy, ProposedColumn, propose};
pub use reader::InvoiceReader;
