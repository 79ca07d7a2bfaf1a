//! Who was due to report, on time, late, silent: decided by dated rules and the day on which a file came.

use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};

use crate::{
    people::{self, People},
    server::Server,
    stage::{read_model, reports_header, upload},
};

async fn report(server: &Server, key: &str, once: &str, query: &str, rows: &[&str]) -> Value {
    let body = format!("{}\n{}\n", reports_header(), rows.join("\n"));
    let answer = upload(server, key, once, &format!("/v1/submissions?{query}"), "text/csv", body.as_bytes()).await;
    assert!([200, 201].contains(&answer.status), "{}", answer.body);
    answer.json()["data"].clone()
}

pub fn standing<'a>(answer: &'a Value, nit: &str, period: &str) -> &'a Value {
    let rows = answer["data"].as_array().unwrap().iter();
    rows.into_iter()
        .find(|row| row["nit"] == nit && row["period"] == period)
        .unwrap_or_else(|| panic!("{nit} {period}: {answer}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reporter_and_period_has_its_standing() {
    let database = people::sample("compliance").await;
    // Half past four in the morning in London is still the day before in Bogotá.
    let now: Timestamp = "2026-12-01T04:30:00Z".parse().unwrap();
    let people = People::arrive_at(database.clone(), now).await;
    let server = Server::living(read_model(&database), now, date(2026, 11, 30)).await;
    let (mine, other) = ("900123456-8", "890903938-8");
    let row = |year: i16, month: i8| format!("19914312,20,{year},{month},2,VN,3,A,30000,30000,1,30000");
    let (october, september, bad) = (row(2026, 10), row(2026, 9), "19914312,20,2026,10,2,VN,3,A,x,1,1,1".to_owned());
    // October is due by 30 November: on time to the last minute. September was due in October: late.
    let first = report(&server, &people.reporter, "oct", "period=2026-10", &[&october, &bad]).await;
    report(&server, &people.reporter, "sep", "period=2026-09", &[&september]).await;
    // Neither a dry run nor a refusal is a report.
    report(&server, &people.other_reporter, "dry", "period=2026-10&dry_run=true", &[&october]).await;
    report(&server, &people.other_reporter, "bad", "period=2026-10", &[&bad]).await;
    let answer = server.get("/v1/compliance?period=2026-08/2026-11").await.json();
    for (nit, period, expected) in [
        (mine, "2026-08", "silent"),
        (mine, "2026-09", "late"),
        (mine, "2026-10", "on_time"),
        (mine, "2026-11", "due"),
        (other, "2026-10", "due"),
        (other, "2026-09", "silent"),
    ] {
        assert_eq!(standing(&answer, nit, period)["standing"], expected, "{nit} {period}");
    }
    assert_has!(standing(&answer, mine, "2026-10"), {"due_on": "2026-11-30", "quarantined_percent": "50.0000"});
    assert_eq!(answer["summary"], json!({"due": 3, "late": 1, "on_time": 1, "silent": 3}));
    assert_eq!(answer["rules"][1]["confirmed"], false);
    // A rectification does not make a timely report late, and its rows are the ones shown.
    let query = format!("period=2026-10&rectifies={}", first["id"].as_str().unwrap());
    report(&server, &people.reporter, "oct2", &query, &[&october]).await;
    let answer = server.get("/v1/compliance?period=2026-10").await.json();
    assert_has!(standing(&answer, mine, "2026-10"), {"version": 2, "standing": "on_time", "rows_quarantined": 0});
    // A file of two years reports its quarters and its months.
    let long = [row(2023, 12), row(2024, 5)];
    report(&server, &people.reporter, "long", "period=2023-10/2024-05", &[&long[0], &long[1]]).await;
    let answer = server.get("/v1/compliance?period=2023-10/2024-05").await.json();
    let periods: Vec<&Value> =
        answer["data"].as_array().unwrap().iter().filter(|row| row["nit"] == mine).map(|row| &row["period"]).collect();
    assert_eq!(periods, ["2023-Q4", "2024-Q1", "2024-04", "2024-05"].map(|period| json!(period)).iter().collect::<Vec<_>>());
    assert!(answer["data"].as_array().unwrap().iter().filter(|row| row["nit"] == mine).all(|row| row["standing"] == "late"));
    // Without a span: the last period that has ended.
    assert_eq!(server.get("/v1/compliance").await.json()["period"], "2026-10");
    assert_eq!(server.get("/v1/compliance?period=2026-13").await.status, 400);
    assert_has!(server.data("/v1/reporters").await[1], {"nit": mine, "submissions_accepted": 4});
    let csv = server.get("/v1/compliance?period=2026-10&format=csv").await;
    assert_eq!(csv.body.lines().count(), 3);
}
