//! The law as a file, so that a machine without a database judges by it: one JSON object a line, in a fixed order, and at the end the SHA-256 of
//! all lines before it. The tables of codes are not in it: no verdict and no first reason of a report depends on them.

use std::{
    collections::HashMap,
    io::{self, BufRead, Write},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    law_codes::CodesById,
    law_library::LawRepository,
    law_products::{Product, Products},
};
use crate::{
    domain::{
        identifier::cum::Cum,
        law::{
            financing::{FinancingStatus, ListedFinancing},
            lawbook::{CeilingStatement, CompleteList, ListEdition, MarketStatement, ProductLaw, RegulationStatus},
            market_index::MarketIndex,
            rules::{Facts, IpsMargin, MarginRule, RULE_VERSION, Rules},
        },
    },
    text::hex::hex,
};

/// Changes when a line is written in another way.
pub const FORMAT: &str = "termometro-law/1";

#[derive(Debug, thiserror::Error)]
pub enum LawFileError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("line {line}: {reason}")]
    Line { line: usize, reason: String },
    #[error("this is no law as `termometro law export` writes it ({FORMAT})")]
    OtherFormat,
    #[error("judged by method {0}, this program judges by method {RULE_VERSION}")]
    OtherMethod(String),
    #[error("it is not whole: its last line is not the digest of those before it")]
    Damaged,
}

/// The first line: what law it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawHead {
    pub format: String,
    /// Version of the method of judging.
    pub rule_version: String,
    /// A list speaks at most this many days past its cut date.
    pub max_age_days: i32,
    /// The law as it was known then; `None`: as it is known now.
    pub known_at: Option<Timestamp>,
    /// The version of the data that it was read from.
    pub data_version: String,
}

