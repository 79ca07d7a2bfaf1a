//! Standbys die and freeze under load: no read fails, none is too old, and who comes back is used again.

use std::{
    sync::atomic::Ordering::SeqCst,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::{
    client::Client,
    load::{Load, data_version},
    servers::{Servers, blocking, publish},
};

const LONG_ENOUGH: Duration = Duration::from_millis(1_200);
const FROZEN: Duration = Duration::from_secs(4);
/// A second until a frozen standby is given up, a quarter between two questions; the rest is for a busy machine.
const WAIT_MAX_MS: u64 = 3_000;

/// What happens to the standbys; how long the first took to be used again.
async fn scenes(servers: &Servers) -> Duration {
    sleep(LONG_ENOUGH).await;
    let first = servers.standbys[0].clone();
    let second = servers.standbys[1].clone();
    let (one, other) = (first.clone(), second.clone());

    blocking(move || one.kill()).await;
    servers.left_out(0).await;
    sleep(LONG_ENOUGH).await;
    let without = servers.answered().await;
    blocking(move || first.start().unwrap()).await;
    let back = servers.fit(&[0]).await;
    sleep(LONG_ENOUGH).await;
    let with = servers.answered().await;
    assert!(with[1] > without[1], "the standby that came back is not used: {without:?}, {with:?}");

    // It neither answers nor closes anything: what waits on it is asked again elsewhere.
    other.freeze(true);
    servers.left_out(1).await;
    sleep(FROZEN).await;
    other.freeze(false);
    servers.fit(&[1]).await;

    let both = servers.standbys.clone();
    blocking(move || both.iter().for_each(|standby| standby.kill())).await;
    servers.left_out(0).await;
    servers.left_out(1).await;
    let alone = servers.answered().await;
    sleep(LONG_ENOUGH).await;
    let later = servers.answered().await;
    assert!(later[0] > alone[0], "the primary answers alone: {alone:?}, {later:?}");
    assert_eq!(later[1..], alone[1..], "nobody else can");
    let both = servers.standbys.clone();
    blocking(move || both.iter().for_each(|standby| standby.start().unwrap())).await;
    servers.fit(&[0, 1]).await;
    sleep(LONG_ENOUGH).await;
    back
}

#[tokio::test(flavor = "multi_thread")]
async fn standbys_die_freeze_and_return_under_load_and_no_read_fails() {
    let servers = Servers::start().await;
    let load = Load::start(&servers.service);
    let (before, began) = (servers.answered().await, Instant::now());
    let service = Client::at(servers.service.address);
    let writing = async {
        for number in 1.. {
            let act = publish(&service, &servers.people, number).await;
            // Without a key, and yet at once.
            let seen = service.get(&format!("/v1/acts/{act}")).await;
            assert_eq!(seen.status, 200, "what was published is not seen: {}", seen.body);
            load.seen.written.fetch_max(data_version(&seen), SeqCst);
            sleep(Duration::from_millis(300)).await;
        }
    };
    let back = tokio::select! { back = scenes(&servers) => back, () = writing => unreachable!() };
    let after = servers.answered().await;
    let written = load.seen.written.load(SeqCst);
    let longest_ms = load.seen.longest_ms.load(SeqCst);
    let reads = load.finish().await;
    let answered: Vec<u64> = after.iter().zip(before).map(|(after, before)| after - before).collect();
    eprintln!(
        "{reads} reads in {:?}, none failed, the longest {longest_ms} ms; by server {answered:?}; version {written}; used again {back:?} after it was up",
        began.elapsed()
    );
    assert!(answered[1] + answered[2] > answered[0], "the standbys do most of it: {answered:?}");
    assert!(longest_ms < WAIT_MAX_MS, "somebody waited {longest_ms} ms for a standby that was gone");
    assert!(written > 6 && reads > 200, "too little happened to prove anything: {written}, {reads}");
}
