//! `termometro verify-log`: checks the stored Merkle log against the tables, the signatures of its heads, and heads kept outside.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::{
    exit::{EXIT_DONE, EXIT_FAILED},
    verify_dossier::public_key,
};
use crate::{
    app::Database,
    config::Config,
    text::hex::{hex, sha256},
    workflow::log_check::{LogReport, OutsideHead, verify_log},
};

#[derive(Debug, clap::Args)]
pub struct VerifyLogArguments {
    /// A head kept outside: the answer of `/v1/log`, or its `signed_head` alone; once for each head
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,
    /// A key that may have signed, as `/v1/keys` publishes it, once for each key; without it, the keys in the database are believed
    #[arg(long, value_name = "BASE64URL", value_parser = public_key, allow_hyphen_values = true)]
    public_key: Vec<[u8; 32]>,
}

pub async fn run(config: &Config, arguments: &VerifyLogArguments) -> anyhow::Result<u8> {
    let kept = arguments.against.iter().map(|path| outside(path)).collect::<anyhow::Result<Vec<_>>>()?;
    // A key is named by the first digits of its SHA-256.
    let pinned: Vec<_> = arguments.public_key.iter().map(|key| (sha256(key)[..16].to_owned(), *key)).collect();
    let server = Database::open(config).await?;
    let database = server.pool(config)?;
    let outcome = verify_log(&database, &kept, &pinned).await;
    drop(database);
    server.close().await?;
    let LogReport { checked, findings } = outcome?;
    let kinds: Vec<String> = checked.leaves.iter().map(|(kind, count)| format!("{count} {}", kind.code())).collect();
    say!("log: {} leaves ({}), root {}", checked.size, kinds.join(", "), hex(&checked.root));
    say!("log: {} stored heads, {} kept outside", checked.heads.len(), kept.len());
    for finding in &findings {
        say!("log: FAULT {finding}");
    }
    if findings.is_empty() {
        say!("log: every leaf is what the tables hold, every hash follows from the leaves, and every head holds");
        return Ok(EXIT_DONE);
    }
    Ok(EXIT_FAILED)
}

fn outside(path: &Path) -> anyhow::Result<OutsideHead> {
    let place = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("{place} cannot be read"))?;
    OutsideHead::parse(&text).with_context(|| format!("{place} holds no signed head of a log"))
}
