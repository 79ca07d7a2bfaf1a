//! One line of an invoice or list against the law at hand: what it names, what its price may be of, and what all of that agrees on.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use rust_decimal::Decimal;

use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum::Cum,
        invoices::{
            conventions::{AppliedConvention, ConventionOrigin},
            line::{CodeScheme, InvoiceLine},
            prices::{self, BaseReading, LinePrices, NoPrice, PriceReading},
            sale_actors::{FactsStated, SaleFacts},
            settled::{SETTLED, SettledReading, SettledReadings},
            standing::LineStanding,
        },
        item_text::{
            candidates::{CandidateIndex, TextCandidates},
            line_verdict::{LinePrice, LineReading, LineReason, LineVerdict, PriceBasis, SalePlace, judge_line},
            read::{ReadText, read_with_code},
            unit::{LineFacts, UnitOrigin, UnitReadings, sispro_unit, unit_readings},
        },
        law::{
            act_articles::{ActArticle, ArticleSubject},
            basis::{Chosen, LawQuestion, LegalBasis},
            channel::{Channel, Stage},
            lawbook::ApplicableLaw,
            rules::Seller,
        },
        number::exact,
        verdict::{
            comparison::{Comparison, Per},
            judge::{Verdict, judge},
            readings::OtherReading,
            rounding_band::RoundedTo,
        },
    },
    read_model::verdicts::line_tables::{LineLaw, LineTables},
    store::catalogue::law_library::LawRepository,
};

/// What the request says of lines that do not say it themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct SaleStated {
    pub channel: Option<Channel>,
    pub stage: Option<Stage>,
    pub seller: Option<Seller>,
    pub period: Option<Period>,
    /// What a price is for where its line does not say it.
    pub per: Option<Per>,
}

impl SaleStated {
    fn facts(self) -> FactsStated {
        FactsStated { channel: self.channel, stage: self.stage, seller: self.seller }
    }
}

/// How it was found which presentations a line can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecognisedBy {
    Cum,
    Ium,
    Registration,
    Text,
    /// By nothing of the line, which was settled.
    Settled,
    Nothing,
}

impl RecognisedBy {
    pub fn code(self) -> &'static str {
        match self {
            Self::Cum => "cum",
            Self::Ium => "ium",
            Self::Registration => "registration",
            Self::Text => "text",
            Self::Settled => SETTLED,
            Self::Nothing => "none",
        }
    }
}

/// A line without a day, in a request that names none.
pub const DATE_MISSING: &str = "date_missing";

/// A line with its verdict.
#[derive(Clone, Debug)]
pub struct JudgedLine {
    pub period: Option<Period>,
    /// What is known of the sale, and whence.
    pub sale: SaleFacts,
    /// Where the unit rests on how its source writes prices, or on what was settled.
    pub convention: Option<AppliedConvention>,
    /// What the request says of this very text.
    pub settled: Option<Arc<SettledReading>>,
    pub recognised_by: RecognisedBy,
    /// `None`: it has no price that could be judged, for the first of the reasons.
    pub prices: Option<LinePrices>,
    pub units: Option<UnitReadings>,
    pub verdict: LineVerdict,
    /// Stable codes: why there is no verdict first, then what the judge has to say.
    pub reasons: Vec<&'static str>,
    pub binding: Option<BindingCeiling>,
}

/// The ceiling of the reading that decides: of those above the one with the least excess, of those within the one nearest to its ceiling.
#[derive(Clone, Debug)]
pub struct BindingCeiling {
    pub cum: Cum,
    pub market: Option<String>,
    pub sale: SalePlace,
    pub per: Per,
    pub chosen: Chosen,
    /// Of its act, where they are known.
    pub article: Option<Arc<ActArticle>>,
    pub margin_article: Option<Arc<ActArticle>>,
    pub comparison: Comparison,
    /// Pesos above per unit of the price, and of the whole line where its quantity is known; cut to centavos in the seller's favour.
    pub excess_per_unit: Option<Decimal>,
    pub excess_of_line: Option<Decimal>,
    /// To what a unit price was rounded, where that explains the excess.
    pub rounded_to: Option<RoundedTo>,
    /// The same price as of another unit or pack: what it would be then.
    pub other_readings: Vec<OtherReading>,
}

const CENTAVOS: u32 = 2;
/// With one more all are let go.
const VIEWS_MAX: usize = 4_096;
const TEXTS_MAX: usize = 8_192;
/// Sets that take much memory are looked for again.
const KEPT_CANDIDATES_MAX: usize = 64;

struct Recognised {
    by: RecognisedBy,
    set: TextCandidates,
    pack_units: Vec<Option<Decimal>>,
}

