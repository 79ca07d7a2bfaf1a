//! Keeps the files up to date while the service runs: soon after the start, and when the data or the register change.

use std::time::{Duration, Instant};

use super::build::{BuildOutcome, Builder};

/// How long something new waits at most before it is looked at.
const INTERVAL: Duration = Duration::from_secs(2);
const FIRST_RETRY: Duration = Duration::from_secs(5);
const LAST_RETRY: Duration = Duration::from_secs(300);

/// Runs as long as the task lives. A failed build is logged and tried again; readers run the existing files.
pub async fn run(builder: Builder) {
    let (mut first, mut retry) = (true, FIRST_RETRY);
    loop {
        let start = Instant::now();
        let pause = match builder.refresh(first).await {
            Ok(outcome) => {
                if let BuildOutcome::Built(versions) = &outcome {
                    let elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
                    tracing::info!(?versions, elapsed_ms, "export: open-data files built");
                }
                first &= outcome == BuildOutcome::Busy;
                retry = FIRST_RETRY;
                INTERVAL
            }
            Err(error) => {
                tracing::warn!(%error, retry_s = retry.as_secs(), "export: open-data files could not be built");
                metrics::counter!("exports_failed_total").increment(1);
                let pause = retry;
                retry = (retry * 2).min(LAST_RETRY);
                pause
            }
        };
        tokio::time::sleep(pause).await;
    }
}
