//! What people and regulators send about petitions.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::values::choices::{PetitionDisposition, PetitionSubject};

/// A petition (petición).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPetitionBody {
    /// review_market, review_product, include_in_control, missing_equivalent or correct_error.
    #[schema(value_type = PetitionSubject, example = "review_product")]
    pub subject: String,
    /// The market's ID MR for review_market, else a CUM. Needed to review a price.
    #[schema(max_length = 40, example = "19914312-20")]
    pub target: Option<String>,
    /// What is wanted, in 10 to 200 characters.
    #[schema(min_length = 10, max_length = 200, example = "Que se revise el precio máximo de este producto")]
    pub request: String,
    /// Why, in 1 to 3,000 characters; no addresses and no personal data.
    #[schema(min_length = 1, max_length = 3000, example = "Subió dos veces en un año y no hay otro equivalente.")]
    pub reasons: String,
}

/// A way to reach a person, which is not kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportContact {
    /// An e-mail address or a Colombian mobile number.
    #[schema(max_length = 200, example = "ana@example.org")]
    pub contact: String,
}

/// What confirms a support.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportCode {
    #[schema(max_length = 200)]
    pub code: String,
}

/// Why an answer is contested.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PetitionContest {
    #[schema(max_length = 60)]
    pub ticket: String,
    /// 1 to 2,000 characters; it is public.
    #[schema(max_length = 2000)]
    pub text: String,
}

/// The ticket that was shown when the petition was received.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PetitionTicket {
    #[schema(max_length = 60)]
    pub ticket: String,
}

/// Whether everybody may read a petition.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PetitionModeration {
    pub publish: bool,
    /// Public; needed to hold it back.
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
}

/// An answer of the authority (respuesta de fondo).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PetitionAnswerText {
    /// price_will_be_reviewed, no_ground, outside_competence or already_decided.
    #[schema(value_type = PetitionDisposition, example = "price_will_be_reviewed")]
    pub disposition: String,
    /// 80 to 8,000 characters, in Spanish.
    #[schema(min_length = 80, max_length = 8000)]
    pub text_es: String,
    /// The same in English.
    #[schema(max_length = 8000)]
    pub text_en: Option<String>,
}