impl LawHead {
    pub fn of(law: &LawRepository, data_version: i64, known_at: Option<Timestamp>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            rule_version: RULE_VERSION.to_owned(),
            max_age_days: law.rules.max_age_days,
            known_at,
            data_version: data_version.to_string(),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Law(LawHead),
    MarginRule(MarginLine),
    CompleteList(CompleteLine),
    Edition(EditionLine),
    /// What is known of products that no list names, in order of its number.
    Knowledge(KnowledgeLine),
    Product(ProductLine),
    Registration(RegistrationLine),
    Sha256(String),
}

#[derive(Serialize, Deserialize)]
struct MarginLine {
    from: Date,
    until: Option<Date>,
    above: Decimal,
    up_to: Option<Decimal>,
    percent: Decimal,
}

#[derive(Serialize, Deserialize)]
struct CompleteLine {
    from: Date,
    cut_date: Date,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct EditionLine {
    list_order: i64,
    series: String,
    cut_date: Date,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KnowledgeLine {
    Unknown,
    PossiblyRegulated,
    ProvenUnregulated(String),
}

#[derive(Serialize, Deserialize)]
struct ProductLine {
    cum: String,
    knowledge: usize,
    dispensing_units: Option<Decimal>,
    medical_sample: bool,
}

/// What the lists state about one registration.
#[derive(Serialize, Deserialize)]
struct RegistrationLine {
    expediente: i32,
    statements: Vec<StatementLine>,
    markets: Vec<MarketLine>,
}

#[derive(Serialize, Deserialize)]
struct StatementLine {
    cum: String,
    column: String,
    binds: bool,
    amount: Option<Decimal>,
    by_column: bool,
    ips_margin: MarginOfLine,
    act: String,
    valid_from: Date,
    list_cut_date: Date,
    list_order: i64,
    market: Option<String>,
    dispensing_units: Option<Decimal>,
    regulated_units: Option<Decimal>,
    regulated_unit: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MarginOfLine {
    Pesos(Decimal),
    None,
    ByRule,
}

#[derive(Serialize, Deserialize)]
struct MarketLine {
    market: String,
    unit_price: Option<Decimal>,
    unit: String,
    act: String,
    valid_from: Date,
    list_cut_date: Date,
    list_order: i64,
    financing: Option<FinancingLine>,
}

#[derive(Serialize, Deserialize)]
struct FinancingLine {
    standing: String,
    list: String,
    day: Option<Date>,
}

/// Writes all of the law that was loaded; answers the digest in the last line.
///
/// # Errors
/// When it cannot be written.
pub fn write(law: &LawRepository, head: LawHead, out: &mut impl Write) -> Result<String, LawFileError> {
    let mut lines = DigestedLines { out, digest: Sha256::new() };
    lines.push(&Line::Law(head))?;
    for MarginRule { from, until, above, up_to, percent } in law.rules.margin_rules.iter().cloned() {
        lines.push(&Line::MarginRule(MarginLine { from, until, above, up_to, percent }))?;
    }
    for CompleteList { from, cut_date, name } in law.empty.complete_lists.iter().cloned() {
        lines.push(&Line::CompleteList(CompleteLine { from, cut_date, name }))?;
    }
    for ListEdition { list_order, series, cut_date } in law.empty.editions.iter().cloned() {
        lines.push(&Line::Edition(EditionLine { list_order, series, cut_date }))?;
    }
    for knowledge in &law.products.knowledge {
        lines.push(&Line::Knowledge(KnowledgeLine::from(knowledge)))?;
    }
    for product in law.products.all() {
        let Product { cum, knowledge, dispensing_units, medical_sample } = product;
        let (cum, dispensing_units) = (cum.to_string(), *dispensing_units);
        let line = ProductLine { cum, knowledge: *knowledge, dispensing_units, medical_sample: *medical_sample };
        lines.push(&Line::Product(line))?;
    }
    let mut books: Vec<(&i32, &ProductLaw)> = law.books.iter().collect();
    books.sort_by_key(|(expediente, _)| **expediente);
    for (expediente, book) in books {
        let statements = book.statements.iter().map(StatementLine::from).collect();
        let markets = book.markets.iter().map(MarketLine::from).collect();
        lines.push(&Line::Registration(RegistrationLine { expediente: *expediente, statements, markets }))?;
    }
    let digest = hex(&lines.digest.clone().finalize());
    lines.push(&Line::Sha256(digest.clone()))?;
    lines.out.flush()?;
    Ok(digest)
}

struct DigestedLines<'a, W> {
    out: &'a mut W,
    digest: Sha256,
}

impl<W: Write> DigestedLines<'_, W> {
    fn push(&mut self, line: &Line) -> Result<(), LawFileError> {
        let mut text = serde_json::to_vec(line).map_err(io::Error::from)?;
        text.push(b'\n');
        self.digest.update(&text);
        Ok(self.out.write_all(&text)?)
    }
}

/// Reads what `write` wrote, and its digest.
///
/// # Errors
/// When it is no law, one of another method, or not whole.
pub fn read(mut input: impl BufRead) -> Result<(LawHead, LawRepository, String), LawFileError> {
    let mut text = Vec::new();
    let mut digest = Sha256::new();
    let mut head = None;
    let mut law = Reading::default();
    for number in 1.. {
        text.clear();
        if input.read_until(b'\n', &mut text)? == 0 {
            break;
        }
        let line: Line = serde_json::from_slice(&text).map_err(|error| match number {
            1 => LawFileError::OtherFormat,
            line => LawFileError::Line { line, reason: error.to_string() },
        })?;
        match line {
            Line::Law(found) if found.format != FORMAT => return Err(LawFileError::OtherFormat),
            Line::Law(found) if found.rule_version != RULE_VERSION => return Err(LawFileError::OtherMethod(found.rule_version)),
            Line::Law(found) => head = Some(found),
            Line::Sha256(said) => {
                let found = hex(&digest.finalize());
                // Nothing may follow.
                let ended = input.read_until(b'\n', &mut text)? == 0;
                let head = head.ok_or(LawFileError::OtherFormat)?;
                if said != found || !ended {
                    return Err(LawFileError::Damaged);
                }
                let max_age_days = head.max_age_days;
                return Ok((head, law.finish(max_age_days), found));
            }
            line => law.take(line).map_err(|reason| LawFileError::Line { line: number, reason })?,
        }
        digest.update(&text);
    }
    Err(if head.is_some() { LawFileError::Damaged } else { LawFileError::OtherFormat })
}

#[derive(Default)]
struct Reading {
    margin_rules: Vec<MarginRule>,
    complete_lists: Vec<CompleteList>,
    editions: Vec<ListEdition>,
    products: Products,
    books: HashMap<i32, ProductLaw>,
}

impl Reading {
    fn take(&mut self, line: Line) -> Result<(), String> {
        match line {
            Line::MarginRule(MarginLine { from, until, above, up_to, percent }) => {
                self.margin_rules.push(MarginRule { from, until, above, up_to, percent });
            }
            Line::CompleteList(CompleteLine { from, cut_date, name }) => {
                self.complete_lists.push(CompleteList { from, cut_date, name });
            }
            Line::Edition(EditionLine { list_order, series, cut_date }) => {
                self.editions.push(ListEdition { list_order, series, cut_date });
            }
            Line::Knowledge(knowledge) => self.products.knowledge.push(knowledge.into()),
            Line::Product(ProductLine { cum, knowledge, dispensing_units, medical_sample }) => {
                let product = Product { cum: cum_of(&cum)?, knowledge, dispensing_units, medical_sample };
                self.products.add(product).ok_or("too many presentations")?;
            }
            Line::Registration(RegistrationLine { expediente, statements, markets }) => {
                let statements = statements.into_iter().map(CeilingStatement::try_from).collect::<Result<_, _>>()?;
                let markets = markets.into_iter().map(MarketStatement::try_from).collect::<Result<_, _>>()?;
                self.books.insert(expediente, ProductLaw { statements, markets, ..ProductLaw::default() });
            }
            Line::Law(_) | Line::Sha256(_) => return Err("this line stands elsewhere".to_owned()),
        }
        Ok(())
    }

