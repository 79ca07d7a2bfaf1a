//! A petition on the wire.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::Language,
    read_model::participation::{PetitionFile, PetitionView},
    workflow::petitions::{holding::PetitionMoved, receiving::PetitionReceived, supporting::SupportConfirmed},
};

/// A petition (petición).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PetitionBody {
    #[schema(example = "q0123456789ab")]
    pub id: String,
    /// received, published, withheld, answered, contested or withdrawn.
    #[schema(example = "published")]
    pub state: &'static str,
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// The last day of the term to answer it.
    #[schema(value_type = String, format = Date)]
    pub due_on: Date,
    /// The law that sets the term.
    pub due_citation: String,
    /// Language in which it was sent.
    #[schema(example = "es")]
    pub language: String,
    /// review_market, review_product, include_in_control, missing_equivalent or correct_error.
    #[schema(example = "review_product")]
    pub subject: String,
    /// ID MR or CUM.
    #[schema(example = "19914312-20")]
    pub target: Option<String>,
    /// What is wanted; null where it is not public, or was withdrawn.
    pub request: Option<String>,
    pub reasons: Option<String>,
    /// Persons who confirmed that they support it.
    #[schema(example = 12)]
    pub supports: i64,
    /// The highest threshold that the supports reach. Thresholds order the queue; none is needed for an answer.
    #[schema(example = 5)]
    pub threshold: Option<i32>,
    /// What follows from it.
    pub threshold_effect: Option<String>,
    /// The day of the newest answer.
    #[schema(value_type = Option<String>, format = Date)]
    pub answered_on: Option<Date>,
    /// price_will_be_reviewed, no_ground, outside_competence or already_decided.
    pub disposition: Option<String>,
    /// Of what was contested: the last day of the term to answer again; null where the term is not known.
    #[schema(value_type = Option<String>, format = Date)]
    pub second_due_on: Option<Date>,
    /// The law that sets that term.
    pub second_due_citation: Option<String>,
}

/// A petition with its history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PetitionFileBody {
    pub petition: PetitionBody,
    /// The first one first; the second one answers what was contested.
    pub answers: Vec<PetitionAnswerBody>,
    pub history: Vec<PetitionEventBody>,
}

/// An answer of the authority (respuesta de fondo).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PetitionAnswerBody {
    #[schema(example = 1)]
    pub number: i32,
    #[schema(value_type = String, format = Date)]
    pub answered_on: Date,
    /// Whether that was in the term; null where the term to answer a contest is not known.
    pub in_term: Option<bool>,
    #[schema(example = "no_ground")]
    pub disposition: String,
    pub text_es: String,
    pub text_en: Option<String>,
}

/// A step of a petition.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PetitionEventBody {
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(example = "received")]
    pub state: String,
    /// Public.
    pub reason: Option<String>,
}

/// A petition that is received.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PetitionReceivedBody {
    #[schema(example = "q0123456789ab")]
    pub petition: String,
    /// Contests the answer, or withdraws. It is stored nowhere.
    #[schema(example = "TMO-0123456789ABCDEF0123456789ABCDEF-0000")]
    pub ticket: String,
    /// The last day of the term to answer it.
    #[schema(value_type = String, format = Date)]
    pub due_on: Date,
    /// The law that sets the term.
    pub due_citation: String,
    /// A signed statement of the day and the digest of the words (JWS), to be checked with the published signing keys.
    pub receipt: String,
}

/// How a petition stands now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PetitionMovedBody {
    #[schema(example = "q0123456789ab")]
    pub petition: String,
    #[schema(example = "answered")]
    pub state: &'static str,
}

/// What confirms a support.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SupportCodeBody {
    pub code: String,
}

/// A support that counts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SupportConfirmedBody {
    #[schema(example = "q0123456789ab")]
    pub petition: String,
    /// False: this person's support counted before.
    pub new: bool,
}

impl PetitionBody {
    /// As everybody may read it.
    pub fn public(view: &PetitionView, language: Language) -> Self {
        let body = Self::whole(view, language);
        if view.state.is_public() { body } else { Self { request: None, reasons: None, ..body } }
    }

    /// With its words, for those who answer it.
    pub fn whole(view: &PetitionView, language: Language) -> Self {
        let PetitionView { id, received_on, language: sent_in, subject, target, request, reasons, due_on, due_citation, .. } =
            view.clone();
        let (threshold, threshold_effect) = match &view.threshold {
            Some((supports, es, en)) => (Some(*supports), Some(if language == Language::Spanish { es } else { en }.clone())),
            None => (None, None),
        };
        Self {
            id,
            state: view.state.code(),
            received_on,
            due_on,
            due_citation,
            language: sent_in,
            subject,
            target,
            request,
            reasons,
            supports: view.supports,
            threshold,
            threshold_effect,
            answered_on: view.answered_on,
            disposition: view.disposition.clone(),
            second_due_on: view.second_due_on,
            second_due_citation: view.second_due_citation.clone(),
        }
    }
}

impl PetitionFileBody {
    pub fn public(file: &PetitionFile, language: Language) -> Self {
        let PetitionView { due_on, second_due_on, .. } = file.petition;
        let answers = file.answers.iter().map(|answer| PetitionAnswerBody {
            number: answer.ordinal,
            answered_on: answer.answered_on,
            in_term: if answer.ordinal == 1 { Some(due_on) } else { second_due_on }.map(|due| answer.answered_on <= due),
            disposition: answer.disposition.clone(),
            text_es: answer.text_es.clone(),
            text_en: answer.text_en.clone(),
        });
        let history = file.events.iter().map(|event| PetitionEventBody {
            at: event.at.to_string(),
            state: event.to_state.clone(),
            reason: event.reason.clone(),
        });
        Self { petition: PetitionBody::public(&file.petition, language), answers: answers.collect(), history: history.collect() }
    }
}

impl From<&PetitionReceived> for PetitionReceivedBody {
    fn from(received: &PetitionReceived) -> Self {
        let PetitionReceived { id, ticket, due_on, citation, receipt } = received.clone();
        Self { petition: id, ticket, due_on, due_citation: citation, receipt }
    }
}

impl From<&PetitionMoved> for PetitionMovedBody {
    fn from(moved: &PetitionMoved) -> Self {
        Self { petition: moved.id.clone(), state: moved.state.code() }
    }
}

impl From<&SupportConfirmed> for SupportConfirmedBody {
    fn from(confirmed: &SupportConfirmed) -> Self {
        Self { petition: confirmed.petition.clone(), new: confirmed.new }
    }
}
