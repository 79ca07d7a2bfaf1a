//! The law of many products, worked out once: which `PriceLaw` holds for which rows of the reports in memory.

use std::{collections::HashMap, ops::Range, sync::Arc};

use super::{Reports, cores::by_stretches, limit::PriceLaw};
use crate::{
    domain::{cum::Cum, lawbook::LegalView},
    store::{
        error::StoreError,
        judgement_code::JudgementCode,
        law_library::LawLibrary,
        report_judge::{self, ReportKey},
    },
};

/// Of the reports it was compiled for, and no others.
pub struct CompiledLaw {
    pub library: LawLibrary,
    pub reports: Arc<Reports>,
    pub laws: Vec<PriceLaw>,
    /// In order of part and row.
    pub spans: Vec<Span>,
}

/// Neighbours in one part that share their law.
pub struct Span {
    pub part: usize,
    /// Positions in the part's keys.
    pub keys: Range<usize>,
    /// Position in `laws`.
    pub law: usize,
}

#[derive(Default)]
struct Compiled {
    laws: Vec<PriceLaw>,
    spans: Vec<Span>,
    /// By product, transaction and stretch of unchanged law.
    known: HashMap<(Cum, u8, usize), usize>,
    /// Where no price is compared, few laws are different: reports of many products stand side by side under the same.
    uncompared: HashMap<[JudgementCode; 8], usize>,
}

const REGISTRATIONS_AT_ONCE: usize = 200;

impl CompiledLaw {
    /// `library` holds the law of these registrations, which are in order.
    pub fn new(library: LawLibrary, reports: Arc<Reports>, expedientes: &[i32]) -> Result<Self, StoreError> {
        let compile = |range: Range<usize>| {
            let mut compiled = Compiled::default();
            for expediente in &expedientes[range] {
                compiled.add(&library, &reports, *expediente)?;
            }
            Ok::<_, StoreError>(compiled)
        };
        let (mut laws, mut spans) = (Vec::new(), Vec::new());
        for some in by_stretches(expedientes.len(), REGISTRATIONS_AT_ONCE, compile) {
            let some = some?;
            let before = laws.len();
            spans.extend(some.spans.into_iter().map(|span| Span { law: span.law + before, ..span }));
            laws.extend(some.laws);
        }
        spans.sort_unstable_by_key(|span: &Span| (span.part, span.keys.start));
        Ok(Self { library, reports, laws, spans })
    }
}

impl Compiled {
    fn add(&mut self, library: &LawLibrary, reports: &Reports, expediente: i32) -> Result<(), StoreError> {
        let changes = library.book(Cum::new(expediente, 0)).changes(&library.rules);
        for (part, held) in reports.parts.iter().enumerate() {
            let keys = held.part.keys_of(expediente);
            for at in keys {
                let Some(key) = held.part.keys.get(at) else { continue };
                let between = changes.stretch(&key.1);
                let law = match between.and_then(|stretch| self.known.get(&(key.0, key.2, stretch))) {
                    Some(law) => *law,
                    None => self.law(library, *key, between)?,
                };
                match self.spans.last_mut() {
                    Some(last) if (last.part, last.law, last.keys.end) == (part, law, at) => last.keys.end = at + 1,
                    _ => self.spans.push(Span { part, keys: at..at + 1, law }),
                }
            }
        }
        Ok(())
    }

    fn place(&mut self, law: PriceLaw) -> usize {
        let next = self.laws.len();
        if let Some(codes) = law.uncompared() {
            let place = *self.uncompared.entry(*codes).or_insert(next);
            if place < next {
                return place;
            }
        }
        self.laws.push(law);
        next
    }

    /// A period with a change inside is like no other.
    fn law(&mut self, library: &LawLibrary, key: ReportKey, between: Option<usize>) -> Result<usize, StoreError> {
        let view = report_judge::view(library, &report_judge::question(key)?);
        let law = self.place(PriceLaw::new(LegalView { candidates: Vec::new(), ..view }));
        if let Some(stretch) = between {
            self.known.insert((key.0, key.2, stretch), law);
        }
        Ok(law)
    }
}

impl Reports {
    /// Registrations that there are reports about, in order; among some, or of all.
    pub fn expedientes(&self, among: Option<&[i32]>) -> Vec<i32> {
        let mut found: Vec<i32> = Vec::new();
        for held in &self.parts {
            found.extend(held.part.keys.chunk_by(|a, b| a.0.expediente == b.0.expediente).map(|keys| keys[0].0.expediente));
        }
        found.sort();
        found.dedup();
        let mut wanted = among.map(<[i32]>::to_vec);
        if let Some(wanted) = &mut wanted {
            wanted.sort_unstable();
            found.retain(|expediente| wanted.binary_search(expediente).is_ok());
        }
        found
    }
}
