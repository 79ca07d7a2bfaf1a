//! Everything that the cache answers, for one version of the data and one day. Built whole, never changed. Nothing in it depends on reports, so
//! versions that only bring reports share it.

use std::{
    collections::{HashMap, HashSet},
    mem::Discriminant,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, SyncSender},
    },
    thread::JoinHandle,
};

use jiff::civil::Date;

use super::shared_text::SharedTexts;
use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum::Cum,
        law::{channel::Channel, lawbook::RegulationStatus},
        market::medicine,
    },
    http::{
        response::envelope,
        wire::medicines::{
            medicine::Medicine,
            thermometer::{ListAge, Thermometer, ThermometerProduct},
        },
    },
    read_model::{
        data_version::DataVersion,
        medicines::{
            ceilings::{self, CeilingsView},
            thermometer::{ThermometerGroup, ThermometerList, ThermometerRow, reading},
            whole::{MedicineReader, PriceReader},
        },
        search::{builder::build, entry::SearchEntry, index::SearchIndex},
        source_rows::SourceRows,
        verdicts::check::LawRepository,
    },
};

pub struct Snapshot {
    pub version: DataVersion,
    /// The version of which everything was read; only reports came after it.
    pub read_at: i64,
    /// The day that stands for "today": answers without a date depend on it.
    pub today: Date,
    /// As the envelope has it.
    pub made_from: [String; 4],
    pub law: Arc<LawRepository>,
    pub medicines: Arc<Medicines>,
    pub thermometers: Arc<Thermometers>,
    pub search: Arc<SearchIndex>,
}

impl Snapshot {
    /// The same for a version that brought nothing but reports since; `None` for any other.
    pub fn with_reports_of(&self, version: DataVersion) -> Option<Self> {
        (version.lists_version == self.version.lists_version).then(|| Self {
            version,
            read_at: self.read_at,
            today: self.today,
            made_from: self.made_from.clone(),
            law: self.law.clone(),
            medicines: self.medicines.clone(),
            thermometers: self.thermometers.clone(),
            search: self.search.clone(),
        })
    }
}

/// In order of CUM.
#[derive(Default)]
pub struct Medicines {
    list: Vec<(Medicine, Arc<CeilingsView>)>,
    places: HashMap<Cum, usize>,
}

impl Medicines {
    /// A medicine and what binds it today.
    pub fn find(&self, cum: Cum) -> Option<(&Medicine, &CeilingsView)> {
        let (medicine, law) = self.list.get(*self.places.get(&cum)?)?;
        Some((medicine, law))
    }

    pub fn count(&self) -> usize {
        self.list.len()
    }
}

fn search_entry(medicine: &Medicine) -> SearchEntry {
    let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
    SearchEntry {
        cum: medicine.cum,
        brand: medicine.brand.to_string(),
        ingredients: medicine.ingredients.iter().map(ToString::to_string).collect(),
        holder: medicine.holder.to_string(),
        atc: text(&medicine.atc),
        strength: text(&medicine.strength),
        form: text(&medicine.form),
        description: medicine.description.to_string(),
        registration: text(&medicine.registration),
        iums: medicine.iums.iter().map(ToString::to_string).collect(),
    }
}

/// The readings of each registration as they are shown: by channel, and within one in the order of the file.
#[derive(Default)]
pub struct Thermometers(HashMap<i32, Vec<Thermometer>>);

impl Thermometers {
    /// In one channel or in all; empty when no list has it there.
    pub fn of(&self, expediente: i32, channel: Option<Channel>) -> &[Thermometer] {
        let all = self.0.get(&expediente).map(Vec::as_slice).unwrap_or_default();
        let Some(channel) = channel.map(Channel::code) else { return all };
        let start = all.partition_point(|reading| reading.channel < channel);
        let end = all.partition_point(|reading| reading.channel <= channel);
        &all[start..end]
    }
}

/// Fills a snapshot with the law, the medicines and the search index.
pub struct Builder {
    today: Date,
    max_age_days: i32,
    law: Option<(DataVersion, LawRepository, SourceRows)>,
    texts: Arc<Mutex<SharedTexts>>,
    medicines: Vec<(Medicine, Arc<CeilingsView>)>,
    /// Of registrations that no list names, all that are known alike have the same law, and all medical samples among them.
    unnamed: HashMap<(Discriminant<RegulationStatus>, bool), Arc<CeilingsView>>,
    search: Indexing,
}

/// The search index, made on a thread of its own while more medicines are read.
struct Indexing {
    entries: SyncSender<SearchEntry>,
    index: JoinHandle<Result<SearchIndex, fst::Error>>,
}

impl Indexing {
    fn start() -> Self {
        let (entries, received) = mpsc::sync_channel(ENTRIES_WAITING_MAX);
        Self { entries, index: std::thread::spawn(move || build(received)) }
    }

    fn finish(self) -> Result<SearchIndex, Box<dyn std::error::Error + Send + Sync>> {
        drop(self.entries);
        Ok(self.index.join().map_err(|_| "the thread of the search index panicked")??)
    }
}

const ENTRIES_WAITING_MAX: usize = 1_024;

impl Builder {
    pub fn new(today: Date, max_age_days: i32) -> Self {
        Self {
            today,
            max_age_days,
            search: Indexing::start(),
            law: None,
            texts: Arc::default(),
            medicines: Vec::new(),
            unnamed: HashMap::new(),
        }
    }

