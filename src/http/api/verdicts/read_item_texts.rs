//! `POST /v1/item-texts`: what lines of text say, which medicines they may mean, and the verdict on which all of them agree.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        calendar::period::Period,
        item_text::{
            line_verdict::{LinePrice, PriceBasis, SalePlace},
            read::TEXT_CHARS_MAX,
        },
        law::channel::Place,
    },
    http::{
        Answer, App, Text,
        base::problem::{Fault, Problem, Problems},
        params::as_of::KnownAt,
        request::incoming::Request,
        response::envelope::Envelope,
        values::{
            calendar::DayOrMonth,
            choices::{Channel, SellerKind, Stage, Transaction},
            numbers::{PriceAmount, Quantity},
            value::{Invalid, texts},
        },
        wire::{service::meta::Many, verdicts::item_text::ItemTextBody},
    },
    read_model::item_texts::lines::ItemLine,
};

const ITEMS_MAX: usize = 300;
/// Room for the longest text in letters of four bytes, and the rest.
const ITEM_BYTES_MAX: usize = 5_000;
const FIELD_CHARS_MAX: usize = 100;

texts! {
    /// A line's text.
    LineText(String), |text| within(text, TEXT_CHARS_MAX);

    /// A code or a unit, as the line has it.
    ShortText(String), |text| within(text, FIELD_CHARS_MAX);

    /// Zero too, which some lines have.
    LineQuantity(Decimal), |text| zero(text).map_or_else(|| text.parse().map(|Quantity(quantity)| quantity), Ok);

    /// Zero too, which some lines have.
    LinePesos(Decimal), |text| zero(text).map_or_else(|| text.parse().map(|PriceAmount(pesos)| pesos), Ok);
}

fn within(text: &str, most: usize) -> Result<String, Invalid> {
    let characters = text.chars().count();
    if (1..=most).contains(&characters) {
        return Ok(text.to_owned());
    }
    let detail = (format!("debe tener de 1 a {most} caracteres"), format!("must have 1 to {most} characters"));
    Err(Invalid::new(if characters == 0 { "missing" } else { "too_long" }, detail))
}

fn zero(text: &str) -> Option<Decimal> {
    let is_zero = text.bytes().all(|sign| matches!(sign, b'0' | b'.'));
    text.parse::<Decimal>().ok().filter(|amount| is_zero && text.starts_with('0') && amount.scale() <= 4)
}

/// The lines to read.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemTexts {
    /// At most 300.
    #[schema(max_items = 300)]
    pub items: Vec<ItemText>,
}

/// One line of an invoice, a purchase list or a quotation.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemText {
    /// As the line names what is sold (descripción), up to 1,000 characters.
    #[schema(value_type = String, example = "CLEXANE 60 MG/0.6 ML SOLUCION INYECTABLE JERINGA", min_length = 1, max_length = 1000)]
    pub text: LineText,
    /// What stands in its column of codes: CUM, IUM, registration, EAN, or the seller's own, which is left.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub code: Option<ShortText>,
    /// Price of one unit, in pesos. Without it no verdict is possible, and the line is read all the same.
    #[schema(value_type = Option<String>, example = "40580", pattern = r"^(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$")]
    pub price: Option<LinePesos>,
    /// What the price is for, as the line has it: `BX`, `U2`, `94`, `caja`, `tableta`, `pack`, `dispensing_unit`…
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    pub unit: Option<ShortText>,
    /// How many units were sold.
    #[schema(value_type = Option<String>, pattern = r"^(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$")]
    pub quantity: Option<LineQuantity>,
    /// The line's total, in pesos.
    #[schema(value_type = Option<String>, pattern = r"^(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$")]
    pub line_total: Option<LinePesos>,
    /// Day (YYYY-MM-DD) or month (YYYY-MM) of the sale. Today, where it is not given.
    #[schema(value_type = Option<DayOrMonth>)]
    pub date: Option<DayOrMonth>,
    /// SISMED transaction, 1 to 5; or `channel` and `stage`, or one of these. What is not given may be any.
    #[schema(value_type = Option<Transaction>)]
    pub transaction: Option<Transaction>,
    #[schema(value_type = Option<Channel>)]
    pub channel: Option<Channel>,
    #[schema(value_type = Option<Stage>)]
    pub stage: Option<Stage>,
    /// `ips` or `other`; where it is not given and an IPS may be the seller, either.
    #[schema(value_type = Option<SellerKind>)]
    pub seller: Option<SellerKind>,
}