/// Finds which presentations lines can mean; what repeats is read once.
pub struct LineRecogniser {
    index: Arc<CandidateIndex>,
    settled: Arc<SettledReadings>,
    texts: HashMap<String, Arc<Recognised>>,
}

impl LineRecogniser {
    pub fn new(index: Arc<CandidateIndex>) -> Self {
        Self { index, settled: Arc::default(), texts: HashMap::new() }
    }

    pub fn with_settled(self, settled: SettledReadings) -> Self {
        Self { settled: Arc::new(settled), ..self }
    }

    /// With the same names and settled readings, and nothing that it remembers.
    pub fn another(&self) -> Self {
        Self { settled: self.settled.clone(), ..Self::new(self.index.clone()) }
    }

    /// Registrations of the presentations that the line can mean.
    pub fn registrations(&mut self, line: &InvoiceLine) -> Vec<i32> {
        self.recognised(line).set.cums.iter().map(|cum| cum.expediente).collect()
    }

    fn settled(&self, line: &InvoiceLine) -> Option<Arc<SettledReading>> {
        // Most requests have none, and need no text for it.
        if self.settled.is_empty() {
            return None;
        }
        self.settled.of(&text_of(line), &code_of(line), line.document.seller)
    }

    fn recognised(&mut self, line: &InvoiceLine) -> Arc<Recognised> {
        let (text, code) = (text_of(line), code_of(line));
        let found = self.found(&text, &code);
        let Some(settled) = self.settled.of(&text, &code, line.document.seller) else { return found };
        let set = self.index.settled(&self.read(&text, &code), &found.set, settled.cum);
        let by = if found.by == RecognisedBy::Nothing && !set.cums.is_empty() { RecognisedBy::Settled } else { found.by };
        let pack_units = self.index.pack_units(&set.cums);
        Arc::new(Recognised { by, set, pack_units })
    }

    fn read(&self, text: &str, code: &str) -> ReadText {
        read_with_code(text, Some(code).filter(|code| !code.is_empty()), self.index.vocabulary())
    }

    fn found(&mut self, text: &str, code: &str) -> Arc<Recognised> {
        let key = format!("{text}\u{1F}{code}");
        if let Some(known) = self.texts.get(&key) {
            return known.clone();
        }
        let read = self.read(text, code);
        let set = self.index.candidates(&read);
        let by = match () {
            () if set.cums.is_empty() => RecognisedBy::Nothing,
            () if set.cums.iter().any(|cum| read.cums().contains(cum)) => RecognisedBy::Cum,
            () if !read.codes.iums.is_empty() => RecognisedBy::Ium,
            () if !read.codes.registrations.is_empty() => RecognisedBy::Registration,
            () => RecognisedBy::Text,
        };
        let pack_units = self.index.pack_units(&set.cums);
        let found = Arc::new(Recognised { by, set, pack_units });
        if found.set.cums.len() <= KEPT_CANDIDATES_MAX {
            if self.texts.len() >= TEXTS_MAX {
                self.texts.clear();
            }
            self.texts.insert(key, found.clone());
        }
        found
    }
}

/// Judges line after line by one state of the law.
pub struct InvoiceLineJudge<'a> {
    law: &'a LawRepository,
    tables: &'a LineTables,
    recogniser: LineRecogniser,
    sale: SaleStated,
    views: HashMap<LawQuestion, Arc<ApplicableLaw>>,
}

impl<'a> InvoiceLineJudge<'a> {
    pub fn new(law: &'a LineLaw, recogniser: LineRecogniser, sale: SaleStated) -> Self {
        Self { law: &law.law, tables: &law.tables, recogniser, sale, views: HashMap::new() }
    }