    /// What reads the thermometers of the same snapshot at the same time.
    pub fn thermometers(&self) -> Groups {
        Groups {
            today: self.today,
            texts: self.texts.clone(),
            list: None,
            rows: Vec::new(),
            lines: Vec::new(),
            readings: HashMap::new(),
        }
    }

    /// `None` on a day without a period: the database answers then.
    fn law_of(&mut self, cum: Cum) -> Option<Arc<CeilingsView>> {
        let (_, law, sources) = self.law.as_ref()?;
        let sample = law.catalogue_facts(cum).medical_sample;
        let alike = (!law.names(cum)).then(|| (std::mem::discriminant(law.known(cum)), sample));
        if let Some(known) = alike.and_then(|alike| self.unnamed.get(&alike)) {
            return Some(known.clone());
        }
        let mut view = ceilings::view(law, sources, cum, self.today, Period::day(self.today)?);
        for place in &mut view.places {
            if let Some(ceiling) = place.state.ceiling() {
                shared(&self.texts).share(&mut Arc::make_mut(ceiling).act);
            }
        }
        view.share_ceilings();
        let view = Arc::new(view);
        if let Some(alike) = alike {
            self.unnamed.insert(alike, view.clone());
        }
        Some(view)
    }

    /// # Errors
    /// When there is no law, or the search index cannot be built.
    pub fn finish(mut self, thermometers: Groups) -> Result<Snapshot, Box<dyn std::error::Error + Send + Sync>> {
        let (version, law, _) = self.law.ok_or("the law was not read")?;
        self.medicines.shrink_to_fit();
        let places = self.medicines.iter().enumerate().map(|(at, (medicine, _))| (medicine.cum, at)).collect();
        let medicines = Medicines { list: self.medicines, places };
        let search = Arc::new(self.search.finish()?);
        let made_from = envelope::made_from(&version.of_lists(), self.today, self.max_age_days);
        let (today, thermometers) = (self.today, Arc::new(thermometers.finish()));
        let (law, medicines) = (Arc::new(law), Arc::new(medicines));
        Ok(Snapshot { version, read_at: version.version, today, made_from, law, medicines, thermometers, search })
    }
}

impl MedicineReader for Builder {
    fn begin(&mut self, version: DataVersion, law: LawRepository, sources: SourceRows) {
        self.law = Some((version, law, sources));
    }

    fn medicine(&mut self, cum: Cum, medicine: &medicine::Medicine) {
        let Some(law) = self.law_of(cum) else { return };
        let mut medicine = Medicine::new(cum, medicine);
        shared(&self.texts).share_all(&mut medicine);
        // Its thread ends early only by a panic, which the end tells.
        drop(self.search.entries.send(search_entry(&medicine)));
        self.medicines.push((medicine, law));
    }
}

/// The texts that both readers have seen; a reader that panicked leaves them whole.
fn shared(texts: &Mutex<SharedTexts>) -> MutexGuard<'_, SharedTexts> {
    texts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Readings made from rows that come group by group.
pub struct Groups {
    today: Date,
    texts: Arc<Mutex<SharedTexts>>,
    list: Option<(Arc<ListAge>, ThermometerList)>,
    rows: Vec<ThermometerRow>,
    lines: Vec<i64>,
    /// Of each registration, with the first line that it has in the group.
    readings: HashMap<i32, Vec<(i64, Thermometer)>>,
}

impl PriceReader for Groups {
    fn thermometer(&mut self, list: ThermometerList) {
        self.list = Some((Arc::new(ListAge::new(&list, self.today)), list));
    }

    fn price(&mut self, row: ThermometerRow, line: i64) {
        if self.rows.last().is_some_and(|last| last.group_key != row.group_key) {
            self.end();
        }
        self.rows.push(row);
        self.lines.push(line);
    }
}

impl Groups {
    /// One reading for each registration of the group; they share their products.
    fn end(&mut self) {
        let (rows, lines) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.lines));
        let Some((age, list)) = &self.list else { return };
        let Some(ThermometerGroup { channel, distribution, comparators, .. }) = reading(list, rows, None) else { return };
        let share = |placed| {
            let mut product = ThermometerProduct::new(placed);
            shared(&self.texts).share_product(&mut product);
            Arc::new(product)
        };
        let products: Vec<_> = comparators.iter().map(share).collect();
        let owners: HashSet<i32> = products.iter().map(|product| product.expediente).collect();
        for owner in owners {
            let (own, others) = products.iter().cloned().partition(|product| product.expediente == owner);
            let line =
                products.iter().zip(&lines).filter(|(product, _)| product.expediente == owner).map(|(_, line)| *line).min();
            let reading = Thermometer::of(channel, &distribution, own, others, age.clone());
            self.readings.entry(owner).or_default().push((line.unwrap_or_default(), reading));
        }
    }

    fn finish(mut self) -> Thermometers {
        self.end();
        let shown = self.readings.into_iter().map(|(owner, mut readings)| {
            readings.sort_by_key(|(line, reading)| (reading.channel, *line));
            (owner, readings.into_iter().map(|(_, reading)| reading).collect())
        });
        Thermometers(shown.collect())
    }
}