    fn finish(self, max_age_days: i32) -> LawRepository {
        let Self { margin_rules, complete_lists, editions, products, mut books } = self;
        let empty = ProductLaw { complete_lists, editions: Arc::new(editions), ..ProductLaw::default() };
        for book in books.values_mut() {
            book.complete_lists.clone_from(&empty.complete_lists);
            book.editions = empty.editions.clone();
        }
        LawRepository {
            rules: Rules { max_age_days, margin_rules },
            known: None,
            markets: Arc::new(MarketIndex::default()),
            plan: None,
            books,
            products,
            code_list: None,
            codes: CodesById::default(),
            empty,
        }
    }
}

fn cum_of(text: &str) -> Result<Cum, String> {
    text.parse().map_err(|_| format!("{text:?} is no CUM"))
}

impl From<&RegulationStatus> for KnowledgeLine {
    fn from(status: &RegulationStatus) -> Self {
        match status {
            RegulationStatus::UnknownProduct => Self::Unknown,
            RegulationStatus::PossiblyRegulated => Self::PossiblyRegulated,
            RegulationStatus::ProvenUnregulated { what } => Self::ProvenUnregulated(what.clone()),
        }
    }
}

impl From<KnowledgeLine> for RegulationStatus {
    fn from(line: KnowledgeLine) -> Self {
        match line {
            KnowledgeLine::Unknown => Self::UnknownProduct,
            KnowledgeLine::PossiblyRegulated => Self::PossiblyRegulated,
            KnowledgeLine::ProvenUnregulated(what) => Self::ProvenUnregulated { what },
        }
    }
}

impl From<&CeilingStatement> for StatementLine {
    fn from(statement: &CeilingStatement) -> Self {
        let Facts { dispensing_units, regulated_units, regulated_unit, .. } = statement.facts.clone();
        Self {
            cum: statement.cum.to_string(),
            column: statement.column.code().to_owned(),
            binds: statement.binds,
            amount: statement.amount,
            by_column: statement.by_column,
            ips_margin: match statement.ips_margin {
                IpsMargin::Pesos(pesos) => MarginOfLine::Pesos(pesos),
                IpsMargin::None => MarginOfLine::None,
                IpsMargin::ByRule => MarginOfLine::ByRule,
            },
            act: statement.act.clone(),
            valid_from: statement.valid_from,
            list_cut_date: statement.list_cut_date,
            list_order: statement.list_order,
            market: statement.market.clone(),
            dispensing_units,
            regulated_units,
            regulated_unit,
        }
    }
}

impl TryFrom<StatementLine> for CeilingStatement {
    type Error = String;

    fn try_from(line: StatementLine) -> Result<Self, String> {
        let StatementLine { dispensing_units, regulated_units, regulated_unit, .. } = line;
        Ok(Self {
            cum: cum_of(&line.cum)?,
            column: line.column.parse().map_err(|()| format!("{:?} is no column", line.column))?,
            binds: line.binds,
            amount: line.amount,
            by_column: line.by_column,
            ips_margin: match line.ips_margin {
                MarginOfLine::Pesos(pesos) => IpsMargin::Pesos(pesos),
                MarginOfLine::None => IpsMargin::None,
                MarginOfLine::ByRule => IpsMargin::ByRule,
            },
            act: line.act,
            valid_from: line.valid_from,
            list_cut_date: line.list_cut_date,
            list_order: line.list_order,
            market: line.market,
            facts: Facts { dispensing_units, regulated_units, regulated_unit, ..Facts::default() },
        })
    }
}

impl From<&MarketStatement> for MarketLine {
    fn from(statement: &MarketStatement) -> Self {
        let MarketStatement { market, unit_price, unit, act, valid_from, list_cut_date, list_order, financing } =
            statement.clone();
        let financing = financing.map(|financing| FinancingLine {
            standing: financing.standing.code().to_owned(),
            list: financing.list.clone(),
            day: financing.day,
        });
        Self { market, unit_price, unit, act, valid_from, list_cut_date, list_order, financing }
    }
}

impl TryFrom<MarketLine> for MarketStatement {
    type Error = String;

    fn try_from(line: MarketLine) -> Result<Self, String> {
        let MarketLine { market, unit_price, unit, act, valid_from, list_cut_date, list_order, financing } = line;
        let financing = financing.map(|FinancingLine { standing, list, day }| {
            let standing = FinancingStatus::from_code(&standing).ok_or_else(|| format!("{standing:?} is no financing"))?;
            Ok::<_, String>(Arc::new(ListedFinancing { standing, list, day }))
        });
        let financing = financing.transpose()?;
        Ok(Self { market, unit_price, unit, act, valid_from, list_cut_date, list_order, financing })
    }
}
