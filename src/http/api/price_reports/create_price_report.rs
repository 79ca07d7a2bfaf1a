//! `POST /v1/price-reports`: somebody reports a price; no key is needed.

use hyper::StatusCode;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum,
        item_text::line_verdict::{LinePrice, PriceBasis, SalePlace},
        law::{
            basis::LawQuestion,
            channel::{Channel, Place, Stage},
            rules::Seller,
        },
        participation::price_report::{self, PriceReportUnit},
        verdict::comparison::{Observed, Per},
    },
    http::{
        Answer, App, Language,
        base::problem::{Problem, Problems},
        request::{incoming::Request, json_body},
        response::{
            envelope::Envelope,
            idempotent_write::{Done, DoneMeta, run_to_completion},
        },
        values::{
            calendar::Day,
            identifiers::{Cum, IdempotencyHeader},
            numbers::PriceAmount,
            price_reports::{self as report_values, Municipality},
            value::Invalid,
        },
        wire::{
            medicines::thermometer::{PlacedPrice, Thermometer},
            price_reports::{
                price_report::PriceReportReceivedBody,
                price_report_answer::{ImmediateAnswerBody, PlacedReportBody},
                sent::NewPriceReportBody,
            },
            verdicts::{item_text::ItemTextBody, verdict::VerdictBody},
        },
    },
    read_model::{item_texts::lines::ItemLine, verdicts::check::PriceQuestion},
    workflow::price_reports::receiving::NewPriceReport,
};

const BODY_BYTES_MAX: usize = 64 * 1024;
/// As a text of a line.
const TEXT_CHARS_MAX: usize = 1_000;

/// Report a price paid
///
/// No account and no name; never the hour or the place of sale. At once it is answered whether a ceiling binds a sale at the counter (few do),
/// where the price stands among those of the thermometer, and where the equivalents are. With a question, the authority owes an answer in the
/// term of the law. The ticket is stored nowhere: with it the report is opened, confirmed or withdrawn. A second try with the same
/// `Idempotency-Key` and the same body gets the same ticket, so take a random key. Only figures of at least five contributors are ever released.
#[utoipa::path(post, operation_id = "create_price_report", path = "/v1/price-reports", tag = "price_reports", request_body = NewPriceReportBody,
    params(IdempotencyHeader),
    responses((status = 201, description = "It is received: keep the ticket, it is not shown again", body = Done<PriceReportReceivedBody>), Problems))]
pub async fn handler(app: App, mut request: Request) -> Result<Answer, Problem> {
    let bytes = request.json_bytes(BODY_BYTES_MAX).await?;
    let call = request.public_call(&app, &bytes)?;
    let report = read(json_body::parse(&bytes)?)?;
    let reply = Envelope::begin_of_lists(&app, &request, &["ceilings", "catalogue", "thermometer"]).await?;
    let mut answer = ImmediateAnswerBody { verdict: None, text: None, thermometer: Vec::new(), equivalents: None };
    let mut is_plausible = false;
    if let Some(cum) = report.cum {
        let price = counter_price(&report, cum)?;
        let judged = app.read_model.check_price(price, None, reply.version()).await?;
        answer.verdict = Some(VerdictBody::new(judged, request.language));
        answer.equivalents = Some(format!("/v1/medicines/{cum}/equivalents"));
        (answer.thermometer, is_plausible) = placed(&app, &report, cum).await?;
    } else if let Some(text) = &report.text {
        answer.text = read_text(&app, &report, text, request.language).await?;
    }
    let new = NewPriceReport {
        language: request.language.code(),
        cum: report.cum.map(|cum| cum.to_string()),
        typed: report.text,
        amount: report.amount,
        per: report.unit,
        bought_on: report.bought_on,
        municipality: report.municipality,
        question: report.question,
        is_plausible,
    };
    let meta = DoneMeta { request_id: call.request_id.clone(), at: call.now.to_string() };
    let workflow = app.workflow;
    let received = run_to_completion(async move { workflow.receive_price_report(&call, &new).await }).await?;
    Ok(Answer::json(&Done { data: PriceReportReceivedBody::new(&received, answer), meta })?.with_status(StatusCode::CREATED))
}

