//! `read_item_texts`: each line read, its candidates found and judged with the law as known at an instant. Nothing is stored.

use std::collections::HashMap;

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum::Cum,
        item_text::{
            candidates::{CandidateIndex, TextCandidates},
            line_verdict::{
                CANDIDATES_JUDGED_MAX, CANDIDATES_SHOWN, LinePrice, LineQuestion, LineVerdict, SalePlace, judge_line,
            },
            read::{ReadText, read_with_code},
            unit::{LineFacts, UnitReadings, unit_readings},
        },
        law::{basis::LawQuestion, lawbook::ApplicableLaw},
        market::medicine::Medicine,
        verdict::{
            comparison::Per,
            judge::{Judgement, judge},
        },
    },
    read_model::{ReadModel, medicines::medicine::MedicineFilter},
    store::{catalogue::law_library::LawRepository, postgres::error::StoreError},
};

/// One line, as its source states it.
#[derive(Clone, Debug)]
pub struct ItemLine {
    pub text: String,
    /// What stands in a column of codes, in any spelling.
    pub code: Option<String>,
    pub unit: Option<String>,
    pub quantity: Option<Decimal>,
    pub line_total: Option<Decimal>,
    /// What its source always means by a price.
    pub convention: Option<Per>,
    /// One price, or several that it may be.
    pub prices: Vec<LinePrice>,
    /// Every sale that it may be.
    pub sales: Vec<SalePlace>,
    pub period: Period,
}

/// What a line says, and what follows.
#[derive(Clone, Debug)]
pub struct ItemAnswer {
    pub read: ReadText,
    pub units: UnitReadings,
    pub verdict: LineVerdict,
    /// Of the candidates that are shown, where some source describes them.
    pub medicines: HashMap<Cum, Medicine>,
}

/// A line that is read, before the law of its candidates is known.
struct ReadLine {
    line: ItemLine,
    read: ReadText,
    candidates: TextCandidates,
    units: UnitReadings,
}

impl ReadModel {
    /// In the order given.
    pub async fn judge_item_lines(
        &self,
        lines: Vec<ItemLine>,
        known_at: Option<Timestamp>,
    ) -> Result<Vec<ItemAnswer>, StoreError> {
        let index = self.item_index().await?;
        let read = move || lines.into_iter().map(|line| read_line(line, &index)).collect::<Vec<_>>();
        let lines = tokio::task::spawn_blocking(read).await.map_err(|error| StoreError::Bug(Box::new(error)))?;
        let law = self.law_of_presentations(&judged_cums(&lines), known_at).await?;
        let judged = move || {
            let mut views = LawViews { law, views: HashMap::new() };
            lines.into_iter().map(|line| views.judged(line)).collect::<Vec<_>>()
        };
        let mut answers = tokio::task::spawn_blocking(judged).await.map_err(|error| StoreError::Bug(Box::new(error)))?;
        let shown: Vec<Cum> = answers.iter().flat_map(|answer| answer.verdict.candidates.iter().map(|one| one.cum)).collect();
        let known: HashMap<Cum, Medicine> =
            self.medicines_in_order(&each_once(shown), &MedicineFilter::default()).await?.into_iter().collect();
        for answer in &mut answers {
            let own = answer.verdict.candidates.iter().filter_map(|one| Some((one.cum, known.get(&one.cum)?.clone())));
            answer.medicines = own.collect();
        }
        Ok(answers)
    }
}

fn read_line(line: ItemLine, index: &CandidateIndex) -> ReadLine {
    let read = read_with_code(&line.text, line.code.as_deref(), index.vocabulary());
    let candidates = index.candidates(&read);
    let unit_price = match line.prices.as_slice() {
        [only] if only.divided_by == Decimal::ONE => Some(only.amount),
        _ => None,
    };
    let facts = LineFacts {
        unit: line.unit.as_deref(),
        quantity: line.quantity,
        unit_price,
        line_total: line.line_total,
        convention: line.convention,
        settled: None,
    };
    let units = unit_readings(&facts, &index.pack_units(&candidates.cums));
    ReadLine { line, read, candidates, units }
}

fn judged_cums(lines: &[ReadLine]) -> Vec<Cum> {
    let of_line = |line: &ReadLine| {
        let cums = &line.candidates.cums;
        let judged = if cums.len() > CANDIDATES_JUDGED_MAX { CANDIDATES_SHOWN } else { cums.len() };
        cums.iter().take(judged).copied().collect::<Vec<_>>()
    };
    each_once(lines.iter().flat_map(of_line).collect())
}

fn each_once(mut cums: Vec<Cum>) -> Vec<Cum> {
    cums.sort_unstable();
    cums.dedup();
    cums
}

/// What the law says of each sale, once.
struct LawViews {
    law: LawRepository,
    views: HashMap<LawQuestion, ApplicableLaw>,
}

impl LawViews {
    fn judged(&mut self, ReadLine { line, read, candidates, units }: ReadLine) -> ItemAnswer {
        let verdict = judge_line(&candidates, &units, &line.sales, &line.prices, |question| self.judge(question, line.period));
        ItemAnswer { read, units, verdict, medicines: HashMap::new() }
    }

    fn judge(&mut self, question: &LineQuestion, period: Period) -> Judgement {
        let LineQuestion { cum, sale, observed } = *question;
        let question = LawQuestion { cum, period, place: sale.place, seller: sale.seller };
        let Self { law, views } = self;
        let view = views.entry(question).or_insert_with(|| law.view(&question));
        judge(Some(observed), &view.ground, &view.facts, &view.siblings)
    }
}
