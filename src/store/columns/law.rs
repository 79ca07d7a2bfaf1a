//! The law of many products, worked out once: which `PriceLaw` holds for the reports of a product, period and transaction.

use std::ops::Range;

use super::{Reports, cores::by_stretches, limit::PriceLaw};
use crate::{
    domain::lawbook::{Changes, LegalView},
    store::{
        error::StoreError,
        law_library::LawLibrary,
        report_judge::{self, ReportKey},
    },
};

pub struct CompiledLaw {
    pub library: LawLibrary,
    /// In order, each once.
    pub keys: Vec<ReportKey>,
    /// The law of each key: position in `laws`.
    of: Vec<u32>,
    laws: Vec<PriceLaw>,
}

const KEYS_AT_ONCE: usize = 2_000;
const TRANSACTIONS: usize = 6;

impl CompiledLaw {
    /// `library` holds the law of every registration among the keys.
    pub fn new(library: LawLibrary, keys: Vec<ReportKey>) -> Result<Self, StoreError> {
        let compiled = by_stretches(keys.len(), KEYS_AT_ONCE, |range| stretch(&library, &keys[range]));
        let (mut of, mut laws) = (Vec::with_capacity(keys.len()), Vec::new());
        for some in compiled {
            let (more, found) = some?;
            let before = u32::try_from(laws.len()).unwrap_or(u32::MAX);
            of.extend(more.into_iter().map(|at| at + before));
            laws.extend(found);
        }
        Ok(Self { library, keys, of, laws })
    }

    pub fn of(&self, key: usize) -> Option<&PriceLaw> {
        self.laws.get(*self.of.get(key)? as usize)
    }
}

/// Periods of one product come in order, so the stretch of unchanged law met last is the one to come.
fn stretch(library: &LawLibrary, keys: &[ReportKey]) -> Result<(Vec<u32>, Vec<PriceLaw>), StoreError> {
    let (mut of, mut laws) = (Vec::with_capacity(keys.len()), Vec::<PriceLaw>::new());
    for registration in keys.chunk_by(|a, b| a.0.expediente == b.0.expediente) {
        let changes: Changes = library.book(registration[0].0).changes(&library.rules);
        for product in registration.chunk_by(|a, b| a.0 == b.0) {
            let mut last: [Option<(usize, u32)>; TRANSACTIONS] = [None; TRANSACTIONS];
            for key in product {
                let between = changes.stretch(&key.1);
                let place = last.get_mut(usize::from(key.2));
                let known = place.as_deref().copied().flatten().filter(|(stretch, _)| Some(*stretch) == between);
                if let Some((_, law)) = known {
                    of.push(law);
                    continue;
                }
                let number = u32::try_from(laws.len()).unwrap_or(u32::MAX);
                let view = report_judge::view(library, &report_judge::question(*key)?);
                laws.push(PriceLaw::new(LegalView { candidates: Vec::new(), ..view }));
                of.push(number);
                if let (Some(place), Some(between)) = (place, between) {
                    *place = Some((between, number));
                }
            }
        }
    }
    Ok((of, laws))
}

impl Reports {
    /// What the reports are about, in order; only those of some registrations (in order), or of all.
    pub fn keys(&self, expedientes: Option<&[i32]>) -> Vec<ReportKey> {
        let wanted = |key: &&ReportKey| expedientes.is_none_or(|wanted| wanted.binary_search(&key.0.expediente).is_ok());
        let mut keys: Vec<ReportKey> = Vec::new();
        for held in &self.parts {
            keys.extend(held.part.keys.iter().filter(wanted));
        }
        // Runs that are in order already are only merged.
        keys.sort();
        keys.dedup();
        keys
    }
}

/// Where the keys of a part that lie among these begin and end.
pub fn among(part: &[ReportKey], keys: &[ReportKey]) -> Range<usize> {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return 0..0 };
    part.partition_point(|key| key < first)..part.partition_point(|key| key <= last)
}
