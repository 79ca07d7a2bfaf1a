//! Learns of new data versions: a connection that uses LISTEN, and polls twice a second in case a notification is lost.

use std::{future::poll_fn, time::Duration};

use tokio::time::{MissedTickBehavior, timeout};
use tokio_postgres::{AsyncMessage, Client};

use super::{database::Database, error::StoreError, primary_address::connect_first, statements};

/// The channel that `bump_data_version.sql` notifies.
const CHANNEL: &str = "termometro_data_version";
/// The application name in `pg_stat_activity`.
pub const NAME: &str = "termometro version watch";
const ASK_INTERVAL: Duration = Duration::from_millis(500);
/// A server that takes longer to answer counts as down: connect again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

/// Until the task is dropped; a lost connection is made again.
pub async fn watch(database: Database) {
    let mut lost = false;
    loop {
        if let Err(error) = listen(&database, &mut lost).await
            && !std::mem::replace(&mut lost, true)
        {
            tracing::warn!(%error, "database: LISTEN connection lost, reconnecting");
        }
        tokio::time::sleep(RECONNECT_PAUSE).await;
    }
}

async fn listen(database: &Database, lost: &mut bool) -> Result<(), StoreError> {
    let mut config = database.connection_config().clone();
    config.application_name(NAME).connect_timeout(ANSWER_TIMEOUT);
    let servers = database.primary_address.borrow().candidates(&config);
    let connecting = timeout(ANSWER_TIMEOUT, connect_first(servers)).await;
    let (_, client, mut connection) = connecting.map_err(|_elapsed| StoreError::Timeout)??;
    let latest_version = database.latest_version.clone();
    let driver = tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notification(word) = message
                && let Ok(version) = word.payload().parse()
            {
                latest_version.observe(version);
            }
        }
    });
    let outcome = ask_for_ever(database, &client, lost).await;
    driver.abort();
    outcome
}

async fn ask_for_ever(database: &Database, client: &Client, lost: &mut bool) -> Result<(), StoreError> {
    // As every other connection: the log-in itself may read nothing.
    client.batch_execute(statements::take_service_role).await?;
    // A standby cannot LISTEN; there polling alone must do.
    if let Err(error) = client.batch_execute(&format!("LISTEN {CHANNEL}")).await {
        tracing::debug!(%error, "database: LISTEN refused, polling instead");
    }
    let mut rounds = tokio::time::interval(ASK_INTERVAL);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        let answer = timeout(ANSWER_TIMEOUT, client.query_one(statements::newest_data_version, &[])).await;
        let row = answer.map_err(|_elapsed| StoreError::Timeout)??;
        database.latest_version.observe(row.try_get("version")?);
        if std::mem::take(lost) {
            tracing::info!("database: LISTEN connection re-established");
        }
    }
}
