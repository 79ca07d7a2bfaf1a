//! Judges reports by the million: the law is compiled once for each product, transaction and interval of unchanged law.

use std::collections::{HashMap, hash_map::Entry};

use deadpool_postgres::GenericClient;
use rust_decimal::Decimal;

use crate::{
    domain::{
        calendar::period::Period,
        cases::excess_total::row_excess,
        identifier::cum::Cum,
        law::{basis::LawQuestion, changes::LawChanges, channel::Place, lawbook::ApplicableLaw, rules::Seller},
        verdict::{
            compiled_law::CompiledLaw,
            report_verdict::{ReportPrices, ReportVerdicts},
            verdict_code::VerdictCode,
        },
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
        Self { law, changes: HashMap::new(), unnamed: None, compiled: HashMap::new() }
    }

    /// With all registrations.
    pub fn of_whole_law(law: LawRepository) -> Self {
        let changes_of = |expediente| law.book(Cum::new(expediente, 0)).changes(&law.rules);
        let changes = law.registrations().map(|expediente| (expediente, changes_of(expediente))).collect();
        // No registration has the number 0.
        let unnamed = Some(changes_of(0));
        Self { changes, unnamed, compiled: HashMap::new(), law }
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
        if self.changes.len() + wanted.len() > REGISTRATIONS_MAX {
            self.law.clear();
            self.changes.clear();
            self.compiled.clear();
        }
        wanted.retain(|expediente| !self.changes.contains_key(expediente));
        if wanted.is_empty() {
            return Ok(());
        }
        self.law.add(client, Some(&wanted)).await?;
        for expediente in wanted {
            let changes = self.law.book(Cum::new(expediente, 0)).changes(&self.law.rules);
            self.changes.insert(expediente, changes);
        }
        Ok(())
    }

    pub fn judge(&mut self, key: ReportKey, prices: &ReportPrices) -> Result<VerdictCode, StoreError> {
        Ok(self.compiled(key)?.code(prices))
    }

    /// Pesos by which a report above is over; `None` where that cannot be stated exactly.
    pub fn excess(&mut self, key: ReportKey, prices: &ReportPrices) -> Result<Option<Decimal>, StoreError> {
        let ReportVerdicts { minimum, average, maximum } = prices.judge(self.compiled(key)?.view());
        Ok(row_excess(&minimum, &average, &maximum).map(|excess| excess.amount))
    }

    fn compiled(&mut self, key: ReportKey) -> Result<&mut CompiledLaw, StoreError> {
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
                let view = ApplicableLaw { candidates: Vec::new(), ..self.law.view(&question(key)?) };
                Ok(free.insert(CompiledLaw::new(view)))
            }
        }
    }
}

/// The question that a report of this key puts to the law.
pub fn question((cum, period, transaction): ReportKey) -> Result<LawQuestion, StoreError> {
    let place = Place::from_transaction(transaction).ok_or_else(|| corrupt("sismed_row", "transaction outside 1 to 5"))?;
    Ok(LawQuestion { cum, period, place, seller: Seller::usual(place) })
}
