//! Reads and judges lines of purchases by the million: each text is read once, and the ceilings of all products that it can mean are put in order once
//! for each interval of unchanged law, so that a price costs a few multiplications. What is remembered is bounded.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use deadpool_postgres::GenericClient;
use rust_decimal::Decimal;

use super::{
    purchase_line::{
        KnownText, LineOutcome, ROUNDING_EXPLAINS, RegulatedRatio, TextLaw, UNIT_DOUBTFUL, UnitKey, quantity_band,
        why_not_compared,
    },
    purchase_prices::{Cells, PricedLine},
};
use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum::Cum,
        invoices::{
            document::{DocumentKind, InvoiceDocument},
            prices::NoPrice,
            sale_actors::FactsStated,
        },
        item_text::{
            candidates::CandidateIndex,
            line_verdict::{LinePrice, LineReason, LineVerdict, PriceBasis, SalePlace, judge_line},
            read::read,
            unit::{LineFacts, UnitOrigin, UnitReadings, unit_readings},
        },
        law::{basis::LawQuestion, changes::LawChanges, channel::Channel, lawbook::ApplicableLaw},
        purchases::{
            purchase::Purchase,
            reading::{MATCHER_VERSION, PurchaseReading, RegulatedPrice},
        },
        verdict::judge::{Verdict, judge},
    },
    read_model::verdicts::line_tables::LineTables,
    store::{catalogue::law_library::LawRepository, postgres::error::StoreError},
};

/// With more, all are let go: what repeats comes back.
const TEXTS_MAX: usize = 20_000;
const CANDIDATES_MAX: usize = 400_000;
const LINES_MAX: usize = 20_000;
const VIEWS_MAX: usize = 4_096;
const REGISTRATIONS_MAX: usize = 6_000;

pub struct PurchaseJudge {
    index: Arc<CandidateIndex>,
    law: LawRepository,
    /// Registrations whose law is held, and texts all of whose registrations are.
    registrations: HashMap<i32, LawChanges>,
    lawful: HashSet<u32>,
    texts: HashMap<String, Arc<KnownText>>,
    next_text: u32,
    candidates: usize,
    lines: HashMap<LineKey, PricedLine>,
    /// By the stretch of unchanged law of the registration.
    views: HashMap<(Cum, SalePlace, usize), Arc<ApplicableLaw>>,
    file: Arc<str>,
}

/// All that the verdict of a price depends on, beside the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct LineKey {
    text: u32,
    units: UnitKey,
    /// Between which changes of the law.
    interval: usize,
    /// A bit for each place of a sale that is possible.
    sales: u8,
}

impl PurchaseJudge {
    pub fn new(index: Arc<CandidateIndex>, law: LawRepository) -> Self {
        Self {
            index,
            law,
            registrations: HashMap::new(),
            lawful: HashSet::new(),
            texts: HashMap::new(),
            next_text: 0,
            candidates: 0,
            lines: HashMap::new(),
            views: HashMap::new(),
            file: "".into(),
        }
    }

    /// Reads the texts of a batch that are new, and loads the law of whatever they can mean. `client` may be another connection than the import's, since
    /// its lock keeps the law still.
    pub async fn prepare(
        &mut self,
        client: &impl GenericClient,
        batch: impl Iterator<Item = &Purchase>,
    ) -> Result<(), StoreError> {
        if self.texts.len() > TEXTS_MAX || self.candidates > CANDIDATES_MAX {
            (self.texts, self.candidates) = (HashMap::new(), 0);
            self.lines.clear();
            self.lawful.clear();
        }
        if self.registrations.len() > REGISTRATIONS_MAX {
            self.law.clear();
            self.registrations.clear();
            self.lawful.clear();
        }
        let (mut wanted, mut fresh): (Vec<i32>, Vec<(String, KnownText)>) = (Vec::new(), Vec::new());
        let mut seen: HashSet<&str> = HashSet::new();
        for purchase in batch.filter(|purchase| seen.insert(&purchase.item_text)) {
            let text = purchase.item_text.as_str();
            if let Some(known) = self.texts.get(text) {
                if !self.lawful.contains(&known.number) {
                    wanted.extend(known.registrations());
                    self.lawful.insert(known.number);
                }
                continue;
            }
            let read = read(text, self.index.vocabulary());
            let set = self.index.candidates(&read);
            let known = KnownText::new(self.next_text, &read, self.index.pack_units(&set.cums), set);
            self.next_text = self.next_text.wrapping_add(1);
            wanted.extend(known.registrations());
            fresh.push((text.to_owned(), known));
        }
        self.add_law(client, wanted).await?;
        for (text, known) in fresh {
            let law = TextLaw::of(&known, &self.law);
            self.candidates += known.set.cums.len();
            self.lawful.insert(known.number);
            self.texts.insert(text, Arc::new(KnownText { law, ..known }));
        }
        Ok(())
    }

