//! The kinds on which no price rests: what INVIMA let in as vital and not available, and exchange rates. Each is read, held and carried over as lists are.

use jiff::civil::date;
use termometro::{
    feeds::{
        client::PortalClient,
        reading::{self, Wanted},
    },
    import::report::ImportOptions,
    ingest::SourceKind,
    read_model::{ReadModel, medicines::vital_authorisations::AuthorisationFilter},
    store::feeds::RunState,
};

use super::{ACT, DAY, FIRST_DAY, Stage, text, word};
use crate::{
    kit::{
        folder::folder,
        portal::{list, quick},
        tables::{rates, vitals},
    },
    support::{MAX_AGE_DAYS, import_by, number},
};

const ROWS: u32 = 100;

struct Kind {
    feed: &'static str,
    data_set: &'static str,
    kind: SourceKind,
    layout: &'static str,
    table: fn(u32) -> String,
    stored: &'static str,
}

const VITALS: Kind = Kind {
    feed: "vital_not_available",
    data_set: "sdmr-tfmf",
    kind: SourceKind::VitalNotAvailable,
    layout: "vitales-sdmr-tfmf",
    table: vitals,
    stored: "vital_authorisation",
};
const RATES: Kind = Kind {
    feed: "exchange_rates",
    data_set: "mcec-87by",
    kind: SourceKind::ExchangeRates,
    layout: "trm-mcec-87by",
    table: |rows| rates(rows, rate),
    stored: "exchange_rate",
};

/// Digit for digit, with a comma for thousands now and then.
fn rate(at: u32) -> String {
    if at.is_multiple_of(7) { format!("\"3,{:03}.{:02}\"", at % 1_000, at % 100) } else { format!("4{:03}.5", at % 1_000) }
}

async fn files_and_rows(stage: &Stage, kind: &Kind) -> [i64; 2] {
    let rows = format!("SELECT count(*) FROM {}", kind.stored);
    [number(&stage.database, "SELECT count(*) FROM source_file").await, number(&stage.database, &rows).await]
}

/// The file in force in the end, and where it came from: digest, line of its newest row, run, address.
type Origin = (String, i64, Option<(i64, String)>);

async fn is_read_whole_and_once(stage: &Stage, kind: &Kind) -> Origin {
    stage.portal.publish(&(kind.table)(ROWS), FIRST_DAY);
    let ended = stage.run_of(kind.feed).await;
    let RunState::Imported { import } = ended.state else { panic!("{ended:?}") };
    let file = ended.file.unwrap();
    assert_eq!(file.rows, i64::from(ROWS));
    let facts = format!(
        "SELECT concat_ws(' ', name, cut_date, cut_date_from, layout, publisher <> '', rows_read, rows_accepted, sha256, address,
            feed_run_id = (SELECT max(id) FROM feed_run)) FROM source_file WHERE id = {import}"
    );
    let Kind { feed, data_set, layout, .. } = kind;
    let address = format!("{}resource/{data_set}.csv", stage.portal.base());
    let expected =
        format!("{feed}-{data_set}-2026-11-20.csv 2026-11-20 name {layout} t {ROWS} {ROWS} {} {address} t", file.sha256);
    assert_eq!(text(&stage.database, &facts).await, expected);
    assert_eq!(files_and_rows(stage, kind).await, [1, i64::from(ROWS)]);
    // What did not change costs two requests.
    let ended = stage.run_of(feed).await;
    assert_eq!((word(&ended).as_str(), ended.requests), ("unchanged", 2));
    // The next edition takes its place.
    stage.portal.publish(&(kind.table)(ROWS + 5), FIRST_DAY + DAY);
    let ended = stage.run_of(feed).await;
    assert_eq!(word(&ended), "imported");
    assert_eq!(files_and_rows(stage, kind).await, [2, i64::from(2 * ROWS + 5)]);
    let sources = ReadModel::new(stage.database.clone(), MAX_AGE_DAYS).list_sources(None, 10).await.unwrap();
    assert_eq!(sources.iter().map(|source| source.state).collect::<Vec<_>>(), ["history", "current"]);
    let run = number(&stage.database, "SELECT max(id) FROM feed_run").await;
    (ended.file.unwrap().sha256, i64::from(ROWS) + 6, Some((run, address)))
}

