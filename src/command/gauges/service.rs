//! What the database says of the data: how old they are, what waits for a person or to be sent, and how the feeds go.

use std::time::Duration;

use metrics::gauge;

use super::{count, instant};
use crate::{
    domain::calendar::freshness::Colour,
    http::Now,
    read_model::{ReadModel, service::waiting::WaitingWork},
    store::postgres::error::StoreError,
};

/// Prometheus counts in seconds.
const SECONDS_PER_DAY: i32 = 86_400;
const INTERVAL: Duration = Duration::from_secs(30);

/// As long as the service runs. While the database is away, figures stay as they were and `database_up` is 0.
pub async fn watch(read_model: ReadModel, now: Now, reads_feeds: bool) {
    let mut rounds = tokio::time::interval(INTERVAL);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    gauge!("feeds_on").set(u32::from(reads_feeds));
    let mut away = false;
    loop {
        rounds.tick().await;
        let looked = look(&read_model, &now).await;
        gauge!("database_up").set(u32::from(looked.is_ok()));
        match looked {
            Ok(()) => away = false,
            // Once, not at every look.
            Err(error) => {
                if !std::mem::replace(&mut away, true) {
                    tracing::warn!(%error, "database: figures of the metrics stay as they are");
                }
            }
        }
    }
}

async fn look(read_model: &ReadModel, now: &Now) -> Result<(), StoreError> {
    let ages = read_model.data_ages(now().1).await?;
    for data_set in &ages.data_sets {
        let kind = data_set.limit.kind;
        gauge!("data_set_red", "kind" => kind).set(u32::from(data_set.colour == Colour::Red));
        gauge!("data_set_imported_timestamp_seconds", "kind" => kind).set(instant(data_set.recorded_at));
        if let Some(age_days) = data_set.age_days {
            gauge!("data_set_age_seconds", "kind" => kind).set(age_days.saturating_mul(SECONDS_PER_DAY));
        }
    }
    gauge!("imports_held").set(count(ages.held));
    for feed in read_model.list_feeds().await? {
        let (name, counts) = (feed.name.clone(), feed.enabled);
        gauge!("feed_enabled", "feed" => name.clone()).set(u32::from(counts));
        // A feed that is read only when a person says so fails before that person's eyes.
        gauge!("feed_failures", "feed" => name.clone()).set(count(if counts { feed.failures } else { 0 }));
        gauge!("feed_held", "feed" => name.clone()).set(u32::from(counts && feed.waits));
        gauge!("feed_last_success_timestamp_seconds", "feed" => name).set(instant(feed.last_success_at));
    }
    let WaitingWork { messages, oldest_message_at, exports_at } = read_model.waiting_work().await?;
    gauge!("webhook_messages_pending").set(count(messages));
    gauge!("webhook_oldest_pending_timestamp_seconds").set(instant(oldest_message_at));
    gauge!("exports_newest_timestamp_seconds").set(instant(exports_at));
    Ok(())
}
