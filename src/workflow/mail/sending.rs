//! Sends e-mail: takes messages from the outbox one by one, hands each to the relay, and records what the relay said.
//!
//! A message has a few tries on a schedule of its own. When the relay is away, this service rests before it takes another message, so that the
//! others keep their tries. A service that dies while sending leaves its message to the others once its time is over: it may arrive twice,
//! with the same `Message-ID`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, civil::Date};
use tokio::time::{Instant, sleep};
use tokio_postgres::Row;

use super::{
    addresses::confirmation_code,
    outbox::{self, MailKind, NewMail},
    words::{self, MailFacts, MailWords},
};
use crate::{
    domain::{
        access::mail_address::MailAddress,
        cases::case_file::{LegalTerm, REPLY, last_day},
    },
    outbound::mail_relay::{Handed, Letter, MailRelay},
    store::{
        judging::cases::legal_term,
        postgres::{error::corrupt, statements},
    },
    workflow::{Now, Workflow, common::error::WorkflowError},
};

/// A message that could not be sent for so long says nothing new.
const LIFE_HOURS: i64 = 96;
/// A seller that has not replied is reminded on the last days of its term.
const REMINDED_DAYS_BEFORE: i32 = 3;

#[derive(Clone, Debug)]
pub struct MailPace {
    /// How often to look when there was nothing to do.
    pub poll: Duration,
    /// How often to look for terms that end.
    pub reminders: Duration,
    /// The waits between the tries of a message: there is one try more than waits.
    pub waits: Vec<Duration>,
    /// How long this service rests when the relay is away; it doubles each time.
    pub rest_first: Duration,
    pub rest_most: Duration,
    /// How long a message stays in the hands of a service that does not come back: longer than one try may take.
    pub in_hand: Duration,
}

impl Default for MailPace {
    fn default() -> Self {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        Self {
            poll: Duration::from_secs(2),
            reminders: minutes(10),
            waits: [1, 5, 30, 120, 360, 720, 1440].map(minutes).to_vec(),
            rest_first: Duration::from_secs(5),
            rest_most: minutes(5),
            in_hand: minutes(2),
        }
    }
}

#[derive(Clone)]
pub struct MailSender {
    pub workflow: Workflow,
    pub relay: MailRelay,
    pub pace: MailPace,
    pub now: Now,
    /// The scheme and host of the pages that messages lead to.
    pub origin: String,
}

/// A message in the hands of this service.
struct ClaimedMail {
    id: i64,
    principal: String,
    kind: MailKind,
    subject: String,
    detail: String,
    created_at: Timestamp,
    attempts: i32,
    held_until: Timestamp,
    address: Option<MailAddress>,
    entered_at: Option<Timestamp>,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    Idle,
    Done,
    RelayAway,
}

impl MailSender {
    /// For as long as the service runs.
    pub async fn run(self) {
        let mut reminded: Option<Instant> = None;
        let mut rest = self.pace.rest_first;
        loop {
            if reminded.is_none_or(|at| at.elapsed() >= self.pace.reminders) {
                if let Err(error) = self.remind().await {
                    tracing::warn!(%error, "mail: terms that end could not be looked at");
                }
                reminded = Some(Instant::now());
            }
            let round = self.send_next().await.unwrap_or_else(|error| {
                // A claim ends with its time; then the message is taken again.
                tracing::warn!(%error, "mail: sending postponed");
                Round::Idle
            });
            match round {
                Round::Done => rest = self.pace.rest_first,
                Round::Idle => sleep(self.pace.poll).await,
                Round::RelayAway => {
                    tracing::warn!(seconds = rest.as_secs(), "mail: the relay takes nothing, all messages wait");
                    sleep(rest).await;
                    rest = rest.saturating_mul(2).min(self.pace.rest_most);
                }
            }
        }
    }

    async fn send_next(&self) -> Result<Round, WorkflowError> {
        let Some(mail) = self.claim().await? else { return Ok(Round::Idle) };
        let now = (self.now)().0;
        let late = mail.created_at.checked_add(SignedDuration::from_hours(LIFE_HOURS)).is_ok_and(|until| until <= now);
        let tries = self.pace.waits.len() + 1;
        let spent = usize::try_from(mail.attempts).unwrap_or(usize::MAX) > tries;
        let Some(letter) = self.letter(&mail) else {
            self.end(&mail, "no_address").await?;
            return Ok(Round::Done);
        };
        if late || spent {
            self.end(&mail, if late { "too_late" } else { "failed" }).await?;
            return Ok(Round::Done);
        }
        let handed = self.relay.hand(&letter).await;
        let outcome = outcome_code(handed);
        metrics::counter!("mail_attempts_total", "outcome" => outcome).increment(1);
        match handed {
            Handed::Taken | Handed::Refused => self.end(&mail, outcome).await?,
            Handed::PutOff | Handed::RelayAway => self.put_off(&mail, outcome).await?,
        }
        Ok(if handed == Handed::RelayAway { Round::RelayAway } else { Round::Done })
    }

