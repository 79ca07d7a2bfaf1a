//! Takes lines one after the other, and writes them in a form.

use std::io;

use crate::{
    domain::invoices::line::InvoiceLine,
    http::wire::invoices::{line::InvoiceLineBody, report::InvoiceMeta},
};

pub trait LineWriter {
    fn line(&mut self, line: &InvoiceLine, body: &InvoiceLineBody) -> io::Result<()>;

    fn finish(self: Box<Self>, meta: &InvoiceMeta) -> io::Result<()>;
}