/// Of a row that is shown.
macro_rules! origin {
    ($source:expr) => {
        ($source.sha256.to_string(), $source.line, $source.origin.as_ref().map(|origin| (origin.run, origin.address.to_string())))
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn vital_authorisations_are_read_whole_and_once() {
    let stage = Stage::set("feed_vitals").await;
    let expected = is_read_whole_and_once(&stage, &VITALS).await;
    let model = ReadModel::new(stage.database.clone(), MAX_AGE_DAYS);
    let newest = model.list_vital_authorisations(&AuthorisationFilter::default(), 0, 1).await.unwrap().pop().unwrap();
    assert_eq!((origin!(newest.source), newest.list_day), (expected, Some(date(2026, 11, 21))));
}

#[tokio::test(flavor = "multi_thread")]
async fn exchange_rates_are_read_whole_and_once() {
    let stage = Stage::set("feed_rates").await;
    let expected = is_read_whole_and_once(&stage, &RATES).await;
    let model = ReadModel::new(stage.database.clone(), MAX_AGE_DAYS);
    let newest = model.list_exchange_rates((None, None), 0, 1).await.unwrap().pop().unwrap();
    assert_eq!((origin!(newest.source), newest.list_day), (expected, Some(date(2026, 11, 21))));
    // As it was written, and for the days that were stated.
    let some = "SELECT string_agg(rate || ' ' || first_day || ' ' || last_day, ', ' ORDER BY line) FROM exchange_rate
        WHERE source_file_id = (SELECT max(id) FROM source_file) AND line IN (2, 4, 9)";
    let expected = "3000.00 2025-01-01 2025-01-01, 4002.5 2025-01-07 2025-01-09, 3007.07 2025-01-22 2025-01-23";
    assert_eq!(text(&stage.database, some).await, expected);
}

async fn is_held_when_damaged(stage: &Stage, kind: &Kind, damaged: Vec<(&str, String)>) {
    stage.portal.publish(&(kind.table)(ROWS), FIRST_DAY);
    assert_eq!(word(&stage.run_of(kind.feed).await), "imported");
    let before = files_and_rows(stage, kind).await;
    let half = ("held smaller_than_current", (kind.table)(ROWS / 2));
    let twice = ("held larger_than_current", (kind.table)(2 * ROWS));
    let none = ("no_rows", (kind.table)(0));
    let other = ("not_this_layout", list(ROWS, ACT, |_| 1_000));
    for (minutes, (expected, table)) in (1..).zip(damaged.into_iter().chain([half, twice, none, other])) {
        stage.portal.publish(&table, FIRST_DAY + DAY + minutes * 60);
        let ended = stage.run_of(kind.feed).await;
        assert_eq!(word(&ended), expected, "{ended:?}");
        assert_eq!(files_and_rows(stage, kind).await, before, "{expected}");
    }
    stage.portal.publish(&(kind.table)(ROWS + 1), FIRST_DAY + 2 * DAY);
    assert_eq!(word(&stage.run_of(kind.feed).await), "imported");
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_authorisations_change_nothing() {
    let renamed = vitals(ROWS).replacen("tipo_de_solicitud", "tipo_solicitud", 1);
    let without = vitals(ROWS).replacen("fecha_de_autorizaci_n", "dia", 1);
    let unreadable = vitals(ROWS).replace("-04-", "-13-");
    let damaged = vec![("renamed_column", renamed), ("missing_column", without), ("held many_quarantined", unreadable)];
    is_held_when_damaged(&Stage::set("feed_vitals_damaged").await, &VITALS, damaged).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_rates_change_nothing() {
    let all = |change: fn(u32) -> String| rates(ROWS, change);
    // What was certified does not change, and no point is lost.
    let rewritten = all(|at| if at % 10 == 0 { "4999.99".to_owned() } else { rate(at) });
    let shifted = all(|at| format!("4{:03}50.0", at % 1_000));
    let twice = all(rate) + &all(rate).lines().skip(1).take(1).map(|row| format!("{row}\n")).collect::<String>();
    let dollars = all(rate).replace("COP", "USD");
    let renamed = all(rate).replacen("vigenciahasta", "vigencia_hast", 1);
    let damaged = vec![
        ("held many_changed", rewritten),
        ("held many_changed", shifted),
        ("held keys_repeated", twice),
        ("nothing_usable", dollars),
        ("renamed_column", renamed),
    ];
    is_held_when_damaged(&Stage::set("feed_rates_damaged").await, &RATES, damaged).await;
}

/// Read = accepted + quarantined + refused, and what is set aside names its line, column, value and reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_costs_no_good_one() {
    let stage = Stage::set("feed_rates_quarantine").await;
    let bad = "cero,COP,2026-10-01,2026-10-01\n4000.5,COP,2026-10-03,2026-10-02\n,,,\n";
    stage.portal.publish(&(rates(ROWS, rate) + bad), FIRST_DAY);
    let ended = stage.run_of(RATES.feed).await;
    assert_eq!(word(&ended), "imported");
    let model = ReadModel::new(stage.database.clone(), MAX_AGE_DAYS);
    let (file, faults) = model.source_faults(&ended.file.unwrap().sha256, None, None, 10).await.unwrap().unwrap();
    let counts = [file.rows_read, file.rows_accepted, file.rows_quarantined, file.rows_refused];
    assert_eq!(counts, [i64::from(ROWS) + 3, i64::from(ROWS), 2, 1]);
    let said: Vec<_> = faults
        .iter()
        .map(|fault| format!("{} {} {} {}", fault.line, fault.column.as_deref().unwrap_or("-"), fault.value, fault.reason))
        .collect();
    let expected = ["102 valor cero not_a_number", "103 vigenciahasta 2026-10-02 ends_before_it_begins", "104 - ,,, blank_row"];
    assert_eq!(said, expected);
}

/// `termometro fetch --to` on one machine and `import` on the other: the same bytes as a feed reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_carried_over_is_the_same() {
    for (name, kind) in [("feed_vitals_carried", &VITALS), ("feed_rates_carried", &RATES)] {
        let stage = Stage::set(name).await;
        stage.portal.publish(&(kind.table)(ROWS), FIRST_DAY);
        let folder = folder();
        let client = PortalClient::new(quick(stage.portal.base())).unwrap();
        let wanted = Wanted { feed: kind.feed, data_set: kind.data_set, folder: &folder };
        let probe = reading::probe(&client, wanted.data_set, None).await.unwrap();
        let file = reading::read(&client, wanted, probe).await.unwrap();
        let options = ImportOptions::new(MAX_AGE_DAYS, stage.runner.clock);
        let report = import_by(&stage.database, kind.kind, &file.path, &options).await.unwrap();
        assert_eq!((report.sha256.as_str(), report.counts.accepted), (file.size.sha256.as_str(), i64::from(ROWS)));
        let ended = stage.run_of(kind.feed).await;
        assert_eq!((ended.state, ended.file), (RunState::Unchanged { import: report.import }, Some(file.size)));
    }
}
