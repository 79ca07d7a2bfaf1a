//! `termometro read-purchases`: lines of public purchases read and judged again by the law that is known now.

use std::collections::BTreeMap;

use crate::{
    app::Database,
    command::{exit::EXIT_DONE, import::keep_small},
    config::Config,
    import::purchases_again::read_again,
};

pub async fn run(config: &Config) -> anyhow::Result<u8> {
    let max_age_days = i32::try_from(config.ceiling_list_age_days_max)?;
    let server = Database::open(config).await?;
    keep_small();
    let database = server.migrated(config).await?;
    let done = read_again(&database, max_age_days).await;
    drop(database);
    server.close().await?;
    let done = done?;
    let list = |counts: &BTreeMap<&str, u64>| {
        counts.iter().map(|(verdict, lines)| format!("{verdict} {lines}")).collect::<Vec<_>>().join(", ")
    };
    say!("{} lines read again, {} in another way", done.lines, done.changed);
    say!("  before: {}", list(&done.before));
    say!("  now: {}", list(&done.after));
    Ok(EXIT_DONE)
}
