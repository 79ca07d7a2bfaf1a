//! One sentence a line, ready to be pasted into an objection; with `lang=en` the English one beside the Spanish one.

use std::io::{self, BufWriter, Write};

use super::{added::verdict_words, writer::LineWriter};
use crate::{
    domain::invoices::line::InvoiceLine,
    http::{
        base::language::Language,
        wire::invoices::{line::InvoiceLineBody, report::InvoiceMeta, sentence},
    },
};

pub struct SentencesWriter<W: Write> {
    out: BufWriter<W>,
    language: Language,
}

impl<W: Write> SentencesWriter<W> {
    pub fn new(out: W, language: Language) -> Self {
        Self { out: BufWriter::new(out), language }
    }
}

impl<W: Write> LineWriter for SentencesWriter<W> {
    fn line(&mut self, _: &InvoiceLine, body: &InvoiceLineBody) -> io::Result<()> {
        let document = body.document.as_deref().map(|number| format!(" {number}")).unwrap_or_default();
        let (file, line, verdict) = (&body.file, &body.line, verdict_words(body.verdict, Language::Spanish));
        // Where nothing is claimed nothing needs a reservation.
        let note = |language| if body.verdict == "cannot_compare" { "" } else { sentence::short_note(language) };
        writeln!(
            self.out,
            "Documento{document}, renglón {line} ({file}): {verdict}.\n{} {}",
            body.spanish,
            note(Language::Spanish)
        )?;
        if self.language == Language::English {
            writeln!(self.out, "{} {}", body.explanation, note(Language::English))?;
        }
        writeln!(self.out)
    }

    fn finish(mut self: Box<Self>, meta: &InvoiceMeta) -> io::Result<()> {
        let totals = &meta.totals;
        let (lines, decided, above, pesos) = (totals.lines, totals.decided, totals.above, &totals.above_amount.amount);
        writeln!(
            self.out,
            "Renglones: {lines}; con respuesta: {decided}; por encima: {above}; pesos por encima: {pesos} COP.\n{}\n{}",
            sentence::note(Language::Spanish),
            meta.disclaimer(Language::Spanish),
        )?;
        if self.language == Language::English {
            writeln!(
                self.out,
                "Lines: {lines}; decided: {decided}; above: {above}; pesos above: {pesos} COP.\n{}\n{}",
                sentence::note(Language::English),
                meta.disclaimer(Language::English),
            )?;
        }
        self.out.flush()
    }
}
