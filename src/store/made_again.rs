//! What stands in no backup: state that can be made again from what else is stored, how it comes back, and sessions that must not.

use deadpool_postgres::Transaction;

use crate::store::{
    catalogue::medicines,
    postgres::{database::Database, error::StoreError, statements},
    transaction::import,
};

/// A table whose rows a backup leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub table: String,
    pub reason: &'static str,
}

/// The bytes of open-data files lie in tables whose names begin like this; which versions there were, with their digests, is kept.
const EXPORT_BYTES: [&str; 3] = ["export_piece", "export_part", "export_file_part"];
/// From what the newest files were made: without it, all of them are made.
const EXPORT_MARK: &str = "export_mark";
pub const MEDICINE: &str = "medicine";
/// Restored, a session that was ended after the backup would live again.
const SESSION: &str = "browser_session";
/// Over within minutes.
const SIGN_IN_ATTEMPT: &str = "sign_in_attempt";
/// Restored, what was sent after the backup would be sent again.
const MAIL_MESSAGE: &str = "mail_message";

/// Which of these tables a backup leaves out.
pub async fn left_out(tx: &Transaction<'_>, tables: &[String]) -> Result<Vec<LeftOut>, StoreError> {
    let can_make_medicine: bool = tx.query_one(statements::medicine_can_be_made, &[]).await?.try_get("possible")?;
    let reason = |table: &str| {
        if EXPORT_BYTES.iter().any(|beginning| table.starts_with(beginning)) {
            Some("bytes of open-data files: the service makes the newest of each data set again, earlier versions answer 410")
        } else if table == EXPORT_MARK {
            Some("what the newest open-data files were made from: noted when they are made again")
        } else if table == MEDICINE && can_make_medicine {
            Some("one row a presentation: made again from catalogue, lists and reports at the first start")
        } else if table == SESSION {
            Some("sessions in browsers: people sign in again")
        } else if table == SIGN_IN_ATTEMPT {
            Some("sign-ins on their way to the identity provider: people begin again")
        } else if table == MAIL_MESSAGE {
            Some("e-mail on its way: pages and feeds say what it spoke of")
        } else {
            None
        }
    };
    let one = |table: &String| reason(table).map(|reason| LeftOut { table: table.clone(), reason });
    Ok(tables.iter().filter_map(one).collect())
}

/// At every start, before anything is read: what a backup left out is made again, or marked so that it will be.
pub async fn catch_up(database: &Database) -> Result<bool, StoreError> {
    let mut client = database.import_connection().await?;
    if missing(&client.query_one(statements::state_to_make_again, &[]).await?)? == (false, false) {
        return Ok(false);
    }
    client.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0").await?;
    let tx = client.transaction().await?;
    import::lock(&tx).await?;
    // Another program may have been first.
    let (medicines, exports) = missing(&tx.query_one(statements::state_to_make_again, &[]).await?)?;
    if medicines {
        medicines::rebuild_in(&tx).await?;
    }
    if exports {
        tx.execute(statements::prune_restored_exports, &[]).await?;
    }
    tx.commit().await?;
    Ok(medicines || exports)
}

/// Whether presentations, and bytes of open-data files, are missing.
fn missing(row: &tokio_postgres::Row) -> Result<(bool, bool), StoreError> {
    Ok((row.try_get("medicines")?, row.try_get("exports")?))
}
