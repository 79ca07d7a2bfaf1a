//! What is to be sent, written in the transaction of what it speaks of. Whoever has no confirmed address gets nothing.

use deadpool_postgres::Transaction;
use jiff::Timestamp;

use crate::store::postgres::{error::StoreError, statements};

macro_rules! mail_kinds {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum MailKind { $($(#[$doc])* $variant),* }
        impl MailKind {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.code() == code)
            }
        }
    };
}

mail_kinds! {
    /// The only one that goes to an address which is not confirmed.
    ConfirmAddress = "confirm_address";
    CaseNotified = "case_notified";
    /// The term to reply is nearly over.
    CaseReplyDue = "case_reply_due";
    CaseDecided = "case_decided";
    SubmissionEnded = "submission_ended";
    KeyRequested = "key_requested";
    KeyConfirmed = "key_confirmed";
    KeyRevoked = "key_revoked";
}

/// One message; the same kind, subject and version is sent to somebody once.
#[derive(Clone, Copy, Debug)]
pub struct NewMail<'a> {
    pub kind: MailKind,
    pub subject: &'a str,
    pub version: i32,
    pub detail: &'a str,
}

pub(crate) async fn to_person(
    tx: &Transaction<'_>,
    principal: &str,
    mail: &NewMail<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&principal, &mail.kind.code(), &mail.subject, &mail.version, &mail.detail, &now];
    tx.execute(statements::enqueue_mail, params).await?;
    Ok(())
}

/// To everybody who holds a living key of the seller.
pub(crate) async fn to_seller(tx: &Transaction<'_>, nit: &str, mail: &NewMail<'_>, now: Timestamp) -> Result<(), StoreError> {
    let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&nit, &mail.kind.code(), &mail.subject, &mail.version, &mail.detail, &now];
    tx.execute(statements::enqueue_case_mail, params).await?;
    Ok(())
}
