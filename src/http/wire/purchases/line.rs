//! A line of a public purchase on the wire, and how it is read.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::correction::CorrectionBody;
use crate::{
    domain::{number::amount, verdict::judge::Verdict},
    http::wire::verdicts::{item_text::ItemTextBody, verdict::VerdictBody},
    read_model::purchases::lines::PurchaseView,
};

/// A line of a public purchase (compra pública) with what may be said of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PurchaseBody {
    #[schema(example = "b0123456789abcdef")]
    pub id: String,
    /// Orden de compra, as published.
    #[schema(example = "98765")]
    pub order: String,
    #[schema(value_type = String, format = Date)]
    pub ordered_on: Date,
    /// NIT of the public body, without its check digit.
    #[schema(example = "899999063")]
    pub buyer_nit: String,
    pub buyer: String,
    /// `organisation`, `natural_person` (who has no name here) or `not_stated`.
    #[schema(example = "organisation")]
    pub seller_kind: String,
    pub seller_nit: Option<String>,
    pub seller: Option<String>,
    /// As the line names what was bought.
    pub text: String,
    /// Price of one unit as published.
    #[schema(example = "40580")]
    pub price: Option<String>,
    #[schema(example = "30")]
    pub quantity: Option<String>,
    /// As published, free text.
    pub unit: Option<String>,
    #[schema(example = "1217400")]
    pub line_total: Option<String>,
    #[schema(example = "COP")]
    pub currency: String,
    /// Framework agreement.
    pub framework: Option<String>,
    /// Of the order, as published.
    pub state: Option<String>,
    /// False: cancelled, returned or implausible; it is shown and in no figure.
    pub counts: bool,
    /// `total_mismatch`, `quantity_too_large`, `price_zero`, `price_too_large`, `price_missing` or `quantity_missing`.
    pub implausible: Vec<String>,
    /// What everything that the line can mean has alike; `cannot_compare` of what is undecided.
    #[schema(example = "cannot_compare")]
    pub verdict: &'static str,
    /// Why there is no verdict; `not_counted`, `not_read_yet` and, where one line is shown, `read_otherwise_today` too.
    pub reasons: Vec<String>,
    /// Only when above: the smallest excess of all readings, in percent of the ceiling.
    pub excess_percent: Option<String>,
    /// Presentations that contradict nothing of the text; null while it is not read.
    #[schema(example = 2)]
    pub candidates: Option<i32>,
    /// Where there is one only.
    #[schema(example = "19914312-20")]
    pub cum: Option<String>,
    /// ID MR, where all candidates are of it.
    #[schema(example = "96")]
    pub market: Option<String>,
    /// How well the line says what was bought.
    pub described: Option<String>,
    /// How it is known what the price is for.
    pub unit_basis: Option<String>,
    /// Pesos for one regulated unit, where every reading gives the same.
    pub regulated_price: Option<String>,
    pub regulated_unit: Option<String>,
    pub regulated_units: Option<String>,
    /// Act of the ceiling that decides.
    pub act: Option<String>,
}

/// How a line is read today, and what was said to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PurchaseFileBody {
    pub purchase: PurchaseBody,
    /// How many lines are alike in everything.
    #[schema(example = 1)]
    pub lines: usize,
    /// Tokens, the first 20 candidates and their readings. Its verdict is the stored one, or none.
    pub reading: ItemTextBody,
    /// The comparison with the smallest excess, with its worksheet; null where nothing is decided.
    pub comparison: Option<VerdictBody>,
    pub corrections: Vec<CorrectionBody>,
}

impl PurchaseBody {
    /// What was found when it was read is not found today.
    pub fn withhold_verdict(&mut self) {
        if self.verdict != Verdict::CannotCompare.code() {
            self.verdict = Verdict::CannotCompare.code();
            self.excess_percent = None;
            self.reasons = vec!["read_otherwise_today".to_owned()];
        }
    }
}

impl From<&PurchaseView> for PurchaseBody {
    fn from(view: &PurchaseView) -> Self {
        let reading = view.reading.as_ref();
        let plain = |value: Option<Decimal>| value.map(amount::plain);
        Self {
            id: view.id.to_string(),
            order: view.order_id.clone(),
            ordered_on: view.ordered_on,
            buyer_nit: view.buyer_nit.clone(),
            buyer: view.buyer_name.clone(),
            seller_kind: view.seller.kind.clone(),
            seller_nit: view.seller.nit.clone(),
            seller: view.seller.name.clone(),
            text: view.item_text.clone(),
            price: plain(view.price),
            quantity: plain(view.quantity),
            unit: view.unit_text.clone(),
            line_total: plain(view.line_total),
            currency: view.currency.clone(),
            framework: view.framework.clone(),
            state: view.state.clone(),
            counts: view.counts,
            implausible: view.implausible.clone(),
            verdict: view.verdict.code(),
            reasons: view.reasons.clone(),
            excess_percent: reading.and_then(|reading| reading.excess_percent).map(amount::percent),
            candidates: reading.map(|reading| reading.set_size),
            cum: reading.and_then(|reading| reading.cum).map(|cum| cum.to_string()),
            market: reading.and_then(|reading| reading.market.clone()),
            described: reading.map(|reading| reading.described.clone()),
            unit_basis: reading.map(|reading| reading.unit_basis.clone()),
            regulated_price: plain(reading.and_then(|reading| reading.regulated_price)),
            regulated_unit: reading.and_then(|reading| reading.regulated_unit.clone()),
            regulated_units: plain(reading.and_then(|reading| reading.regulated_units)),
            act: reading.and_then(|reading| reading.act.clone()),
        }
    }
}
