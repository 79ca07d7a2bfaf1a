//! The board and the ladder on the wire, with what each figure means.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::participation::indicators::{BoardRow, Indicator},
    http::Language,
};

/// What people sent of one kind in one month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BoardRowBody {
    #[schema(example = "2026-12")]
    pub month: String,
    #[schema(example = "petition")]
    pub kind: String,
    #[schema(example = 12)]
    pub received: i64,
    /// Not answered, and the term is not over.
    #[schema(example = 4)]
    pub open: i64,
    /// Not answered, and the term is over.
    #[schema(example = 0)]
    pub overdue: i64,
    #[schema(example = 7)]
    pub answered_in_term: i64,
    /// The first answer came after its term, or the one to a contest did, or is still missing then.
    #[schema(example = 1)]
    pub answered_late: i64,
    /// Withdrawn before an answer.
    #[schema(example = 0)]
    pub withdrawn: i64,
    /// From reception to the first answer; null where nothing is answered.
    #[schema(example = 9)]
    pub median_working_days: Option<u32>,
}

/// One figure of the ladder.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IndicatorBody {
    /// inform, consult, involve, collaborate or empower.
    #[schema(example = "involve")]
    pub step: &'static str,
    #[schema(example = "answered_in_term")]
    pub indicator: &'static str,
    /// Zero is a figure; null: it cannot be counted.
    #[schema(example = 7)]
    pub numerator: Option<i64>,
    /// Null of a count or a number of days by itself.
    #[schema(example = 8)]
    pub denominator: Option<i64>,
    pub definition: &'static str,
}

impl BoardRowBody {
    pub fn shown(row: &BoardRow, _: Language) -> Self {
        let BoardRow { kind, month, received, open, overdue, answered_in_term, answered_late, withdrawn, median_working_days } =
            row.clone();
        Self { month, kind, received, open, overdue, answered_in_term, answered_late, withdrawn, median_working_days }
    }
}

impl IndicatorBody {
    pub fn shown(row: &Indicator, language: Language) -> Self {
        let (es, en) = definition(row.code);
        let definition = if language == Language::Spanish { es } else { en };
        Self { step: row.step, indicator: row.code, numerator: row.numerator, denominator: row.denominator, definition }
    }
}

fn definition(code: &str) -> (&'static str, &'static str) {
    match code {
        "public_texts" => {
            ("Escritos que todos pueden leer, entre los recibidos", "Texts that everybody can read, among those received")
        }
        "received" => ("Escritos recibidos", "Texts received"),
        "withdrawn" => {
            ("Retirados por quien los envió, entre los recibidos", "Withdrawn by whoever sent them, among those received")
        }
        "answered_in_term" => (
            "Respondidos dentro del término legal, entre los respondidos y los vencidos",
            "Answered within the term of the law, among those answered and those overdue",
        ),
        "median_working_days" => {
            ("Mediana de días hábiles hasta la primera respuesta", "Median working days until the first answer")
        }
        "ninetieth_percentile_working_days" => (
            "Días hábiles hasta la primera respuesta que 9 de cada 10 no pasan",
            "Working days until the first answer that 9 of 10 do not exceed",
        ),
        "contested" => ("Respuestas controvertidas, entre los respondidos", "Answers contested, among those answered"),
        "reviews_begun" => (
            "Respuestas que anuncian la revisión de un precio, entre las peticiones respondidas",
            "Answers that announce the review of a price, among the petitions answered",
        ),
        "comments_accepted" => (
            "Comentarios a proyectos de acto que se aceptaron, del todo o en parte, y cambiaron el proyecto, entre los respondidos",
            "Comments on draft acts that were accepted, wholly or in part, and changed the draft, among those replied to",
        ),
        _ => (
            "Decisiones que la autoridad declaró obligatorias de antemano; en cero, nadie ha recibido ese poder",
            "Decisions that the authority declared binding beforehand; at zero, nobody has been given this power",
        ),
    }
}
