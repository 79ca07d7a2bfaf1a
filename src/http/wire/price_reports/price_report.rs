//! A report of a price on the wire: as everybody may see it, and with its content for those who may.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::price_report_answer::ImmediateAnswerBody;
use crate::{
    domain::participation::price_report::PriceReportUnit,
    http::wire::service::money::Money,
    read_model::price_reports::{PriceReportView, WaitingPriceReport},
    workflow::price_reports::{
        holding::{HeldPriceReport, PriceReportMoved},
        receiving::{PriceConfirmed, PriceReportReceived},
    },
};

/// A report of a price (reporte de precio), without its content.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceReportBody {
    #[schema(example = "p0123456789ab")]
    pub id: String,
    /// received, usable, not_usable or withdrawn.
    #[schema(example = "usable")]
    pub state: &'static str,
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// The last day of the term to answer it, where something was asked.
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<Date>,
    /// The law that sets the term.
    pub due_citation: Option<String>,
    /// informed, forwarded or no_competence.
    pub disposition: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub answered_on: Option<Date>,
    /// The last day on which the price was the same.
    #[schema(value_type = Option<String>, format = Date)]
    pub confirmed_on: Option<Date>,
    pub history: Vec<PriceReportEventBody>,
}

/// A step of a report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceReportEventBody {
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    #[schema(example = "not_usable")]
    pub state: String,
    /// Public: not_a_medicine, no_price, implausible, duplicate, joke or personal_data.
    pub reason: Option<String>,
}

/// A report that is received.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceReportReceivedBody {
    #[schema(example = "p0123456789ab")]
    pub price_report: String,
    /// Opens, confirms and withdraws the report. It is stored nowhere.
    #[schema(example = "TMO-0123456789ABCDEF0123456789ABCDEF-0000")]
    pub ticket: String,
    /// usable: it counts. received: a person reads it first.
    #[schema(example = "usable")]
    pub state: &'static str,
    /// The last day of the term to answer it, where something was asked.
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<Date>,
    /// The law that sets the term.
    pub due_citation: Option<String>,
    /// A signed statement of the day and the digest of the content (JWS), to be checked with the published signing keys.
    pub receipt: String,
    pub answer: ImmediateAnswerBody,
}

/// A report with its content, for whoever has the ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenedPriceReportBody {
    #[schema(example = "p0123456789ab")]
    pub id: String,
    #[schema(example = "usable")]
    pub state: &'static str,
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// Null once it is withdrawn.
    pub content: Option<PriceReportContentBody>,
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<Date>,
    pub due_citation: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub confirmed_on: Option<Date>,
    /// What the authority answered.
    pub answer: Option<PriceReportAnswerBody>,
}

/// What was reported.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceReportContentBody {
    #[schema(example = "19914312-20")]
    pub cum: Option<String>,
    pub text: Option<String>,
    pub price: Option<Money>,
    #[schema(value_type = String, format = Date)]
    pub bought_on: Date,
    #[schema(example = "05001")]
    pub municipality: String,
    pub question: Option<String>,
}

/// An answer of the authority.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceReportAnswerBody {
    /// informed, forwarded or no_competence.
    #[schema(example = "informed")]
    pub disposition: String,
    #[schema(value_type = String, format = Date)]
    pub answered_on: Date,
    /// Null once the report is withdrawn.
    pub text_es: Option<String>,
    pub text_en: Option<String>,
}

/// A report that waits for a decision or an answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WaitingPriceReportBody {
    #[schema(example = "p0123456789ab")]
    pub id: String,
    #[schema(example = "received")]
    pub state: &'static str,
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// Language in which it was sent.
    #[schema(example = "es")]
    pub language: String,
    /// Nombre comercial; null where no source describes the code.
    pub brand: Option<String>,
    #[serde(flatten)]
    pub content: PriceReportContentBody,
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<Date>,
    pub due_citation: Option<String>,
    /// Null: not answered.
    pub disposition: Option<String>,
}

/// How a report stands now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceReportMovedBody {
    #[schema(example = "p0123456789ab")]
    pub price_report: String,
    #[schema(example = "withdrawn")]
    pub state: &'static str,
}

/// The same price again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceConfirmedBody {
    #[schema(example = "p0123456789ab")]
    pub price_report: String,
    #[schema(value_type = String, format = Date)]
    pub confirmed_on: Date,
    /// False: it was confirmed in this week before.
    pub new: bool,
}

fn price(amount: rust_decimal::Decimal, per: &str) -> Option<Money> {
    PriceReportUnit::from_code(per).map(|unit| Money::new(amount, unit.per()))
}

impl From<&PriceReportView> for PriceReportBody {
    fn from(view: &PriceReportView) -> Self {
        let (due_on, due_citation) = view.due.clone().unzip();
        let history = view.events.iter().map(|event| PriceReportEventBody {
            day: event.day,
            state: event.to_state.clone(),
            reason: event.reason.clone(),
        });
        Self {
            id: view.id.clone(),
            state: view.state.code(),
            received_on: view.received_on,
            due_on,
            due_citation,
            disposition: view.disposition.clone(),
            answered_on: view.answered_on,
            confirmed_on: view.confirmed_on,
            history: history.collect(),
        }
    }
}

impl PriceReportReceivedBody {
    pub fn new(received: &PriceReportReceived, answer: ImmediateAnswerBody) -> Self {
        let PriceReportReceived { id, ticket, state, due, receipt } = received.clone();
        let (due_on, due_citation) = due.unzip();
        Self { price_report: id, ticket, state: state.code(), due_on, due_citation, receipt, answer }
    }
}

impl From<&HeldPriceReport> for OpenedPriceReportBody {
    fn from(held: &HeldPriceReport) -> Self {
        let (due_on, due_citation) = held.due.clone().unzip();
        let content = held.content.as_ref().map(|content| PriceReportContentBody {
            cum: content.cum.clone(),
            text: content.typed.clone(),
            price: price(content.amount, &content.per),
            bought_on: content.bought_on,
            municipality: content.municipality.clone(),
            question: content.question.clone(),
        });
        let answer = held.answer.as_ref().map(|answer| PriceReportAnswerBody {
            disposition: answer.disposition.clone(),
            answered_on: answer.answered_on,
            text_es: answer.text_es.clone(),
            text_en: answer.text_en.clone(),
        });
        Self {
            id: held.id.clone(),
            state: held.state.code(),
            received_on: held.received_on,
            content,
            due_on,
            due_citation,
            confirmed_on: held.confirmed_on,
            answer,
        }
    }
}

impl From<&WaitingPriceReport> for WaitingPriceReportBody {
    fn from(waiting: &WaitingPriceReport) -> Self {
        let one = waiting.clone();
        let (due_on, due_citation) = one.due.unzip();
        let content = PriceReportContentBody {
            cum: one.cum,
            text: one.typed,
            price: price(one.amount, &one.per),
            bought_on: one.bought_on,
            municipality: one.municipality,
            question: one.question,
        };
        Self {
            id: one.id,
            state: one.state.code(),
            received_on: one.received_on,
            language: one.language,
            brand: one.brand,
            content,
            due_on,
            due_citation,
            disposition: one.disposition,
        }
    }
}

impl From<&PriceReportMoved> for PriceReportMovedBody {
    fn from(moved: &PriceReportMoved) -> Self {
        Self { price_report: moved.id.clone(), state: moved.state.code() }
    }
}

impl From<&PriceConfirmed> for PriceConfirmedBody {
    fn from(confirmed: &PriceConfirmed) -> Self {
        Self { price_report: confirmed.id.clone(), confirmed_on: confirmed.confirmed_on, new: confirmed.new }
    }
}
