//! A consultation, its versions and its lines on the wire.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::Language,
    read_model::consultations::consultation::{ConsultationFile, ConsultationView, ConsultedLine},
    workflow::consultations::opening::ConsultationTerm,
};

/// A consultation of a draft act (consulta pública de un proyecto de acto).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsultationBody {
    /// The draft's.
    #[schema(example = "d7Hq2LxV0aB")]
    pub id: String,
    /// open, answering (closed, and comments have no reply yet), answered, or cancelled with its draft.
    #[schema(example = "open")]
    pub state: &'static str,
    #[schema(example = "Circular 31 de 2026")]
    pub title: String,
    /// The act that the draft would become.
    #[schema(example = "circular-31-2026")]
    pub act: String,
    pub subject: String,
    /// The first day on which its ceilings would bind.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    #[schema(value_type = String, format = Date)]
    pub opened_on: Date,
    /// The last day on which comments are taken.
    #[schema(value_type = String, format = Date)]
    pub closes_on: Date,
    /// Days left with today among them; null once it is closed.
    #[schema(example = 12)]
    pub days_left: Option<i32>,
    /// Why it is open so long, with the law.
    pub length_reason: String,
    /// The newest version of the draft.
    #[schema(example = 1)]
    pub version: i32,
    /// Public comments.
    #[schema(example = 12)]
    pub comments: i64,
    /// Of them, with words of their own: copies of one letter are one argument.
    #[schema(example = 7)]
    pub arguments: i64,
    /// Public comments that wait for a reply. The draft cannot be approved before there are none.
    #[schema(example = 3)]
    pub without_reply: i64,
    /// Comments that stay back, each with a public reason.
    #[schema(example = 0)]
    pub withheld: i64,
    #[schema(example = 0)]
    pub withdrawn: i64,
    #[schema(example = 5)]
    pub replies: i64,
}

/// A consultation with its history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsultationFileBody {
    pub consultation: ConsultationBody,
    /// Each content of the draft, the first one first.
    pub versions: Vec<DraftVersionBody>,
    pub extensions: Vec<ExtensionBody>,
    /// Why comments stay back.
    pub withheld: Vec<WithheldBody>,
}

/// A version of the draft.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DraftVersionBody {
    #[schema(example = 1)]
    pub version: i32,
    #[schema(value_type = String, format = Date)]
    pub made_on: Date,
    /// SHA-256 of the content, as an approval names it.
    pub digest: String,
    #[schema(example = 24)]
    pub lines: i64,
    /// Lines that read otherwise than in the version before.
    #[schema(example = 0)]
    pub changed: i64,
}

/// That a consultation was made longer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExtensionBody {
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    #[schema(value_type = String, format = Date)]
    pub closes_on: Date,
    pub reason: String,
}

/// Comments that stay back for one reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WithheldBody {
    pub reason: String,
    #[schema(example = 1)]
    pub comments: i64,
}

/// A line of the draft (renglón): one fact that can be commented on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsultedLineBody {
    /// Its name for ever: draft and version, part, CUM or ID MR, field.
    #[schema(example = "d7Hq2LxV0aB.v1/ceiling/19914312-20/institutional")]
    pub line: String,
    /// ceiling, market or head.
    #[schema(example = "ceiling")]
    pub part: &'static str,
    /// CUM or ID MR; null of the head.
    #[schema(example = "19914312-20")]
    pub key: Option<String>,
    #[schema(example = "institutional")]
    pub field: String,
    /// ID MR (mercado relevante).
    pub market: Option<String>,
    pub description: String,
    /// What the newest list in force said on the day of that version: in pesos with two places at least. Null: nothing.
    #[schema(example = "33052.00")]
    pub current_value: Option<String>,
    /// What the draft says. Null: nothing; of a ceiling, that from then on nothing binds.
    #[schema(example = "30000.00")]
    pub proposed_value: Option<String>,
    /// From the current to the proposed value, four places, half up. Null where one of them is no figure.
    #[schema(example = "-9.2339")]
    pub change_percent: Option<String>,
    /// From the first version to the newest one: unchanged, changed, removed or added.
    #[schema(example = "unchanged")]
    pub fate: &'static str,
    /// Public comments on this line in any version.
    #[schema(example = 2)]
    pub comments: i64,
}

/// A consultation with its last day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsultationTermBody {
    #[schema(example = "d7Hq2LxV0aB")]
    pub consultation: String,
    #[schema(value_type = String, format = Date)]
    pub closes_on: Date,
    #[schema(example = 1)]
    pub version: i32,
}

impl ConsultationBody {
    pub fn shown(view: &ConsultationView, today: Date, language: Language) -> Self {
        let ConsultationView { draft, act_id, title, subject_es, subject_en, valid_from, opened_on, closes_on, .. } =
            view.clone();
        let left = (closes_on - today).get_days();
        Self {
            id: draft,
            state: view.state(today).code(),
            title,
            act: act_id,
            subject: if language == Language::Spanish { subject_es } else { subject_en },
            valid_from,
            opened_on,
            closes_on,
            days_left: (left >= 0).then_some(left + 1),
            length_reason: view.length_reason.clone(),
            version: view.version,
            comments: view.comments,
            arguments: view.arguments,
            without_reply: view.without_reply,
            withheld: view.withheld,
            withdrawn: view.withdrawn,
            replies: view.replies,
        }
    }
}

impl ConsultationFileBody {
    pub fn shown(file: &ConsultationFile, today: Date, language: Language) -> Self {
        let versions = file.versions.iter().map(|version| DraftVersionBody {
            version: version.version,
            made_on: version.made_on,
            digest: version.digest.clone(),
            lines: version.lines,
            changed: version.changed,
        });
        let extensions = file.extensions.iter().map(|extension| ExtensionBody {
            day: extension.day,
            closes_on: extension.closes_on,
            reason: extension.reason.clone(),
        });
        let withheld =
            file.withheld.iter().map(|(reason, comments)| WithheldBody { reason: reason.clone(), comments: *comments });
        Self {
            consultation: ConsultationBody::shown(&file.consultation, today, language),
            versions: versions.collect(),
            extensions: extensions.collect(),
            withheld: withheld.collect(),
        }
    }
}

impl From<&ConsultedLine> for ConsultedLineBody {
    fn from(line: &ConsultedLine) -> Self {
        let ConsultedLine { id, market, description, current_value, proposed_value, change_percent, fate, comments } =
            line.clone();
        Self {
            line: id.to_string(),
            part: id.line.part,
            key: Some(id.line.key).filter(|key| !key.is_empty()),
            field: id.line.field,
            market,
            description,
            current_value,
            proposed_value,
            change_percent,
            fate: fate.code(),
            comments,
        }
    }
}

impl From<&ConsultationTerm> for ConsultationTermBody {
    fn from(term: &ConsultationTerm) -> Self {
        let ConsultationTerm { draft, closes_on, version } = term.clone();
        Self { consultation: draft, closes_on, version }
    }
}
