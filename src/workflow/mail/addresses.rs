//! A person's own address: entered, confirmed with the code of the message that goes there, and taken away.

use deadpool_postgres::Transaction;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};
use tokio_postgres::Row;

use super::outbox::{self, MailKind, NewMail};
use crate::{
    domain::access::mail_address::MailAddress,
    store::{
        postgres::{error::StoreError, statements},
        transaction::{audit::stored_instant, idempotency::Reply},
    },
    text::hex::hex,
    workflow::{
        Workflow,
        common::{
            context::{AuditedAction, CommandContext, Render},
            error::{RefusalFault, WorkflowError},
            secrets::Secrets,
        },
    },
};

/// So long the code of a message confirms.
const CODE_HOURS: i64 = 72;
/// 128 bits.
const CODE_DIGITS: usize = 32;
/// Messages that ask for a confirmation, in a day: nobody's mailbox is filled with them.
const ENTERED_PER_DAY: i64 = 5;
const LISTED_MAX: i64 = 100;

/// A person's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAddress {
    pub address: String,
    pub entered_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
}

/// How an address stands after an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressState {
    Removed,
    Waiting,
    Confirmed,
}

/// A message to a person, without its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMail {
    pub id: i64,
    pub kind: String,
    pub subject: String,
    pub detail: String,
    pub created_at: Timestamp,
    pub attempts: i32,
    /// Of one that waits.
    pub next_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// Of the last try.
    pub outcome: Option<String>,
}

impl AddressState {
    pub fn code(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
        }
    }
}

impl Workflow {
    /// # Errors
    /// When the database cannot say.
    pub async fn mail_address(&self, principal: &str) -> Result<Option<OwnAddress>, WorkflowError> {
        let row = self.database.read_connection().await?.query_opt(statements::find_mail_address, &[&principal]).await?;
        Ok(row.as_ref().map(own_address).transpose()?)
    }

    /// The newest messages first.
    ///
    /// # Errors
    /// When the database cannot say.
    pub async fn mail_messages(&self, principal: &str) -> Result<Vec<ListedMail>, WorkflowError> {
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[&principal, &LISTED_MAX];
        let rows = self.database.read_connection().await?.query(statements::list_mail_messages, params).await?;
        Ok(rows.iter().map(listed).collect::<Result<_, _>>()?)
    }

