//! Forgets what is kept for a time only: answers for a second try, what developers did, messages that have ended, old sessions, the
//! peppers of petitions, and whom reports of prices came from.

use super::{error::WorkflowError, workflow::Workflow};
use crate::store::postgres::statements;

/// A client that has not tried again within a week will not.
const REPLIES_DAYS: i32 = 7;
/// As long as the owner of a watch may ask what became of a message, and whoever runs the service what a key did.
const DEVELOPER_DAYS: i32 = 90;
/// As long as somebody may ask which sessions there were.
const SESSIONS_DAYS: i32 = 90;
/// As long as somebody may ask what was sent to them.
const MAIL_DAYS: i32 = 90;
/// Only today's counts are read.
const DAILY_WRITES_DAYS: i32 = 2;
/// After its answer, nobody can find again who supported a petition.
const PEPPER_DAYS: i32 = 28;
/// A week and its release: whoever sent many reports counts once until then.
const CONTRIBUTOR_DAYS: i32 = 14;
/// Rows of one statement, so that none holds its locks for long.
const ROWS_AT_ONCE: i64 = 1_000;

impl Workflow {
    /// Everything that is old enough by the clock of the database; how many rows that were.
    ///
    /// # Errors
    /// When the database does not answer: what was forgotten before stays forgotten.
    pub async fn forget_old(&self) -> Result<u64, WorkflowError> {
        let none: Option<jiff::Timestamp> = None;
        let attempts = self.database.write_connection().await?.execute(statements::forget_sign_in_attempts, &[&none]).await?;
        let mut forgotten = attempts;
        for (statement, days) in [
            (statements::forget_replies, REPLIES_DAYS),
            (statements::forget_developer_events, DEVELOPER_DAYS),
            (statements::forget_watch_messages, DEVELOPER_DAYS),
            (statements::forget_mail_messages, MAIL_DAYS),
            (statements::forget_daily_writes, DAILY_WRITES_DAYS),
            (statements::forget_sessions, SESSIONS_DAYS),
            (statements::destroy_petition_peppers, PEPPER_DAYS),
            (statements::forget_contributors, CONTRIBUTOR_DAYS),
        ] {
            loop {
                let rows = self.database.write_connection().await?.execute(statement, &[&days, &ROWS_AT_ONCE]).await?;
                forgotten += rows;
                if i64::try_from(rows).unwrap_or(i64::MAX) < ROWS_AT_ONCE {
                    break;
                }
            }
        }
        Ok(forgotten)
    }
}
