//! `termometro fetch --to FOLDER [NAME…]`: official data sets as files, for a machine without network. The same data give the same bytes as a feed reads.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;

use super::exit::{EXIT_DONE, EXIT_FAILED};
use crate::{
    clock::Clock,
    config::Config,
    domain::feeds::shipped::{SHIPPED, ShippedFeed, shipped},
    feeds::{
        client::PortalClient,
        reading::{self, ReadFile, Wanted},
    },
};

#[derive(Debug, Args)]
pub struct FetchArguments {
    /// Made where it is missing; a reading that was stopped goes on there
    #[arg(long)]
    to: PathBuf,
    /// Names of feeds; without one, all that are read by themselves
    names: Vec<String>,
    /// One JSON object per file
    #[arg(long)]
    json: bool,
}

pub async fn run(config: &Config, arguments: FetchArguments) -> anyhow::Result<u8> {
    super::import::keep_small();
    let folder = &arguments.to;
    let wanted = wanted(&arguments.names)?;
    tokio::fs::create_dir_all(folder).await.with_context(|| format!("making {}", folder.display()))?;
    let client = super::feeds::portal(config)?;
    let mut failed = 0;
    for feed in wanted {
        let order = Wanted { feed: feed.name, data_set: feed.data_set, folder };
        match fetch(&client, order).await {
            Ok(file) => print(feed, &client, &file, arguments.json),
            Err(fault) => {
                failed += 1;
                let (es, en) = fault.words();
                if arguments.json {
                    say!("{}", json!({"feed": feed.name, "fault": fault.code(), "fault_es": es, "fault_en": en}));
                }
                eprintln!("termometro: {}: {en}", feed.name);
            }
        }
    }
    Ok(if failed == 0 { EXIT_DONE } else { EXIT_FAILED })
}

fn wanted(names: &[String]) -> anyhow::Result<Vec<&'static ShippedFeed>> {
    if names.is_empty() {
        return Ok(SHIPPED.iter().filter(|feed| feed.enabled).collect());
    }
    let mut wanted = Vec::new();
    for name in names {
        let Some(feed) = shipped(name) else {
            let known: Vec<&str> = SHIPPED.iter().map(|feed| feed.name).collect();
            bail!("there is no feed `{name}`: they are {}", known.join(", "));
        };
        wanted.push(feed);
    }
    Ok(wanted)
}

async fn fetch(client: &PortalClient, order: Wanted<'_>) -> Result<ReadFile, crate::domain::feeds::fault::FeedFault> {
    let probe = reading::probe(client, order.data_set, None).await?;
    reading::read(client, order, probe).await
}

fn print(feed: &ShippedFeed, client: &PortalClient, file: &ReadFile, as_object: bool) {
    let ReadFile { path, size, probe } = file;
    if as_object {
        let object = json!({
            "feed": feed.name, "kind": feed.kind, "data_set": feed.data_set, "address": reading::address(client, feed.data_set),
            "file": path.display().to_string(), "rows": size.rows, "bytes": size.bytes, "sha256": size.sha256,
            "publisher_updated_at": probe.updated_at, "fetched_at": Clock::System.now(),
        });
        say!("{object}");
    } else {
        say!("{}: {} rows, SHA-256 {}", path.display(), size.rows, size.sha256);
        say!("  termometro import {} {}", feed.kind, path.display());
    }
}
