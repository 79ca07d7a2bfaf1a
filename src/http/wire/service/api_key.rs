//! Keys of principals, on the wire: the list, a key that is requested for somebody, and the key that its owner takes.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{access::principal::PrincipalKind, identifier::nit::Nit},
    http::Problem,
    workflow::access::{
        key_requests::{RequestedKey, RevokedKey},
        keys::{Company, Holder, ListedKey, MadeKey, NewKey},
    },
};

const NAME_CHARS_MAX: usize = 200;
/// As on the command line.
const OBLIGED_FROM: Date = jiff::civil::date(2020, 1, 1);

/// A key (llave) without its secret, which is nowhere.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeyBody {
    /// Its public id.
    #[schema(example = "7Hq2LxV0aB")]
    pub id: String,
    /// Whose it is.
    pub principal: String,
    pub name: String,
    /// reporter, regulator, operator or auditor; of a free key: developer.
    #[schema(example = "regulator")]
    pub kind: String,
    /// NIT without its check digit; reporters only.
    pub nit: Option<String>,
    pub scopes: Vec<String>,
    /// `waiting`: it opens nothing until its owner has taken it, and a second person has confirmed it where that is needed; `living`; `ended`: its
    /// time is over, or its owner did not take it within seven days; `revoked`.
    #[schema(example = "living", pattern = "^(waiting|living|ended|revoked)$")]
    pub state: &'static str,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The principal who made or requested it; null: the owner of the machine, or the developer who took it.
    pub created_by: Option<String>,
    pub created_by_name: Option<String>,
    /// `confirmed`; `pending` (it waits for a second person); `not_needed`: not a regulator's, or older than the rule.
    #[schema(example = "confirmed")]
    pub confirmation: &'static str,
    #[schema(format = DateTime)]
    pub confirmed_at: Option<String>,
    /// Null in a confirmed one: the owner of the machine.
    pub confirmed_by: Option<String>,
    pub confirmed_by_name: Option<String>,
    /// `taken` by its owner; `untaken` (it waits for them); `on_machine`: made and shown on the command line; `by_provider`: nobody was shown it, its
    /// owner signs in by an identity provider.
    #[schema(example = "taken")]
    pub secret: &'static str,
    #[schema(format = DateTime)]
    pub taken_at: Option<String>,
    /// The day in Colombia on which it last opened something; null: never, or before this was noted.
    #[schema(example = "2026-11-23")]
    pub last_used_on: Option<String>,
    #[schema(format = DateTime)]
    pub expires_at: String,
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
}

/// For whom a key is requested: a principal who is known (`principal`), or a new one (`kind` and `name`; a reporter also has `nit`).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKeyBody {
    /// Another key for the same person: nobody has more than two living ones.
    #[schema(example = "p5Vn1JtZ8rC", max_length = 100)]
    pub principal: Option<String>,
    /// reporter, regulator, operator or auditor.
    #[schema(example = "regulator", pattern = "^(reporter|regulator|operator|auditor)$")]
    pub kind: Option<String>,
    #[schema(example = "Marta Díaz", max_length = 200)]
    pub name: Option<String>,
    /// Of a reporter, with or without its check digit.
    #[schema(format = "Nit")]
    pub nit: Option<String>,
    /// What a reporter is; without it, `other`.
    #[schema(example = "wholesaler", pattern = "^(laboratory|importer|wholesaler|hospital|insurer|other)$")]
    pub actor: Option<String>,
    /// The first day from which a reporter owes reports; without it, 2020-01-01.
    #[schema(example = "2020-01-01", format = "Day")]
    pub obliged_from: Option<String>,
    /// Until it ends: at most 90 for a regulator, 365 for others.
    #[schema(example = 90, minimum = 1, maximum = 365)]
    pub days: i32,
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// A key that was requested. Its secret does not exist yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestedKeyBody {
    /// Its public id: by it a second person confirms it.
    #[schema(example = "7Hq2LxV0aB")]
    pub id: String,
    pub principal: String,
    #[schema(example = "regulator")]
    pub kind: &'static str,
    /// Hand it on to the owner, and to nobody else: with it they take the key (`take_key`), once. It is shown to you alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Until when the code works.
    #[schema(format = DateTime)]
    pub take_until: String,
    /// Whether it opens nothing until a second person confirms it (`confirm_key`).
    pub pending: bool,
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// The code that the owner was given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyCodeBody {
    #[schema(example = "7Hq2LxV0aB-0123456789abcdef01234567", max_length = 200)]
    pub code: String,
}

/// The key, which is shown only once.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenKeyBody {
    /// Sent as `Authorization: Bearer …`.
    #[schema(example = "tmo_live_reg_0123456789_…")]
    pub key: String,
    /// Its public id.
    pub id: String,
    pub principal: String,
    pub name: String,
    #[schema(example = "regulator")]
    pub kind: &'static str,
    /// Whether it opens nothing yet: a second person has to confirm it.
    pub pending: bool,
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// A key that opens nothing any more.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedKeyBody {
    #[schema(example = "7Hq2LxV0aB")]
    pub id: String,
    #[schema(format = DateTime)]
    pub revoked_at: String,
}