    async fn add_law(&mut self, client: &impl GenericClient, mut wanted: Vec<i32>) -> Result<(), StoreError> {
        wanted.retain(|expediente| !self.registrations.contains_key(expediente));
        wanted.sort_unstable();
        wanted.dedup();
        if !wanted.is_empty() {
            self.law.add(client, Some(&wanted)).await?;
            for expediente in wanted {
                let changes = self.law.book(Cum::new(expediente, 0)).changes(&self.law.rules);
                self.registrations.insert(expediente, changes);
            }
        }
        Ok(())
    }

    /// A line of the batch that was prepared.
    pub fn judge(&mut self, purchase: &Purchase, tables: &LineTables) -> PurchaseReading {
        let Some(known) = self.texts.get(&purchase.item_text).cloned() else { return unread(purchase) };
        let period = Period::day(purchase.ordered_on);
        let document = InvoiceDocument {
            seller: purchase.seller.nit(),
            customer: Some(purchase.buyer),
            ..InvoiceDocument::new(self.file.clone(), DocumentKind::PurchaseList)
        };
        let convention = tables.conventions.applied(None, &document, period);
        let facts = LineFacts {
            unit: purchase.unit_text.as_deref(),
            quantity: purchase.quantity,
            unit_price: purchase.price,
            line_total: purchase.line_total,
            convention: convention.map(|convention| convention.per),
            settled: None,
        };
        let units = unit_readings(&facts, &known.pack_units);
        let reading = reading_of(purchase, &known, &units);
        let fault = why_not_compared(purchase, &known, &units);
        let (Some(period), Some(price), None) = (period, purchase.price, fault) else {
            return PurchaseReading { reasons: vec![fault.unwrap_or(NoPrice::PriceMissing.code())], ..reading };
        };
        // Public money: the channel is the institutional one, unless the table of actors says otherwise of the buyer.
        let sale = tables.actors.facts(FactsStated::default(), &document, Some(period));
        let channel = sale.channel.map_or(Channel::Institutional, |fact| fact.value);
        let places = SalePlace::possible(Some(channel), sale.stage.map(|fact| fact.value), sale.seller.map(|fact| fact.value));
        let key = LineKey {
            text: known.number,
            units: UnitKey::of(&units),
            interval: known.law.interval(purchase.ordered_on),
            sales: mask_of(&places),
        };
        let (outcome, regulated) =
            self.outcome(key, &PurchaseQuestion { known: &known, units: &units, places: &places, period, price });
        let regulated = regulated.and_then(|ratio| {
            let price = ratio.price(price)?;
            Some(RegulatedPrice {
                unit: ratio.unit.clone(),
                price,
                units: purchase.quantity.and_then(|quantity| ratio.units(quantity)),
            })
        });
        PurchaseReading {
            verdict: outcome.verdict,
            reasons: outcome.reasons.clone(),
            excess_percent: outcome.excess,
            act: outcome.act.clone(),
            regulated,
            ..reading
        }
    }

    fn outcome(&mut self, key: LineKey, line: &PurchaseQuestion<'_>) -> (Arc<LineOutcome>, Option<RegulatedRatio>) {
        if self.lines.len() >= LINES_MAX && !self.lines.contains_key(&key) {
            self.lines.clear();
        }
        let is_new = !self.lines.contains_key(&key);
        if is_new {
            let priced = PricedLine::new(self.cells(line));
            self.lines.insert(key, priced);
        }
        let known = self.lines.get(&key).and_then(|priced| priced.known(line.price));
        let outcome = match known {
            Some(outcome) => outcome,
            None => {
                let judged = self.judged(line);
                let Some(priced) = self.lines.get_mut(&key) else {
                    return (Arc::new(LineOutcome::doubtful(LineReason::TextNotRead.code())), None);
                };
                priced.remember(line.price, LineOutcome::of(&judged.0, judged.1, priced.limits()))
            }
        };
        let priced = self.lines.get(&key);
        let outcome = match priced.filter(|priced| outcome.verdict == Verdict::Within && priced.is_doubtful(line.price)) {
            Some(_) => Arc::new(LineOutcome::doubtful(UNIT_DOUBTFUL)),
            None => outcome,
        };
        (outcome, priced.and_then(|priced| priced.regulated.clone()))
    }

