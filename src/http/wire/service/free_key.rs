//! A free key: the request, and the answer with the key, which is shown once.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{http::Problem, workflow::access::keys::MadeKey};

const NAME_CHARS_MAX: usize = 100;

/// The use of the key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFreeKey {
    /// Name of the program or project; only its holder and those who run this service see it. No personal data, please.
    #[schema(example = "Precios justos, app de prueba", min_length = 1, max_length = 100)]
    pub name: String,
}

impl NewFreeKey {
    pub fn read(&self) -> Result<String, Problem> {
        let name = self.name.trim();
        let count = name.chars().count();
        if count == 0 || self.name.chars().count() > NAME_CHARS_MAX {
            let detail = (format!("de 1 a {NAME_CHARS_MAX} caracteres"), format!("1 to {NAME_CHARS_MAX} characters"));
            return Err(Problem::bad_body_pointer("/name", "length", detail));
        }
        Ok(name.to_owned())
    }
}

/// The key, which is shown only once.
#[derive(Debug, Serialize, ToSchema)]
pub struct FreeKeyBody {
    /// Sent as `Authorization: Bearer …`.
    #[schema(example = "tmo_live_dev_0123456789_…")]
    pub key: String,
    #[schema(example = "developer")]
    pub kind: &'static str,
    /// Its scopes: its own watches.
    pub scopes: Vec<&'static str>,
    #[schema(format = DateTime)]
    pub expires_at: String,
}

impl From<&MadeKey> for FreeKeyBody {
    fn from(made: &MadeKey) -> Self {
        Self {
            key: made.key.reveal(),
            kind: made.key.kind.code(),
            scopes: made.key.kind.scopes().iter().map(|scope| scope.code()).collect(),
            expires_at: made.expires_at.to_string(),
        }
    }
}