/// Read lines of text that name medicines
///
/// What is this line of an invoice? Each text is read into tokens (ingredient, strength, form, pack, brand, codes glued into the name…); what
/// cannot be read is left. The candidates are all presentations that contradict nothing that was read: nothing is ranked, and there is no best
/// match. Each candidate is judged with each unit, sale and seller that is possible, and only what all of them have alike is a verdict;
/// `above` states the smallest excess. Otherwise the verdict is `cannot_compare` and `reasons` say what it depends on: `not_a_medicine`,
/// `text_not_read`, `match_empty`, `code_contradicts_text`, `sample_line`, `line_total_mismatch`, `price_missing`, `stage_not_known`,
/// `unit_not_stated`, `match_not_unique`. The first 20 candidates come with their readings, so that a person can settle it. Up to 300 lines; nothing is stored.
#[utoipa::path(post, operation_id = "read_item_texts", path = "/v1/item-texts", tag = "verdicts",
    params(KnownAt), request_body = ItemTexts,
    responses((status = 200, description = "One answer per line, in their order",
            content((Many<ItemTextBody> = "application/json"), (String = "text/csv"))), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let texts: ItemTexts = request.json(ITEMS_MAX * ITEM_BYTES_MAX).await?;
    answered(app, request, texts).await
}

/// The answer, once the body is read.
pub async fn answered(app: App, request: Request, texts: ItemTexts) -> Result<Answer, Problem> {
    let known_at = request.query::<KnownAt>()?.read(&app)?;
    let reply = Envelope::begin_of_lists(&app, &request, &["ceilings", "catalogue"]).await?.known_at(known_at);
    if texts.items.len() > ITEMS_MAX {
        let detail = (format!("máximo {ITEMS_MAX} en una petición"), format!("at most {ITEMS_MAX} in one request"));
        return Err(Problem::bad_body_pointer("/items", "too_many", detail));
    }
    let mut faults = Vec::new();
    let mut lines = Vec::new();
    for (index, item) in texts.items.into_iter().enumerate() {
        match item.line(app.today()) {
            Ok(line) => lines.push(line),
            Err((code, detail)) => faults.push(Fault::pointer(format!("/items/{index}/transaction"), code, detail)),
        }
    }
    if !faults.is_empty() {
        return Err(Problem::bad_body(faults));
    }
    let said: Vec<(String, Period)> = lines.iter().map(|line: &ItemLine| (line.text.clone(), line.period)).collect();
    let answers = app.read_model.judge_item_lines(lines, known_at).await?;
    let read = answers.iter().zip(&said);
    let body: Vec<ItemTextBody> =
        read.map(|(answer, (text, period))| ItemTextBody::new(text, period, answer, reply.language)).collect();
    reply.many(&body)
}

impl ItemText {
    fn line(self, today: Date) -> Result<ItemLine, (&'static str, Text)> {
        let seller = self.seller.map(|SellerKind(seller)| seller);
        let sales = match (self.transaction, self.channel, self.stage) {
            (Some(Transaction(Place { channel, stage })), None, None) => SalePlace::possible(Some(channel), Some(stage), seller),
            (None, channel, stage) => {
                SalePlace::possible(channel.map(|Channel(channel)| channel), stage.map(|Stage(stage)| stage), seller)
            }
            _ => {
                let detail = ("dé transaction, o channel y stage, no ambos", "give either transaction, or channel and stage");
                return Err(("ambiguous_sale", detail.into()));
            }
        };
        let period = match self.date {
            Some(DayOrMonth(period)) => period,
            None => Period::day(today).ok_or_else(|| ("missing", ("diga la fecha", "say the date").into()))?,
        };
        let price = |LinePesos(amount)| LinePrice { basis: PriceBasis::Stated, amount, divided_by: Decimal::ONE };
        Ok(ItemLine {
            text: self.text.0,
            code: self.code.map(|ShortText(code)| code),
            unit: self.unit.map(|ShortText(unit)| unit),
            quantity: self.quantity.map(|LineQuantity(quantity)| quantity),
            line_total: self.line_total.map(|LinePesos(total)| total),
            convention: None,
            prices: self.price.map(price).into_iter().collect(),
            sales,
            period,
        })
    }
}
