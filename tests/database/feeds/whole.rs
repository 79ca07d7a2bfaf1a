//! A feed from its first reading on: what is read, what is read again, what is remembered of it, and who may read at once.

use jiff::SignedDuration;
use termometro::{
    clock::Clock,
    domain::feeds::shipped::SHIPPED,
    feeds::{
        client::PortalClient,
        reading::{self, Wanted},
        running::{FeedOutcome, FeedRunner},
        schedule::run_due,
    },
    import::report::{Acceptance, ImportOptions},
    ingest::SourceKind,
    read_model::ReadModel,
    store::{
        feeds::{self, HeldByRun, RunState},
        imports::holding,
    },
};

use super::{ACT, DAY, FIRST_DAY, ROWS, Stage, text, word};
use crate::{
    kit::{
        alone::size,
        folder::folder,
        portal::{Trouble, list, quick},
    },
    support::{MAX_AGE_DAYS, import_by, number},
};

fn expected_address(stage: &Stage) -> String {
    format!("{}resource/nauz-qkjw.csv", stage.portal.base())
}

/// The feeds in the database are those that the program knows.
#[tokio::test(flavor = "multi_thread")]
async fn shipped_feeds_stand_as_rows() {
    let stage = Stage::set("feed_rows").await;
    let rows = feeds::list(&stage.database.write_connection().await.unwrap(), None).await.unwrap();
    let rows: Vec<_> =
        rows.iter().map(|row| (row.name.as_str(), row.kind.as_str(), row.data_set.as_str(), row.enabled)).collect();
    let shipped: Vec<_> = SHIPPED.iter().map(|feed| (feed.name, feed.kind, feed.data_set, feed.enabled)).collect();
    assert_eq!(rows, shipped);
    let views = ReadModel::new(stage.database.clone(), MAX_AGE_DAYS).list_feeds().await.unwrap();
    for (view, feed) in views.iter().zip(&SHIPPED) {
        assert_eq!((view.title_es.as_str(), view.title_en.as_str(), &view.last), (feed.es, feed.en, &None));
        assert!(feed.kind.parse::<SourceKind>().is_ok(), "{}", feed.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_whole_and_once() {
    let stage = Stage::set("feed_whole").await;
    let ended = stage.run().await;
    let RunState::Imported { import } = ended.state else { panic!("{ended:?}") };
    // Metadata and count, three pages, and the count once more.
    assert_eq!((ended.requests, stage.portal.requests().len()), (6, 6));
    let file = ended.file.unwrap();
    let facts =
        format!("SELECT name || ' ' || cut_date || ' ' || cut_date_from || ' ' || sha256 FROM source_file WHERE id = {import}");
    let expected = format!("ceilings-nauz-qkjw-2026-11-20.csv 2026-11-20 name {}", file.sha256);
    assert_eq!(text(&stage.database, &facts).await, expected);
    assert_eq!(file.rows, i64::from(ROWS));
    // Each ceiling names the run, the address and the digest.
    let model = ReadModel::new(stage.database.clone(), MAX_AGE_DAYS);
    let version = model.data_version().await.unwrap();
    let cum = "20100001-1".parse().unwrap();
    let view = model.ceilings(cum, "2026-11-20".parse().unwrap(), None, &version).await.unwrap().unwrap();
    let ceiling = view.places.into_iter().find_map(|mut place| place.state.ceiling().cloned()).unwrap();
    let source = ceiling.source.clone().unwrap();
    let origin = source.origin.unwrap();
    let run = number(&stage.database, "SELECT id FROM feed_run").await;
    assert_eq!((&*source.sha256, origin.run, &*origin.address), (file.sha256.as_str(), run, expected_address(&stage).as_str()));
    // What did not change costs two requests, of which the first is conditional.
    let before = stage.data().await;
    let ended = stage.run().await;
    assert_eq!((word(&ended).as_str(), ended.requests), ("unchanged", 2));
    assert!(stage.portal.heads().iter().any(|head| head.contains("if-none-match:")));
    assert_eq!(stage.data().await, before);
    // The publisher touched it, and it is the same: nothing is imported twice.
    stage.portal.publish(&list(ROWS, ACT, |_| 1_000), FIRST_DAY + 60);
    let ended = stage.run().await;
    assert_eq!((ended.state, ended.file.unwrap().sha256), (RunState::Unchanged { import: Some(import) }, file.sha256));
    assert_eq!(stage.data().await, before);
    // The next day it is another one.
    stage.portal.publish(&list(ROWS + 1, ACT, |_| 1_000), FIRST_DAY + DAY);
    assert_eq!(word(&stage.run().await), "imported");
    let runs = model.list_feed_runs("ceilings", None, 10).await.unwrap().unwrap();
    let states: Vec<_> = runs.iter().map(|run| run.state.as_str()).collect();
    assert_eq!(states, ["imported", "unchanged", "unchanged", "imported"]);
    assert_eq!(runs[0].address, expected_address(&stage));
    assert!(runs.iter().all(|run| run.publisher_rows.is_some() && run.ended_at >= Some(run.started_at)));
    assert_eq!(model.list_feed_runs("nothing", None, 10).await.unwrap(), None);
    let page = model.list_feed_runs("ceilings", Some(runs[1].id), 1).await.unwrap().unwrap();
    assert_eq!((page.len(), page[0].id), (1, runs[2].id));
}

/// On a machine without a database: the same bytes, which the other machine then imports or knows already.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_carried_over_is_the_same() {
    let stage = Stage::set("feed_carried").await;
    let folder = folder();
    let client = PortalClient::new(quick(stage.portal.base())).unwrap();
    let wanted = Wanted { feed: "ceilings", data_set: "nauz-qkjw", folder: &folder };
    let probe = reading::probe(&client, wanted.data_set, None).await.unwrap();
    let file = reading::read(&client, wanted, probe).await.unwrap();
    assert_eq!(file.path.file_name().unwrap(), "ceilings-nauz-qkjw-2026-11-20.csv");
    let options = ImportOptions::new(MAX_AGE_DAYS, stage.runner.clock);
    let report = import_by(&stage.database, SourceKind::Ceilings, &file.path, &options).await.unwrap();
    assert_eq!((report.sha256.as_str(), report.counts.accepted), (file.size.sha256.as_str(), i64::from(ROWS)));
    let ended = stage.run().await;
    assert_eq!(ended.state, RunState::Unchanged { import: report.import });
    assert_eq!(ended.file, Some(file.size));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_broke_off_goes_on() {
    let stage = Stage::set("feed_resumed").await;
    stage.portal.goes_wrong(Some(Trouble::OtherColumnsLater));
    assert_eq!(word(&stage.run().await), "columns_changed");
    stage.portal.goes_wrong(None);
    stage.portal.requests();
    assert_eq!(word(&stage.run().await), "imported");
    let pages: Vec<_> = stage.portal.requests().into_iter().filter(|target| target.contains(".csv")).collect();
    assert_eq!(pages.len(), 2, "the first page was there: {pages:?}");
    assert!(pages[0].contains("%24where="), "{pages:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_program_reads_at_a_time() {
    let stage = Stage::set("feed_one_runner").await;
    stage.portal.goes_wrong(Some(Trouble::Silence));
    let first = stage.runner.clone();
    let reading = tokio::spawn(async move { first.run("ceilings", "schedule").await.unwrap() });
    while number(&stage.database, "SELECT count(*) FROM feed_run WHERE state = 'running'").await == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let second = FeedRunner { folder: folder(), ..stage.runner.clone() };
    assert_eq!(second.run("thermometer", "Ana").await.unwrap(), FeedOutcome::Busy);
    assert_eq!(run_due(&second, SignedDuration::from_hours(1)).await.unwrap(), 0);
    // It is killed: what it left is entered as failed, and the other one reads.
    reading.abort();
    let _ = reading.await;
    stage.portal.goes_wrong(None);
    let ended = loop {
        match second.run("ceilings", "Ana").await.unwrap() {
            FeedOutcome::Busy => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            FeedOutcome::Ended(_, ended) => break ended,
            FeedOutcome::NoSuchFeed => panic!("no feed"),
        }
    };
    assert_eq!(word(&ended), "imported");
    let faults = "SELECT string_agg(state || coalesce(' ' || fault, ''), ', ' ORDER BY id) FROM feed_run";
    assert_eq!(text(&stage.database, faults).await, "failed interrupted, imported");
    assert_eq!(second.run("nothing", "Ana").await.unwrap(), FeedOutcome::NoSuchFeed);
    // A run that has ended does not change.
    let client = stage.database.import_connection().await.unwrap();
    assert!(client.batch_execute("UPDATE feed_run SET requests = 0").await.is_err());
    assert!(client.batch_execute("DELETE FROM feed_run").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_are_read_when_they_are_due() {
    let stage = Stage::set("feed_due").await;
    let clock = |instant: &str| FeedRunner { clock: Clock::Fixed(instant.parse().unwrap()), ..stage.runner.clone() };
    let every = SignedDuration::from_hours(12);
    let switch = async |name: &str, enabled: bool| {
        let mut client = stage.database.import_connection().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let known = feeds::set_enabled(&tx, name, enabled, ("Ana", "a test"), stage.runner.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        known
    };
    for feed in SHIPPED.iter().filter(|feed| feed.name != "ceilings") {
        assert!(switch(feed.name, false).await);
    }
    assert!(!switch("nothing", false).await);
    assert_eq!(run_due(&clock("2026-12-31T17:00:00Z"), every).await.unwrap(), 1);
    assert_eq!(run_due(&clock("2027-01-01T04:00:00Z"), every).await.unwrap(), 0);
    stage.portal.goes_wrong(Some(Trouble::HtmlPage));
    stage.portal.publish(&list(ROWS, ACT, |at| 1_000 + at % 2), FIRST_DAY + DAY);
    assert_eq!(run_due(&clock("2027-01-01T07:00:00Z"), every).await.unwrap(), 1);
    // It failed: again after a quarter of an hour, then half an hour, then an hour.
    for (instant, runs) in [
        ("2027-01-01T07:14:59Z", 0),
        ("2027-01-01T07:15:00Z", 1),
        ("2027-01-01T07:44:59Z", 0),
        ("2027-01-01T07:45:00Z", 1),
        ("2027-01-01T08:44:00Z", 0),
    ] {
        assert_eq!(run_due(&clock(instant), every).await.unwrap(), runs, "{instant}");
    }
    let model = ReadModel::new(stage.database.clone(), MAX_AGE_DAYS);
    let status = model.status("2027-01-01".parse().unwrap()).await.unwrap();
    assert_eq!((status.feeds.failing, status.feeds.held), (1, 0));
    // What is held tells it too, until somebody decides.
    stage.portal.goes_wrong(None);
    assert_eq!(run_due(&clock("2027-01-01T08:45:00Z"), every).await.unwrap(), 1);
    let status = model.status("2027-01-01".parse().unwrap()).await.unwrap();
    assert_eq!((status.feeds.failing, status.feeds.held), (0, 1));
    let audit = "SELECT string_agg(DISTINCT actor || ' ' || action || ' ' || reason, ', ') FROM audit_entry";
    assert_eq!(text(&stage.database, audit).await, "Ana disable_feed a test");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_file_is_released_by_name_with_a_reason() {
    let stage = Stage::set("feed_released").await;
    assert_eq!(word(&stage.run().await), "imported");
    stage.portal.publish(&list(ROWS / 2, ACT, |_| 1_000), FIRST_DAY + DAY);
    let FeedOutcome::Ended(run, ended) = stage.runner.run("ceilings", "schedule").await.unwrap() else { panic!("busy") };
    assert_eq!(word(&ended), "held smaller_than_current");
    // As long as nobody decides, it is looked at and not read again.
    assert_eq!((word(&stage.run().await).as_str(), stage.data().await[0]), ("unchanged", 1));
    let client = stage.database.write_connection().await.unwrap();
    let HeldByRun { feed, held, waits } = feeds::held_by(&client, run).await.unwrap().unwrap();
    assert_eq!((feed.as_str(), waits, feeds::held_by(&client, 999_999).await.unwrap()), ("ceilings", true, None));
    let held = holding::held_imports(&*client, held).await.unwrap().pop().unwrap();
    let path = folder().join(&held.name);
    let body =
        client.query("SELECT bytes FROM held_import_body WHERE held_import_id = $1 ORDER BY ordinal", &[&held.id]).await.unwrap();
    std::fs::write(&path, body.iter().flat_map(|row| row.get::<_, Vec<u8>>(0)).collect::<Vec<u8>>()).unwrap();
    let acceptance = Some(Acceptance { by: "Ana Ruiz".to_owned(), reason: "the publisher withdrew them".to_owned() });
    let origin = feeds::origin_of_held(&client, held.id).await.unwrap();
    assert_eq!(origin.as_ref().map(|origin| (origin.run, origin.address.clone())), Some((run, expected_address(&stage))));
    let options = ImportOptions { acceptance, origin, ..ImportOptions::new(MAX_AGE_DAYS, stage.runner.clock) };
    let report = import_by(&stage.database, SourceKind::Ceilings, &path, &options).await.unwrap();
    assert!(report.import.is_some() && report.held.is_none());
    let model = ReadModel::new(stage.database.clone(), MAX_AGE_DAYS);
    let runs = model.list_feed_runs("ceilings", None, 10).await.unwrap().unwrap();
    let of_run = runs.iter().find(|one| one.id == run).unwrap();
    assert_eq!((of_run.held_state.as_deref(), of_run.import), (Some("released"), report.import));
    assert_eq!(model.status("2027-01-01".parse().unwrap()).await.unwrap().feeds.held, 0);
}

/// Whoever reads is stopped at any point, again and again: the data are the old ones or the new ones, never anything between.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_may_stop_at_any_point() {
    let stage = Stage::set("feed_stopped").await;
    assert_eq!(word(&stage.run().await), "imported");
    let mut before = stage.data().await;
    let mut imported = 0;
    for round in 1..=i64::try_from(size(200, 25)).unwrap() {
        let changed = u32::try_from(round).unwrap() % ROWS + 1;
        stage.portal.publish(&list(ROWS, ACT, |at| if at == changed { 900 } else { 1_000 }), FIRST_DAY + round * 60);
        let runner = stage.runner.clone();
        let reading = tokio::spawn(async move { runner.run("ceilings", "schedule").await });
        tokio::time::sleep(std::time::Duration::from_millis(u64::try_from(round * 137 % 1_500).unwrap())).await;
        reading.abort();
        let _ = reading.await;
        let after = stage.data().await;
        // A commit that was on its way when its program stopped may be seen a moment later.
        assert!(after == before || (after[0] > before[0] && after[1] > before[1]), "{before:?} {after:?}");
        assert_eq!(after[2] % i64::from(ROWS), 0, "each list has the same number of rows: a half one would be seen");
        imported += after[0] - before[0];
        before = after;
    }
    println!("{imported} readings came to their end before they were stopped");
    // Locks are given back when the server, and a thread that still writes, have noticed.
    let ended = loop {
        match stage.runner.run("ceilings", "schedule").await.unwrap() {
            FeedOutcome::Ended(_, ended) if word(&ended) != "folder_in_use" => break ended,
            FeedOutcome::NoSuchFeed => panic!("no feed"),
            FeedOutcome::Ended(..) | FeedOutcome::Busy => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    assert!(matches!(ended.state, RunState::Imported { .. } | RunState::Unchanged { .. }), "{ended:?}");
    assert_eq!(number(&stage.database, "SELECT count(*) FROM feed_run WHERE state = 'running'").await, 0);
}