impl KeyBody {
    pub fn new(key: &ListedKey, now: Timestamp) -> Self {
        let waits = key.pending || key.untaken;
        Self {
            id: key.id.clone(),
            principal: key.principal.clone(),
            name: key.name.clone(),
            kind: key.kind.clone(),
            nit: key.nit.clone(),
            scopes: key.scopes.clone(),
            state: match key.revoked_at {
                Some(_) => "revoked",
                None if key.expires_at <= now || key.was_not_taken(now) => "ended",
                None if waits => "waiting",
                None => "living",
            },
            created_at: key.created_at.to_string(),
            created_by: key.created_by.clone(),
            created_by_name: key.created_by_name.clone(),
            confirmation: match (key.needs_confirmation, key.confirmed_at) {
                (false, _) => "not_needed",
                (true, None) => "pending",
                (true, Some(_)) => "confirmed",
            },
            confirmed_at: key.confirmed_at.map(|at| at.to_string()),
            confirmed_by: key.confirmed_by.clone(),
            confirmed_by_name: key.confirmed_by_name.clone(),
            secret: match (key.untaken, key.taken_at) {
                _ if key.identity.is_some() => "by_provider",
                (true, _) => "untaken",
                (false, Some(_)) => "taken",
                (false, None) => "on_machine",
            },
            taken_at: key.taken_at.map(|at| at.to_string()),
            last_used_on: key.last_used_on.map(|day| day.to_string()),
            expires_at: key.expires_at.to_string(),
            revoked_at: key.revoked_at.map(|at| at.to_string()),
        }
    }
}

impl NewKeyBody {
    /// # Errors
    /// When it names neither a known holder nor a whole new one.
    pub fn read(&self) -> Result<NewKey, Problem> {
        let holder = match (&self.principal, &self.kind, &self.name) {
            (Some(principal), None, None) => Holder::Known(principal.clone()),
            (None, Some(kind), Some(name)) => {
                let kind = PrincipalKind::from_code(kind).filter(|kind| *kind != PrincipalKind::Developer);
                let words = ("reporter, regulator, operator o auditor", "reporter, regulator, operator or auditor");
                let kind = kind.ok_or_else(|| Problem::bad_body_pointer("/kind", "invalid_value", words))?;
                Holder::New { kind, name: name_of(name)?, company: self.company()? }
            }
            _ => {
                let detail = ("principal, o kind y name", "principal, or kind and name");
                return Err(Problem::bad_body_pointer("/principal", "one_holder", detail));
            }
        };
        Ok(NewKey { holder, scopes: None, days: self.days })
    }

    fn company(&self) -> Result<Option<Company>, Problem> {
        let Some(nit) = &self.nit else { return Ok(None) };
        let words = ("un NIT, como 899999063-3", "a NIT, such as 899999063-3");
        let nit: Nit = nit.parse().map_err(|_| Problem::bad_body_pointer("/nit", "invalid_value", words))?;
        let actor = self.actor.clone().unwrap_or_else(|| "other".to_owned());
        if !["laboratory", "importer", "wholesaler", "hospital", "insurer", "other"].contains(&actor.as_str()) {
            let words = (
                "laboratory, importer, wholesaler, hospital, insurer u other",
                "laboratory, importer, wholesaler, hospital, insurer or other",
            );
            return Err(Problem::bad_body_pointer("/actor", "invalid_value", words));
        }
        let words = ("un día, como 2020-01-01", "a day, such as 2020-01-01");
        let day =
            |day: &String| day.parse::<Date>().map_err(|_| Problem::bad_body_pointer("/obliged_from", "invalid_value", words));
        let obliged_from = self.obliged_from.as_ref().map(day).transpose()?.unwrap_or(OBLIGED_FROM);
        Ok(Some(Company { nit: nit.digits(), actor, obliged_from }))
    }
}

fn name_of(name: &str) -> Result<String, Problem> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        let detail = (format!("de 1 a {NAME_CHARS_MAX} caracteres"), format!("1 to {NAME_CHARS_MAX} characters"));
        return Err(Problem::bad_body_pointer("/name", "length", detail));
    }
    Ok(name.to_owned())
}

impl From<&RequestedKey> for RequestedKeyBody {
    fn from(key: &RequestedKey) -> Self {
        Self {
            id: key.id.clone(),
            principal: key.principal.clone(),
            kind: key.kind.code(),
            code: None,
            take_until: key.take_until.to_string(),
            pending: key.pending,
            expires_at: key.expires_at.to_string(),
        }
    }
}

impl TakenKeyBody {
    pub fn new(made: &MadeKey, name: &str) -> Self {
        Self {
            key: made.key.reveal(),
            id: made.key.id.clone(),
            principal: made.principal.clone(),
            name: name.to_owned(),
            kind: made.key.kind.code(),
            pending: made.pending,
            expires_at: made.expires_at.to_string(),
        }
    }
}

impl From<&RevokedKey> for RevokedKeyBody {
    fn from(RevokedKey { id, revoked_at }: &RevokedKey) -> Self {
        Self { id: id.clone(), revoked_at: revoked_at.to_string() }
    }
}