/// What was sent, read.
struct SentReport {
    cum: Option<cum::Cum>,
    text: Option<String>,
    amount: Decimal,
    unit: PriceReportUnit,
    bought_on: Date,
    municipality: String,
    question: Option<String>,
}

fn read(body: NewPriceReportBody) -> Result<SentReport, Problem> {
    let at = |pointer: &'static str| move |fault: Invalid| Problem::bad_body_pointer(pointer, fault.code, fault.detail);
    let cum = body.cum.filter(|cum| !cum.trim().is_empty());
    let cum = cum.map(|cum| cum.parse().map(|Cum(cum)| cum)).transpose().map_err(at("/cum"))?;
    let text = body.text.filter(|text| !text.trim().is_empty());
    if cum.is_none() && text.is_none() {
        let detail = ("diga qué compró: el cum, o el texto", "say what was bought: the cum, or the text");
        return Err(Problem::bad_body_pointer("/text", "missing", detail));
    }
    if text.as_ref().is_some_and(|text| text.chars().count() > TEXT_CHARS_MAX) {
        let detail = (format!("máximo {TEXT_CHARS_MAX} caracteres"), format!("at most {TEXT_CHARS_MAX} characters"));
        return Err(Problem::bad_body_pointer("/text", "too_long", detail));
    }
    let PriceAmount(amount) = body.amount.parse().map_err(at("/amount"))?;
    let report_values::PriceReportUnit(unit) = body.per.parse().map_err(at("/per"))?;
    let Day(bought_on) = body.bought_on.parse().map_err(at("/bought_on"))?;
    let Municipality(municipality) = body.municipality.parse().map_err(at("/municipality"))?;
    let question = body.question.filter(|question| !question.trim().is_empty());
    Ok(SentReport { cum, text, amount, unit, bought_on, municipality, question })
}

fn day_of(report: &SentReport) -> Result<Period, Problem> {
    let fault = || ("la fecha está fuera de lo que se puede juzgar", "the day is out of what can be judged");
    Period::day(report.bought_on).ok_or_else(|| Problem::bad_body_pointer("/bought_on", "invalid_value", fault()))
}

/// As a sale at the counter.
fn counter_price(report: &SentReport, cum: cum::Cum) -> Result<PriceQuestion, Problem> {
    let place = Place::new(Channel::Commercial, Stage::Final);
    let question = LawQuestion { cum, period: day_of(report)?, place, seller: Seller::usual(place) };
    Ok(PriceQuestion { question, observed: Observed { amount: report.amount, divided_by: Decimal::ONE, per: report.unit.per() } })
}

/// Where the price stands in each group of the product, and whether it is near all of one of them.
async fn placed(app: &App, report: &SentReport, cum: cum::Cum) -> Result<(Vec<PlacedReportBody>, bool), Problem> {
    let per = report.unit.per();
    let units = match per {
        Per::DispensingUnit => Some(Decimal::ONE),
        _ => app.read_model.show_medicine(cum).await?.1.and_then(|medicine| medicine.dispensing_units),
    };
    let readings = app.read_model.thermometer_of(cum, None).await?.unwrap_or_default();
    let is_near = |least, most| price_report::is_plausible(report.amount, units, (least, most));
    let is_plausible = readings.iter().any(|reading| is_near(reading.distribution.min, reading.distribution.max));
    let bodies = readings.iter().map(|reading| {
        let placed = PlacedPrice::new(reading, (report.amount, per), units);
        PlacedReportBody::new(&Thermometer::new(reading, app.today()), placed)
    });
    Ok((bodies.collect(), is_plausible))
}

/// The candidates of a text, and the verdict on which all of them agree.
async fn read_text(app: &App, report: &SentReport, text: &str, language: Language) -> Result<Option<ItemTextBody>, Problem> {
    let period = day_of(report)?;
    let line = ItemLine {
        text: text.to_owned(),
        code: None,
        unit: Some(report.unit.code().to_owned()),
        quantity: None,
        line_total: None,
        convention: None,
        prices: vec![LinePrice { basis: PriceBasis::Stated, amount: report.amount, divided_by: Decimal::ONE }],
        sales: SalePlace::possible(Some(Channel::Commercial), Some(Stage::Final), None),
        period,
    };
    let answers = app.read_model.judge_item_lines(vec![line], None).await?;
    Ok(answers.first().map(|answer| ItemTextBody::new(text, &period, answer, language)))
}
