//! A person's own e-mail, on the wire: the address, and what was sent there.

use serde::Serialize;
use utoipa::ToSchema;

use crate::workflow::mail::addresses::{AddressState, ListedMail, OwnAddress};

/// Where e-mail goes to the holder of a key (correo electrónico).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailBody {
    /// Whether this service sends e-mail at all.
    pub sends: bool,
    /// Null: none was entered.
    #[schema(example = "ana@example.org")]
    pub address: Option<String>,
    #[schema(format = DateTime)]
    pub entered_at: Option<String>,
    /// Null: nothing but the message that asks for the confirmation goes there.
    #[schema(format = DateTime)]
    pub confirmed_at: Option<String>,
}

/// How the address stands now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailStateBody {
    /// `waiting` (for its confirmation), `confirmed` or `removed`.
    #[schema(example = "waiting")]
    pub state: &'static str,
}

/// A message to the holder of a key, without its words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailMessageBody {
    #[schema(example = 12)]
    pub id: i64,
    /// `confirm_address`, `case_notified`, `case_reply_due`, `case_decided`, `submission_ended`, `key_requested`, `key_confirmed` or
    /// `key_revoked`.
    #[schema(example = "case_notified")]
    pub kind: String,
    /// The case, submission or key; null of an address.
    #[schema(example = "c000001")]
    pub subject: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// `waiting`, `sent`, `refused` (by the mailbox), `no_address` (it was removed or changed), `too_late` or `failed` (after the last try).
    #[schema(example = "sent")]
    pub state: String,
    #[schema(example = 1)]
    pub attempts: i32,
    /// When one that waits is tried next.
    #[schema(format = DateTime)]
    pub next_at: Option<String>,
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
}

impl MailBody {
    pub fn new(sends: bool, own: Option<OwnAddress>) -> Self {
        let entered_at = own.as_ref().map(|own| own.entered_at.to_string());
        let confirmed_at = own.as_ref().and_then(|own| own.confirmed_at).map(|at| at.to_string());
        Self { sends, address: own.map(|own| own.address), entered_at, confirmed_at }
    }
}

impl From<AddressState> for MailStateBody {
    fn from(state: AddressState) -> Self {
        Self { state: state.code() }
    }
}

impl From<&ListedMail> for MailMessageBody {
    fn from(mail: &ListedMail) -> Self {
        let ended = mail.ended_at.and(mail.outcome.clone());
        Self {
            id: mail.id,
            kind: mail.kind.clone(),
            subject: (mail.kind != "confirm_address").then(|| mail.subject.clone()),
            created_at: mail.created_at.to_string(),
            state: ended.unwrap_or_else(|| "waiting".to_owned()),
            attempts: mail.attempts,
            next_at: mail.next_at.map(|at| at.to_string()),
            ended_at: mail.ended_at.map(|at| at.to_string()),
        }
    }
}
