//! What the index holds of one presentation.

use crate::domain::identifier::cum::Cum;

#[derive(Clone, Debug)]
pub struct SearchEntry {
    pub cum: Cum,
    pub brand: String,
    pub ingredients: Vec<String>,
    pub holder: String,
    pub atc: Option<String>,
    pub strength: Option<String>,
    pub form: Option<String>,
    pub description: String,
    pub registration: Option<String>,
    pub iums: Vec<String>,
}