    pub fn judge(&mut self, line: &InvoiceLine, standing: &LineStanding) -> JudgedLine {
        let period = line.period().or(self.sale.period);
        let sale = self.tables.actors.facts(self.sale.facts(), &line.document, period);
        let convention = self.tables.conventions.applied(self.sale.per, &line.document, period);
        let settled = self.recogniser.settled(line);
        let settled_per = settled.as_ref().and_then(|settled| settled.per);
        let recognised = self.recogniser.recognised(line);
        let prices = prices::prices_of(line, standing);
        // What is no medicine is that whatever its price is.
        let no_medicine = recognised.set.fault.filter(|fault| *fault == LineReason::NotAMedicine);
        let facts = LineFacts { settled: settled_per, ..facts(line, prices.as_ref().ok(), convention.as_ref()) };
        let units = unit_readings(&facts, &recognised.pack_units);
        let prices = match prices {
            Err(NoPrice::LineTotalMismatch) => by_arithmetic(line, &units).ok_or(NoPrice::LineTotalMismatch),
            other => other,
        };
        let why = match (&no_medicine, period, &prices) {
            (Some(fault), ..) => Some(fault.code()),
            (None, _, Err(no_price)) => Some(no_price.code()),
            (None, None, Ok(_)) => Some(DATE_MISSING),
            (None, Some(_), Ok(_)) => None,
        };
        let verdict = match (why, period, prices.as_ref().ok()) {
            (None, Some(period), Some(prices)) => self.verdict(&recognised.set, &units, &places(&sale), prices, period),
            _ => without_verdict(&recognised.set),
        };
        let binding = period.zip(prices.as_ref().ok()).and_then(|(period, prices)| self.binding(&verdict, period, prices));
        let reasons = all_reasons(why, &verdict);
        let by_settled = || settled_per.map(|per| AppliedConvention { per, origin: ConventionOrigin::Settled });
        let convention = convention.or_else(by_settled).filter(|_| units.origin == UnitOrigin::SourceConvention);
        let (recognised_by, prices, units) = (recognised.by, prices.ok(), Some(units));
        JudgedLine { period, sale, convention, settled, recognised_by, prices, units, verdict, reasons, binding }
    }

    fn verdict(
        &mut self,
        set: &TextCandidates,
        units: &UnitReadings,
        sales: &[SalePlace],
        prices: &LinePrices,
        period: Period,
    ) -> LineVerdict {
        let several = prices.readings.len() > 1;
        let prices: Vec<LinePrice> = prices
            .readings
            .iter()
            .map(|reading| {
                let basis = match reading.basis {
                    _ if !several => PriceBasis::Stated,
                    prices::PriceBasis::Gross => PriceBasis::Gross,
                    _ => PriceBasis::Net,
                };
                LinePrice { basis, amount: reading.amount, divided_by: reading.divided_by }
            })
            .collect();
        let (law, views) = (self.law, &mut self.views);
        judge_line(set, units, sales, &prices, |question| {
            let view = view(law, views, law_question(question.cum, question.sale, period));
            judge(Some(question.observed), &view.ground, &view.facts, &view.siblings)
        })
    }

    fn binding(&mut self, judged: &LineVerdict, period: Period, prices: &LinePrices) -> Option<BindingCeiling> {
        let (cum, reading) = deciding(judged)?;
        let comparison = reading.judgement.comparison?;
        let view = view(self.law, &mut self.views, law_question(cum, reading.sale, period));
        let LegalBasis::Ceiling { chosen, .. } = &view.ground else { return None };
        let above = reading.judgement.excess.as_ref();
        let excess_of = |units: Decimal| {
            let over = exact::product(exact::difference(comparison.left, comparison.right)?, units)?;
            exact::quotient_cut(over, exact::product(comparison.factor, comparison.divided_by)?, CENTAVOS)
        };
        Some(BindingCeiling {
            cum,
            market: self.market(cum).map(str::to_owned),
            sale: reading.sale,
            per: reading.per,
            chosen: chosen.clone(),
            article: self.tables.articles.find(&chosen.act, ArticleSubject::Ceiling),
            margin_article: self.tables.articles.find(&chosen.act, ArticleSubject::Margin),
            comparison,
            excess_per_unit: above.and_then(|_| excess_of(Decimal::ONE)),
            excess_of_line: above.and(prices.units).and_then(excess_of),
            rounded_to: above.and_then(|excess| excess.rounding.explained).map(|(_, to)| to),
            other_readings: above.map(|excess| excess.other_readings.clone()).unwrap_or_default(),
        })
    }

    /// The market that the newest list gives the presentation.
    pub fn market(&self, cum: Cum) -> Option<&'a str> {
        let own = self.law.book(cum).statements.iter().filter(|statement| statement.cum == cum && statement.market.is_some());
        own.max_by_key(|statement| (statement.list_cut_date, statement.list_order))?.market.as_deref()
    }
}

fn facts<'l>(line: &'l InvoiceLine, prices: Option<&LinePrices>, convention: Option<&AppliedConvention>) -> LineFacts<'l> {
    // A price for several, or with discounts, is no product of quantity and price: then the sum says nothing of the unit.
    let plain = line.adjustments.is_empty() && prices.is_none_or(|prices| prices.base != BaseReading::Divides);
    // RIPS has a code of its own there.
    let written = || line.unit.as_deref().map(|unit| if line.rips.is_some() { sispro_unit(unit) } else { unit });
    let stated = line.price_per.map(Per::code).or_else(written);
    LineFacts {
        unit: stated,
        quantity: line.quantity.filter(|_| plain),
        unit_price: line.unit_price.filter(|_| plain),
        line_total: line.total.filter(|_| plain),
        convention: convention.map(|convention| convention.per),
        settled: None,
    }
}

