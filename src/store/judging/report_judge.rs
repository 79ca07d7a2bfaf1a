//! Judges reports by the million: the law is compiled once for each product, transaction and interval of unchanged law.

use std::collections::{HashMap, hash_map::Entry};

use deadpool_postgres::GenericClient;
use rust_decimal::Decimal;

use crate::{
    domain::{
        calendar::period::Period,
        cases::excess_total::row_excess_of,
        identifier::cum::Cum,
        law::{basis::LawQuestion, changes::LawChanges, channel::Place, lawbook::ApplicableLaw, rules::Seller},
        verdict::{compiled_law::CompiledLaw, report_verdict::ReportPrices, verdict_code::VerdictCode},
    },
    store::{
        catalogue::law_library::LawRepository,
        postgres::error::{StoreError, corrupt},
    },
};

/// The identity of a report, without its prices.
pub type ReportKey = (Cum, Period, u8);

pub struct ReportJudge {
    pub law: LawRepository,
    pub(super) compiled: CompiledLaws,
}

/// What was compiled of a law, which stands beside it.
#[derive(Default)]
pub struct CompiledLaws {
    changes: HashMap<i32, LawChanges>,
    /// Of registrations that no list names, once all of the law is there.
    unnamed: Option<LawChanges>,
    compiled: HashMap<(Cum, u8, LawInterval), CompiledLaw>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum LawInterval {
    /// Between two changes of the law, by number.
    Unchanged(usize),
    /// A change lies inside the period, which is like no other.
    CrossesChange(Period),
}

/// Files are in order of product, so what was compiled for earlier ones is rarely needed again.
const COMPILED_MAX: usize = 4_000;
const REGISTRATIONS_MAX: usize = 4_000;

impl ReportJudge {
    /// With no registrations yet: see `prepare`.
    pub fn new(law: LawRepository) -> Self {
        Self { law, compiled: CompiledLaws::default() }
    }

    /// With all registrations.
    pub fn of_whole_law(law: LawRepository) -> Self {
        Self { compiled: CompiledLaws::of_whole_law(&law), law }
    }

    /// Loads the law of registrations that are not held; call it before judging a batch that names them.
    pub async fn prepare(&mut self, client: &impl GenericClient, batch: impl Iterator<Item = i32>) -> Result<(), StoreError> {
        let mut wanted: Vec<i32> = Vec::new();
        for expediente in batch {
            if wanted.last() != Some(&expediente) {
                wanted.push(expediente);
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        if self.compiled.changes.len() + wanted.len() > REGISTRATIONS_MAX {
            self.law.clear();
            self.compiled = CompiledLaws::default();
        }
        wanted.retain(|expediente| !self.compiled.changes.contains_key(expediente));
        if wanted.is_empty() {
            return Ok(());
        }
        self.law.add(client, Some(&wanted)).await?;
        for expediente in wanted {
            self.compiled.changes.insert(expediente, changes_of(&self.law, expediente));
        }
        Ok(())
    }

    pub fn judge(&mut self, key: ReportKey, prices: &ReportPrices) -> Result<VerdictCode, StoreError> {
        Ok(self.compiled.of(&self.law, key)?.code(prices))
    }
}

impl CompiledLaws {
    /// Of a law that holds all registrations whose reports will be judged.
    pub fn of_whole_law(law: &LawRepository) -> Self {
        let changes = law.registrations().map(|expediente| (expediente, changes_of(law, expediente))).collect();
        // No registration has the number 0.
        Self { changes, unnamed: Some(changes_of(law, 0)), compiled: HashMap::new() }
    }

    /// Always with the same law.
    pub fn of(&mut self, law: &LawRepository, key: ReportKey) -> Result<&mut CompiledLaw, StoreError> {
        let (cum, period, transaction) = key;
        let changes = self.changes.get(&cum.expediente).or(self.unnamed.as_ref());
        let interval = changes.and_then(|changes| changes.stretch(&period));
        let interval = interval.map_or(LawInterval::CrossesChange(period), LawInterval::Unchanged);
        if self.compiled.len() >= COMPILED_MAX {
            self.compiled.clear();
        }
        match self.compiled.entry((cum, transaction, interval)) {
            Entry::Occupied(held) => Ok(held.into_mut()),
            Entry::Vacant(free) => {
                // A verdict needs only what was chosen among the candidates.
                let view = ApplicableLaw { candidates: Vec::new(), ..law.view(&question(key)?) };
                Ok(free.insert(CompiledLaw::new(view)))
            }
        }
    }
}

fn changes_of(law: &LawRepository, expediente: i32) -> LawChanges {
    law.book(Cum::new(expediente, 0)).changes(&law.rules)
}

/// Pesos by which a report above is over; `None` where that cannot be stated exactly.
pub fn excess(law: &CompiledLaw, code: VerdictCode, prices: &ReportPrices) -> Option<Decimal> {
    row_excess_of(code.verdicts(), prices, law.view()).map(|excess| excess.amount)
}

/// The question that a report of this key puts to the law.
pub fn question((cum, period, transaction): ReportKey) -> Result<LawQuestion, StoreError> {
    let place = Place::from_transaction(transaction).ok_or_else(|| corrupt("sismed_row", "transaction outside 1 to 5"))?;
    Ok(LawQuestion { cum, period, place, seller: Seller::usual(place) })
}
