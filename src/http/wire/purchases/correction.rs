//! A correction of a line on the wire, what is sent and what is answered.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::values::{
        choices::{CorrectionDisposition, CorrectionSender},
        identifiers::Cum,
    },
    read_model::purchases::corrections::CorrectionView,
    workflow::corrections::receiving::{CorrectionMoved, CorrectionReceived},
};

/// A correction (corrección) of what a line was read as.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CorrectionBody {
    #[schema(example = "m0123456789ab")]
    pub id: String,
    #[schema(example = "b0123456789abcdef")]
    pub purchase: String,
    /// received, answered or withdrawn.
    #[schema(example = "received")]
    pub state: &'static str,
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// The last day of the term to answer it.
    #[schema(value_type = String, format = Date)]
    pub due_on: Date,
    /// The law that sets the term.
    pub due_citation: String,
    #[schema(example = "es")]
    pub language: String,
    /// buyer, seller or other: by their own word.
    #[schema(example = "buyer")]
    pub sender: String,
    /// What the line is said to be.
    #[schema(example = "19914312-20")]
    pub cum: Option<String>,
    /// Public with its answer; null before, and once withdrawn.
    pub text: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub answered_on: Option<Date>,
    /// accepted, not_accepted or source_must_correct.
    pub disposition: Option<String>,
    pub answer_es: Option<String>,
    pub answer_en: Option<String>,
}

/// What somebody says that a line is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCorrectionBody {
    /// buyer, seller or other.
    #[schema(value_type = CorrectionSender, example = "buyer")]
    pub sender: String,
    /// What is wrong, in 10 to 2,000 characters; no addresses and no personal data.
    #[schema(min_length = 10, max_length = 2000, example = "El precio es por la caja de 30 tabletas, no por una.")]
    pub text: String,
    /// The presentation that was bought, where it is known.
    #[schema(value_type = Option<Cum>, example = "19914312-20")]
    pub cum: Option<String>,
}

/// A correction that is received.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CorrectionReceivedBody {
    #[schema(example = "m0123456789ab")]
    pub correction: String,
    /// Withdraws it. It is stored nowhere.
    #[schema(example = "TMO-0123456789ABCDEF0123456789ABCDEF-0000")]
    pub ticket: String,
    #[schema(value_type = String, format = Date)]
    pub due_on: Date,
    pub due_citation: String,
    /// A signed statement of the day and the digest of the words (JWS), to be checked with the published signing keys.
    pub receipt: String,
}

/// How a correction stands now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CorrectionMovedBody {
    #[schema(example = "m0123456789ab")]
    pub correction: String,
    #[schema(example = "answered")]
    pub state: &'static str,
}

/// An answer of the authority.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionAnswerText {
    /// accepted, not_accepted or source_must_correct.
    #[schema(value_type = CorrectionDisposition, example = "accepted")]
    pub disposition: String,
    /// 80 to 8,000 characters, in Spanish.
    #[schema(min_length = 80, max_length = 8000)]
    pub text_es: String,
    /// The same in English.
    #[schema(max_length = 8000)]
    pub text_en: Option<String>,
}

/// The ticket that was shown when the correction was received.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionTicket {
    #[schema(max_length = 60)]
    pub ticket: String,
}

impl CorrectionBody {
    /// As everybody may read it: the words with their answer.
    pub fn public(view: &CorrectionView) -> Self {
        let body = Self::whole(view);
        if view.answered_on.is_some() { body } else { Self { text: None, ..body } }
    }

    /// With its words, for those who answer it.
    pub fn whole(view: &CorrectionView) -> Self {
        let CorrectionView { id, received_on, language, sender, text, due_on, due_citation, answered_on, disposition, .. } =
            view.clone();
        Self {
            id,
            purchase: view.purchase.to_string(),
            state: view.state.code(),
            received_on,
            due_on,
            due_citation,
            language,
            sender,
            cum: view.cum.map(|cum| cum.to_string()),
            text,
            answered_on,
            disposition,
            answer_es: view.answer_es.clone(),
            answer_en: view.answer_en.clone(),
        }
    }
}

impl From<&CorrectionReceived> for CorrectionReceivedBody {
    fn from(received: &CorrectionReceived) -> Self {
        let CorrectionReceived { id, ticket, due_on, citation, receipt } = received.clone();
        Self { correction: id, ticket, due_on, due_citation: citation, receipt }
    }
}

impl From<&CorrectionMoved> for CorrectionMovedBody {
    fn from(moved: &CorrectionMoved) -> Self {
        Self { correction: moved.id.clone(), state: moved.state.code() }
    }
}
