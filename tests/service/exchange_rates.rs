//! Exchange rates as clients see them: of a day, of a span, and of the list that counts.

use jiff::civil::date;
use serde_json::{Value, json};
use termometro::ingest::SourceKind;

use crate::{
    expected::Expected,
    kit::tables::{RATES, header, rates},
    people,
    server::Server,
    stage::{read_model, written},
    support::{self, import},
};

const PATH: &str = "/v1/exchange-rates";

async fn days(server: &Server, question: &str) -> Vec<Value> {
    let found = server.data(&format!("{PATH}{question}")).await;
    found.as_array().unwrap().iter().map(|one| one["first_day"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_is_that_of_its_days_with_its_source() {
    let database = support::database("exchange_rates").await;
    let server = Server::living(read_model(&database), people::now(), date(2026, 11, 23)).await;
    assert_eq!(server.data(PATH).await, json!([]), "nothing is made up");
    let file = written("exchange_rates_20260421.csv", &[RATES.trim_end()]);
    let report = import(&database, SourceKind::ExchangeRates, &file).await;
    assert_eq!((report.counts.read, report.counts.accepted, report.held), (3, 3, None));
    // Any day of a weekend has the row of the weekend, as it is published.
    for day in 18..=20 {
        let found = server.data(&format!("{PATH}?from=2026-04-{day}&to=2026-04-{}", day + 1)).await;
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        assert_has!(found[0], {"first_day": "2026-04-18", "last_day": "2026-04-20", "rate": "3637.5", "base": "USD", "currency": "COP"});
        assert_has!(found[0], {"list_day": "2026-04-21", "/source_row/line": 3, "/source_row/sha256": report.sha256});
    }
    let answer = server.get(&format!("{PATH}?limit=1")).await;
    assert_has!(answer.json()["data"][0], {"rate": "3702.08", "/source_row/file": "exchange_rates_20260421.csv"});
    let next = answer.json()["meta"]["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(days(&server, &format!("?limit=1&cursor={next}")).await, ["2026-04-18"]);
    assert_eq!(days(&server, "?from=2026-04-20").await, ["2026-04-21", "2026-04-18"]);
    assert_eq!(days(&server, "?to=2026-04-18").await, ["2026-04-17"]);
    assert_eq!(server.get(&format!("{PATH}?from=2026-05&to=2026-04")).await.fault(400)["code"], "empty_period");
    let csv = server.get(&format!("{PATH}?format=csv&limit=1")).await.body;
    assert!(csv.starts_with("first_day,last_day,rate,"), "{csv}");
}

/// They come every day: what does not show them keeps its version and what is held of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_edition_changes_no_version_but_its_own() {
    let database = support::database("exchange_rates_version").await;
    let server = Server::living(read_model(&database), people::now(), date(2026, 11, 23)).await;
    let version = async |path: &str| server.get(path).await.json()["meta"]["data_version"].clone();
    let (lists, own) = (version("/v1/medicines?q=losartan").await, version(PATH).await);
    let tag = server.get(PATH).await.header("etag").unwrap().to_owned();
    import(&database, SourceKind::ExchangeRates, &written("trm_20260421.csv", &[RATES.trim_end()])).await;
    assert_eq!(version("/v1/medicines?q=losartan").await, lists);
    assert_ne!(version(PATH).await, own);
    assert_ne!(server.get(PATH).await.header("etag"), Some(tag.as_str()));
}

/// Two publishers state one list: the edition of the newest day counts, and an older one is history.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_the_newest_day_answers() {
    let database = support::database("exchange_rates_editions").await;
    let server = Server::living(read_model(&database), people::now(), date(2026, 11, 23)).await;
    let few = header(RATES) + "3635.12,COP,2026-04-17,2026-04-17\n3637.5,COP,2026-04-18,2026-04-20\n";
    import(&database, SourceKind::ExchangeRates, &written("trm_20260420.csv", &[few.trim_end()])).await;
    let bank = written("banrep_20260419.csv", &["fecha;trm", "17/04/2026;3.635,12", "18/04/2026;9.999,99"]);
    assert!(import(&database, SourceKind::ExchangeRates, &bank).await.held.is_none());
    assert_eq!(server.data(&format!("{PATH}?from=2026-04-18")).await[0]["rate"], "3637.5");
    let states = server.data("/v1/sources").await;
    assert_eq!((&states[0]["state"], &states[1]["state"]), (&json!("current"), &json!("history")));
    let newer = written("trm_20260422.csv", &[rates(3, |_| "3700.25".to_owned()).trim_end()]);
    import(&database, SourceKind::ExchangeRates, &newer).await;
    assert_eq!(server.data(PATH).await[0]["rate"], "3700.25");
    // Far fewer rows than the list in force has, of whichever layout.
    let one = written("banrep_20260423.csv", &["fecha;trm", "23/04/2026;3.711,11"]);
    let held = import(&database, SourceKind::ExchangeRates, &one).await.held.unwrap();
    assert_eq!(held.reasons[0].code(), "smaller_than_current");
    let status = server.data("/v1/status").await;
    let sets = status["data_sets"].as_array().unwrap();
    let set = sets.iter().find(|set| set["kind"] == "exchange_rates").unwrap();
    assert_has!(set, {"speaks_until": "2026-04-22", "colour": "red"});
}