/// Every sale that is possible by what is known of it.
fn places(sale: &SaleFacts) -> Vec<SalePlace> {
    let channel = sale.channel.as_ref().map(|fact| fact.value);
    SalePlace::possible(channel, sale.stage.as_ref().map(|fact| fact.value), sale.seller.as_ref().map(|fact| fact.value))
}

/// The law's view of one sale, once for as long as it is remembered.
fn view(law: &LawRepository, views: &mut HashMap<LawQuestion, Arc<ApplicableLaw>>, question: LawQuestion) -> Arc<ApplicableLaw> {
    if views.len() >= VIEWS_MAX && !views.contains_key(&question) {
        views.clear();
    }
    match views.entry(question) {
        Entry::Occupied(known) => known.get().clone(),
        Entry::Vacant(new) => new.insert(Arc::new(law.view(&question))).clone(),
    }
}

fn law_question(cum: Cum, sale: SalePlace, period: Period) -> LawQuestion {
    LawQuestion { cum, period, place: sale.place, seller: sale.seller }
}

/// Where quantity and price do not give the sum, but do with what a pack holds: the price is of one unit.
fn by_arithmetic(line: &InvoiceLine, units: &UnitReadings) -> Option<LinePrices> {
    if units.origin != UnitOrigin::LineArithmetic || units.fault.is_some() {
        return None;
    }
    let reading = PriceReading { basis: prices::PriceBasis::Gross, amount: line.unit_price?, divided_by: Decimal::ONE };
    Some(LinePrices { readings: vec![reading], shown: Vec::new(), units: None, base: BaseReading::One })
}

/// Why there is no verdict; then what the judge says, in its order of the reading that decides, and of the others.
fn all_reasons(why: Option<&'static str>, verdict: &LineVerdict) -> Vec<&'static str> {
    let of_deciding = deciding(verdict).map(|(_, reading)| reading.judgement.reasons.as_slice()).unwrap_or_default();
    let own = verdict.reasons.iter().map(|reason| reason.code());
    let of_judge = of_deciding.iter().chain(&verdict.judge_reasons).map(|reason| reason.code());
    let mut reasons: Vec<&'static str> = Vec::new();
    for reason in why.into_iter().chain(own).chain(of_judge) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

fn without_verdict(set: &TextCandidates) -> LineVerdict {
    LineVerdict {
        verdict: Verdict::CannotCompare,
        reasons: Vec::new(),
        judge_reasons: Vec::new(),
        excess_at_least: None,
        candidates: Vec::new(),
        candidate_count: set.cums.len(),
    }
}

/// Of candidates that are all at hand.
fn deciding(judged: &LineVerdict) -> Option<(Cum, &LineReading)> {
    let readings = || judged.candidates.iter().flat_map(|one| one.readings.iter().map(|reading| (one.cum, reading)));
    let found = match judged.verdict {
        Verdict::Above => readings().min_by_key(|(_, reading)| reading.judgement.excess.as_ref().map(|excess| excess.percent)),
        Verdict::Within => readings().reduce(|best, other| if is_nearer(other.1, best.1) { other } else { best }),
        _ => None,
    }?;
    let of_found = found.1.judgement.excess.as_ref().map(|excess| excess.percent);
    (judged.candidate_count <= judged.candidates.len() || of_found == judged.excess_at_least).then_some(found)
}

/// Whether its price is the larger part of its ceiling.
fn is_nearer(one: &LineReading, other: &LineReading) -> bool {
    let sides = |reading: &LineReading| reading.judgement.comparison.map(|compared| (compared.left, compared.right));
    let Some(((left, right), (other_left, other_right))) = sides(one).zip(sides(other)) else { return false };
    exact::product(left, other_right).zip(exact::product(other_left, right)).is_some_and(|(one, other)| one > other)
}

/// A price as it is shown: half-up to four decimals, where it is a fraction.
pub fn price_shown(reading: &PriceReading) -> Option<Decimal> {
    if reading.divided_by == Decimal::ONE {
        return Some(reading.amount);
    }
    exact::quotient_half_up(reading.amount, reading.divided_by, 4)
}

/// The descriptions, with the brand where it stands apart.
pub fn text_of(line: &InvoiceLine) -> String {
    let mut words: Vec<&str> = line.texts.iter().map(String::as_str).collect();
    words.extend(line.brand.as_deref());
    words.join(" ")
}

/// What may name the product; codes of goods and of customs name a class.
pub fn code_of(line: &InvoiceLine) -> String {
    let own = line.codes.iter().filter(|code| !matches!(code.scheme, CodeScheme::Unspsc | CodeScheme::Customs));
    own.map(|code| code.value.as_str()).collect::<Vec<_>>().join(" ")
}
