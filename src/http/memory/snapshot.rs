//! Everything that is answered from memory, of one version of the data and one day: made whole, never changed.

use std::{collections::HashMap, mem::Discriminant, sync::Arc};

use jiff::civil::Date;
use serde::Serialize;

use super::{
    arena::Pieces,
    medicines::{LawText, Medicines, MedicinesBuilder},
    thermometers::{Thermometers, ThermometersBuilder},
};
use crate::{
    domain::{cum::Cum, lawbook::Knowledge, period::Period},
    http::{
        Language,
        wire::{
            medicine::{Ceiling, Medicine, NotBound, places},
            meta::{Meta, disclaimer},
        },
    },
    read_model::{
        ceilings,
        check::LawLibrary,
        data_version::DataVersion,
        medicines::MedicineView,
        search::{builder::build, index::SearchIndex},
        source_rows::SourceRows,
        thermometer::{ThermometerList, ThermometerRow},
        whole::WholeReader,
    },
};

pub struct Snapshot {
    pub version: DataVersion,
    /// The day that stands for "today": answers without a date depend on it.
    pub today: Date,
    pub max_age_days: i32,
    pub law: LawLibrary,
    pub medicines: Medicines,
    pub thermometers: Thermometers,
    pub search: Arc<SearchIndex>,
}

impl Snapshot {
    pub fn meta(&self, language: Language, sources: &[&'static str], as_of: Option<Date>, next_cursor: Option<String>) -> Meta {
        let sample = self.version.sample.among(sources);
        Meta {
            data_version: self.version.version.to_string(),
            as_of,
            known_at: None,
            sources: sources.to_vec(),
            freshness: self.version.changed_at,
            disclaimer: disclaimer(language, !sample.is_empty()),
            sample,
            next_cursor,
        }
    }
}

/// What `MedicineDetail` adds to `Medicine`.
#[derive(Serialize)]
struct LawPart {
    ceilings: Vec<Ceiling>,
    not_bound: Vec<NotBound>,
}

/// Where the ceilings of different medicines begin to differ, and where they are alike again.
const LAW_MARKS: &[&[u8]] = &[
    b",\"amount\":",
    b",\"unit_price\":",
    b",\"ips_margin\":",
    b",\"basis\":",
    b",\"source_row\":",
    b",\"line\":",
    b",{\"channel\":",
];

/// Why there is no snapshot although everything was read.
#[derive(Debug, thiserror::Error)]
#[error("what would be answered from memory is not what the wire types write, at {0}")]
pub struct Mismatch(String);

pub struct Builder {
    today: Date,
    max_age_days: i32,
    law: Option<(DataVersion, LawLibrary, SourceRows)>,
    medicines: MedicinesBuilder,
    prices: Pieces,
    thermometers: Option<ThermometersBuilder>,
    /// Of registrations that no list names, all that are known alike have the same law, and all medical samples among them.
    unnamed: HashMap<(Discriminant<Knowledge>, bool), Arc<LawText>>,
    mismatch: Option<String>,
}

impl Builder {
    pub fn new(today: Date, max_age_days: i32) -> Self {
        Self {
            today,
            max_age_days,
            law: None,
            medicines: MedicinesBuilder::default(),
            prices: Pieces::default(),
            thermometers: None,
            unnamed: HashMap::new(),
            mismatch: None,
        }
    }

    fn law_part(&mut self, cum: Cum) -> Option<Arc<LawText>> {
        let (_, law, sources) = self.law.as_ref()?;
        let sample = law.catalogue_facts(cum).medical_sample;
        let alike = (!law.names(cum)).then(|| (std::mem::discriminant(law.known(cum)), sample));
        if let Some(known) = alike.and_then(|alike| self.unnamed.get(&alike)) {
            return Some(known.clone());
        }
        let (mut view, wanted) = ceilings::view(law, cum, self.today, Period::day(self.today)?);
        for (place, wanted) in view.places.iter_mut().zip(wanted) {
            if let Some(wanted) = wanted {
                place.read_from(&wanted, sources.find(cum, law.book(cum), &wanted));
            }
        }
        let mut written = LawText::default();
        for (part, language) in written.iter_mut().zip(LANGUAGES) {
            let (ceilings, not_bound) = places(&view, language);
            let json = serde_json::to_vec(&LawPart { ceilings, not_bound }).ok()?;
            let marks = if alike.is_some() { &[] } else { LAW_MARKS };
            *part = self.medicines.pieces.shred(&json[1..json.len() - 1], marks);
        }
        let written = Arc::new(written);
        if let Some(alike) = alike {
            self.unnamed.insert(alike, written.clone());
        }
        Some(written)
    }

    /// # Errors
    /// When memory would answer something else than the database: nothing is answered from memory then.
    pub fn finish(mut self) -> Result<Snapshot, Mismatch> {
        let thermometers = match self.thermometers.take() {
            Some(builder) => builder.finish(self.prices).ok_or_else(|| Mismatch("the thermometer".to_owned()))?,
            None => Thermometers::default(),
        };
        if let Some(at) = self.mismatch {
            return Err(Mismatch(at));
        }
        let (version, law, _) = self.law.ok_or_else(|| Mismatch("the law".to_owned()))?;
        let medicines = self.medicines.finish().ok_or_else(|| Mismatch("the number of medicines".to_owned()))?;
        let search = build(medicines.search_entries()).map_err(|_| Mismatch("the search index".to_owned()))?;
        let search = Arc::new(search);
        let (today, max_age_days) = (self.today, self.max_age_days);
        Ok(Snapshot { version, today, max_age_days, law, medicines, thermometers, search })
    }
}

/// In the order of `index`.
const LANGUAGES: [Language; 2] = [Language::Spanish, Language::English];

pub fn index(language: Language) -> usize {
    usize::from(language == Language::English)
}

impl WholeReader for Builder {
    fn begin(&mut self, version: DataVersion, law: LawLibrary, sources: SourceRows) {
        self.law = Some((version, law, sources));
    }

    fn medicine(&mut self, view: &MedicineView) {
        let law = self.law_part(view.cum);
        let good = law.is_some_and(|law| self.medicines.add(view.cum, &Medicine::from(view), law));
        if !good {
            self.mismatch.get_or_insert(view.cum.to_string());
        }
    }

    fn thermometer(&mut self, list: ThermometerList) {
        self.thermometers = Some(ThermometersBuilder::new(list, self.today));
    }

    fn price(&mut self, row: ThermometerRow, line: i64) {
        let good = self.thermometers.as_mut().is_some_and(|prices| prices.add(&mut self.prices, row, line));
        if !good {
            self.mismatch.get_or_insert(format!("thermometer line {line}"));
        }
    }
}