    async fn claim(&self) -> Result<Option<ClaimedMail>, WorkflowError> {
        let now = (self.now)().0;
        let in_hand = i64::try_from(self.pace.in_hand.as_millis()).unwrap_or(i64::MAX);
        let connection = self.workflow.database.write_connection().await?;
        let row = connection.query_opt(statements::claim_mail_message, &[&now, &in_hand]).await?;
        row.as_ref().map(claimed).transpose()
    }

    /// `None`: there is no address for it any more, or another one.
    fn letter(&self, mail: &ClaimedMail) -> Option<Letter> {
        let (address, entered_at) = (mail.address.as_ref()?, mail.entered_at?);
        let code;
        let subject = if mail.kind == MailKind::ConfirmAddress {
            if mail.subject != entered_at.as_microsecond().to_string() {
                return None;
            }
            code = confirmation_code(&self.workflow.secrets, &mail.principal, address.as_str(), entered_at);
            code.as_str()
        } else {
            &mail.subject
        };
        let facts = MailFacts { kind: mail.kind, subject, detail: &mail.detail, origin: &self.origin };
        let MailWords { subject, text } = words::write(&facts);
        Some(Letter { id: format!("mail-{}", mail.id), to: address.to_string(), subject, text })
    }

    async fn end(&self, mail: &ClaimedMail, outcome: &str) -> Result<(), WorkflowError> {
        let now = (self.now)().0;
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[&mail.id, &mail.held_until, &outcome, &now];
        self.workflow.database.write_connection().await?.execute(statements::end_mail_message, params).await?;
        if outcome != "sent" {
            tracing::info!(message = mail.id, kind = mail.kind.code(), outcome, "mail: message ended without being sent");
        }
        Ok(())
    }

    /// By the schedule of the message; after its last try there is none.
    async fn put_off(&self, mail: &ClaimedMail, outcome: &str) -> Result<(), WorkflowError> {
        let past = usize::try_from(mail.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let Some(wait) = self.pace.waits.get(past) else { return self.end(mail, "failed").await };
        let wait = SignedDuration::try_from(*wait).map_err(|error| WorkflowError::machine("waiting for a try", error))?;
        let next = (self.now)().0.checked_add(wait).map_err(|error| WorkflowError::machine("waiting for a try", error))?;
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[&mail.id, &mail.held_until, &outcome, &next];
        self.workflow.database.write_connection().await?.execute(statements::put_off_mail_message, params).await?;
        Ok(())
    }

    /// Sellers whose term to reply ends within days; each is reminded of a case once, whichever service looks.
    async fn remind(&self) -> Result<(), WorkflowError> {
        let (now, today) = (self.now)();
        let mut object = self.workflow.database.write_connection().await?;
        let tx = object.transaction().await?;
        let terms: Vec<LegalTerm> =
            tx.query(statements::legal_terms, &[]).await?.iter().map(legal_term).collect::<Result<_, _>>()?;
        for row in tx.query(statements::unanswered_cases, &[]).await? {
            let (id, nit): (String, String) = (row.try_get("id")?, row.try_get("seller_nit")?);
            let (version, notified_on): (i32, Date) = (row.try_get("version")?, row.try_get("notified_on")?);
            let Some(due) = last_day(&terms, REPLY, notified_on).filter(|due| is_near(today, *due)) else { continue };
            let detail = due.to_string();
            let mail = NewMail { kind: MailKind::CaseReplyDue, subject: &id, version, detail: &detail };
            outbox::to_seller(&tx, &nit, &mail, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn is_near(today: Date, due: Date) -> bool {
    today <= due && due.since(today).is_ok_and(|left| left.get_days() <= REMINDED_DAYS_BEFORE)
}

fn outcome_code(handed: Handed) -> &'static str {
    match handed {
        Handed::Taken => "sent",
        Handed::Refused => "refused",
        Handed::PutOff => "put_off",
        Handed::RelayAway => "relay_away",
    }
}

fn claimed(row: &Row) -> Result<ClaimedMail, WorkflowError> {
    let kind: String = row.try_get("kind")?;
    let address: Option<String> = row.try_get("address")?;
    Ok(ClaimedMail {
        id: row.try_get("id")?,
        principal: row.try_get("principal_id")?,
        kind: MailKind::from_code(&kind).ok_or_else(|| corrupt("mail_message", &kind))?,
        subject: row.try_get("subject")?,
        detail: row.try_get("detail")?,
        created_at: row.try_get("created_at")?,
        attempts: row.try_get("attempts")?,
        held_until: row.try_get("held_until")?,
        address: address.as_deref().and_then(MailAddress::parse),
        entered_at: row.try_get("entered_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_seller_is_reminded_on_the_last_days_of_its_term_and_not_after() {
        let due = date(2026, 12, 15);
        for (today, near) in [
            (date(2026, 12, 11), false),
            (date(2026, 12, 12), true),
            (due, true),
            (date(2026, 12, 16), false),
            (date(2026, 10, 15), false),
        ] {
            assert_eq!(is_near(today, due), near, "{today}");
        }
    }
}