    /// Of every product, place and unit: the limit, or that there is none.
    fn cells(&mut self, line: &PurchaseQuestion<'_>) -> Cells {
        let mut cells = Cells::default();
        for cum in &line.known.set.cums {
            for (at, sale) in line.places.iter().enumerate() {
                let view = self.view(*cum, *sale, line.period);
                cells.add(&view, &line.units.per, at == 0);
            }
        }
        cells
    }

    /// By the one judge; with whether an excess is explained by rounding, or rests on a unit that nothing states.
    fn judged(&mut self, line: &PurchaseQuestion<'_>) -> (LineVerdict, Option<&'static str>) {
        let price = LinePrice { basis: PriceBasis::Stated, amount: line.price, divided_by: Decimal::ONE };
        let mut rounded = false;
        let period = line.period;
        let verdict = judge_line(&line.known.set, line.units, line.places, &[price], |question| {
            let view = self.view(question.cum, question.sale, period);
            let judgement = judge(Some(question.observed), &view.ground, &view.facts, &view.siblings);
            rounded |= judgement.excess.as_ref().is_some_and(|excess| excess.rounding.explained.is_some());
            judgement
        });
        let open = line.units.per.len() > 1 && !line.known.is_single;
        let doubt = rounded.then_some(ROUNDING_EXPLAINS).or(open.then_some(LineReason::UnitNotStated.code()));
        (verdict, doubt)
    }

    /// The law's view of one sale, once for as long as it is remembered.
    fn view(&mut self, cum: Cum, sale: SalePlace, period: Period) -> Arc<ApplicableLaw> {
        let stretch = self.registrations.get(&cum.expediente).and_then(|changes| changes.stretch(&period));
        let key = (cum, sale, stretch.unwrap_or(usize::MAX));
        if let Some(known) = self.views.get(&key).filter(|_| stretch.is_some()) {
            return known.clone();
        }
        if self.views.len() >= VIEWS_MAX {
            self.views.clear();
        }
        let question = LawQuestion { cum, period, place: sale.place, seller: sale.seller };
        // A verdict needs only what was chosen among the candidates.
        let view = Arc::new(ApplicableLaw { candidates: Vec::new(), ..self.law.view(&question) });
        self.views.insert(key, view.clone());
        view
    }
}

/// What a price is judged with.
struct PurchaseQuestion<'a> {
    known: &'a KnownText,
    units: &'a UnitReadings,
    places: &'a [SalePlace],
    period: Period,
    price: Decimal,
}

fn mask_of(places: &[SalePlace]) -> u8 {
    let all = SalePlace::possible(None, None, None);
    all.iter().enumerate().filter(|(_, place)| places.contains(place)).fold(0, |mask, (at, _)| mask | 1 << at)
}

/// Without a verdict yet.
fn reading_of(purchase: &Purchase, known: &KnownText, units: &UnitReadings) -> PurchaseReading {
    PurchaseReading {
        matcher_version: MATCHER_VERSION,
        set_size: known.set.cums.len(),
        cum: if let [only] = known.set.cums.as_slice() { Some(*only) } else { None },
        market: known.law.market.clone(),
        described: known.described,
        unit_basis: units.origin.code(),
        verdict: Verdict::CannotCompare,
        reasons: Vec::new(),
        excess_percent: None,
        regulated: None,
        quantity_band: purchase.quantity.and_then(quantity_band),
        act: None,
    }
}

/// A line that was not prepared; none is.
fn unread(purchase: &Purchase) -> PurchaseReading {
    let known = KnownText::default();
    let units = UnitReadings { per: Vec::new(), origin: UnitOrigin::Open, fault: None };
    PurchaseReading { reasons: vec![LineReason::TextNotRead.code()], ..reading_of(purchase, &known, &units) }
}