    /// Enters an address instead of the one before; nothing but a request to confirm it goes there.
    ///
    /// # Errors
    /// It is no address, this service sends no mail, or too many were entered today.
    pub async fn set_mail_address(
        &self,
        context: &CommandContext,
        address: &str,
        render: Render<'_, AddressState>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        if !self.sends_mail {
            let (es, en) = ("este servicio no envía correo", "this service sends no e-mail");
            return Err(WorkflowError::refused("conflict", es, en));
        }
        let address = MailAddress::parse(address.trim()).ok_or_else(|| {
            let (es, en) = ("una dirección como ana@example.org", "an address such as ana@example.org");
            WorkflowError::unprocessable(vec![RefusalFault::new("/address", "unfit_address", es, en)])
        })?;
        let principal = &context.actor.principal;
        // Of two at once, one waits for the other.
        tx.query_opt(statements::lock_mail_address, &[principal]).await?;
        let version = self.count_entered(&tx, context).await?;
        tx.execute(statements::drop_mail_messages, &[principal, &context.now]).await?;
        let entered_at = stored_instant(context.now);
        tx.execute(statements::set_mail_address, &[principal, &address.as_str(), &entered_at]).await?;
        let subject = entered_at.as_microsecond().to_string();
        let mail = NewMail { kind: MailKind::ConfirmAddress, subject: &subject, version, detail: "" };
        outbox::to_person(&tx, principal, &mail, context.now).await?;
        let reply = Reply { status: 200, location: None, body: render(&AddressState::Waiting) };
        finish(&tx, context, "set_mail_address", json!({}), &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// # Errors
    /// `conflict` when nothing waits for that code.
    pub async fn confirm_mail_address(
        &self,
        context: &CommandContext,
        code: &str,
        render: Render<'_, AddressState>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let principal = &context.actor.principal;
        let row = tx.query_opt(statements::lock_mail_address, &[principal]).await?;
        let own = row.as_ref().map(own_address).transpose()?;
        let fits = own.filter(|own| {
            let right = confirmation_code(&self.secrets, principal, &own.address, own.entered_at);
            let late = own.entered_at.checked_add(SignedDuration::from_hours(CODE_HOURS)).is_ok_and(|until| until <= context.now);
            // In constant time.
            self.secrets.is_mac_of(&self.secrets.mac(code.trim()), &right) && !late
        });
        let Some(own) = fits else {
            return Err(WorkflowError::refused(
                "conflict",
                "ese código no es el de su dirección, o pasaron sus tres días: escriba la dirección otra vez",
                "that code is not that of your address, or its three days are over: enter the address again",
            ));
        };
        if own.confirmed_at.is_none() {
            tx.execute(statements::confirm_mail_address, &[principal, &context.now]).await?;
        }
        let reply = Reply { status: 200, location: None, body: render(&AddressState::Confirmed) };
        finish(&tx, context, "confirm_mail_address", json!({}), &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// What waits for it is not sent any more.
    ///
    /// # Errors
    /// When the database cannot say.
    pub async fn remove_mail_address(
        &self,
        context: &CommandContext,
        render: Render<'_, AddressState>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let principal = &context.actor.principal;
        let removed = tx.execute(statements::delete_mail_address, &[principal]).await?;
        tx.execute(statements::drop_mail_messages, &[principal, &context.now]).await?;
        let reply = Reply { status: 200, location: None, body: render(&AddressState::Removed) };
        finish(&tx, context, "remove_mail_address", json!({"removed": removed > 0}), &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    async fn count_entered(&self, tx: &Transaction<'_>, context: &CommandContext) -> Result<i32, WorkflowError> {
        let day = SignedDuration::from_hours(24);
        let since = context.now.checked_sub(day).map_err(|error| WorkflowError::machine("counting addresses", error))?;
        let row = tx.query_one(statements::count_mail_confirmations, &[&context.actor.principal, &since]).await?;
        let entered: i64 = row.try_get("entered")?;
        if entered >= ENTERED_PER_DAY {
            return Err(WorkflowError::too_many(
                format!("hasta {ENTERED_PER_DAY} direcciones en un día"),
                format!("at most {ENTERED_PER_DAY} addresses in a day"),
                3600,
            ));
        }
        Ok(i32::try_from(entered).unwrap_or(i32::MAX))
    }
}

/// The audit log has that it was done, by whom, and no address.
async fn finish(
    tx: &Transaction<'_>,
    context: &CommandContext,
    action: &'static str,
    details: Json,
    reply: &Reply,
) -> Result<(), WorkflowError> {
    let action = AuditedAction { action, subject: &context.actor.principal, reason: None, details };
    context.finish_own(tx, &action, reply).await
}

/// What the message to an address holds; the database has nothing of it.
pub(crate) fn confirmation_code(secrets: &Secrets, principal: &str, address: &str, entered_at: Timestamp) -> String {
    // Never the text of a key's secret.
    let text = format!("mail-code\n{principal}\n{}\n{address}", entered_at.as_microsecond());
    hex(&secrets.mac(&text)).get(..CODE_DIGITS).unwrap_or_default().to_owned()
}

fn own_address(row: &Row) -> Result<OwnAddress, StoreError> {
    Ok(OwnAddress {
        address: row.try_get("address")?,
        entered_at: row.try_get("entered_at")?,
        confirmed_at: row.try_get("confirmed_at")?,
    })
}

fn listed(row: &Row) -> Result<ListedMail, StoreError> {
    let ended_at: Option<Timestamp> = row.try_get("ended_at")?;
    let next_at: Timestamp = row.try_get("next_at")?;
    Ok(ListedMail {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        subject: row.try_get("subject")?,
        detail: row.try_get("detail")?,
        created_at: row.try_get("created_at")?,
        attempts: row.try_get("attempts")?,
        next_at: ended_at.is_none().then_some(next_at),
        ended_at,
        outcome: row.try_get("outcome")?,
    })
}
