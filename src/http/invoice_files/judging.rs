//! Judges many lines at once, on a few threads, in their order.

use std::{num::NonZeroUsize, panic::resume_unwind, thread};

use crate::{
    domain::invoices::{batch::BatchFacts, line::InvoiceLine},
    http::{base::language::Language, wire::invoices::line::InvoiceLineBody},
    read_model::verdicts::{
        invoice_lines::{InvoiceLineJudge, JudgedLine, LineRecogniser, SaleStated},
        line_tables::LineLaw,
    },
};

/// So many lines are judged before they are written.
pub const BATCH_LINES: usize = 1_024;
/// One check must not take all of a large machine.
const THREADS_MAX: usize = 4;
/// Of each thread; fewer are judged at once where they are.
const LINES_OF_THREAD_MIN: usize = 64;

/// Each has what it remembers for itself.
pub struct LineJudges<'a>(Vec<InvoiceLineJudge<'a>>);

impl<'a> LineJudges<'a> {
    pub fn new(law: &'a LineLaw, recogniser: LineRecogniser, sale: SaleStated) -> Self {
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(THREADS_MAX);
        let others: Vec<LineRecogniser> = (1..threads).map(|_| recogniser.another()).collect();
        let all = std::iter::once(recogniser).chain(others);
        Self(all.map(|recogniser| InvoiceLineJudge::new(law, recogniser, sale)).collect())
    }

    pub fn judge(&mut self, lines: &[InvoiceLine], facts: &BatchFacts, language: Language) -> Vec<(JudgedLine, InvoiceLineBody)> {
        let of_thread = lines.len().div_ceil(self.0.len().max(1)).max(LINES_OF_THREAD_MIN);
        thread::scope(|scope| {
            let mut parts = lines.chunks(of_thread).zip(&mut self.0);
            let first = parts.next();
            let started: Vec<_> =
                parts.map(|(lines, judge)| scope.spawn(move || one_after_another(judge, lines, facts, language))).collect();
            let mut judged = first.map(|(lines, judge)| one_after_another(judge, lines, facts, language)).unwrap_or_default();
            for thread in started {
                judged.extend(thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            judged
        })
    }
}

fn one_after_another(
    judge: &mut InvoiceLineJudge<'_>,
    lines: &[InvoiceLine],
    facts: &BatchFacts,
    language: Language,
) -> Vec<(JudgedLine, InvoiceLineBody)> {
    let mut judged = Vec::with_capacity(lines.len());
    for line in lines {
        let verdict = judge.judge(line, &facts.standing(line));
        let body = InvoiceLineBody::new(line, &verdict, |cum| judge.market(cum), language);
        judged.push((verdict, body));
    }
    judged
}
