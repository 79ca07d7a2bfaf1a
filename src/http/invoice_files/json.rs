//! JSON as the document of the API shows it, and one object a line; written as lines come, so that few are in memory.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::writer::LineWriter;
use crate::{
    domain::invoices::line::InvoiceLine,
    http::wire::invoices::{line::InvoiceLineBody, report::InvoiceMeta},
};

pub struct JsonWriter<W: Write> {
    out: BufWriter<W>,
    any: bool,
}

impl<W: Write> JsonWriter<W> {
    pub fn new(out: W) -> io::Result<Self> {
        let mut out = BufWriter::new(out);
        out.write_all(b"{\"data\":[")?;
        Ok(Self { out, any: false })
    }
}

impl<W: Write> LineWriter for JsonWriter<W> {
    fn line(&mut self, _: &InvoiceLine, body: &InvoiceLineBody) -> io::Result<()> {
        if std::mem::replace(&mut self.any, true) {
            self.out.write_all(b",")?;
        }
        Ok(serde_json::to_writer(&mut self.out, body)?)
    }

    fn finish(mut self: Box<Self>, meta: &InvoiceMeta) -> io::Result<()> {
        self.out.write_all(b"],\"meta\":")?;
        serde_json::to_writer(&mut self.out, meta)?;
        self.out.write_all(b"}")?;
        self.out.flush()
    }
}

/// A line for each line, and at the end one with `meta`.
pub struct NdjsonWriter<W: Write>(BufWriter<W>);

#[derive(Serialize)]
struct LastLine<'a> {
    meta: &'a InvoiceMeta,
}

impl<W: Write> NdjsonWriter<W> {
    pub fn new(out: W) -> Self {
        Self(BufWriter::new(out))
    }
}

impl<W: Write> LineWriter for NdjsonWriter<W> {
    fn line(&mut self, _: &InvoiceLine, body: &InvoiceLineBody) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, body)?;
        self.0.write_all(b"\n")
    }

    fn finish(mut self: Box<Self>, meta: &InvoiceMeta) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, &LastLine { meta })?;
        self.0.write_all(b"\n")?;
        self.0.flush()
    }
}
