//! Watches of official data: told once of what fails again and again, and of each file that waits for a person.

use std::sync::Arc;

use jiff::civil::date;
use serde_json::{Value, json};
use termometro::{
    clock::Clock,
    feeds::{
        client::PortalClient,
        running::{FeedOutcome, FeedRunner},
    },
    outbound::url_policy::UrlPolicy,
};

use crate::{
    expected::Expected,
    kit::{
        folder::folder,
        portal::{Portal, Trouble, list, quick},
    },
    people::{self, People},
    server::Server,
    stage::read_model,
    support::{self, MAX_AGE_DAYS},
    watches::{pace, sender, until},
    webhook_receiver::{Got, Receiver},
};

const ACT: &str = "Circular 19 de 2024";
const FIRST_DAY: i64 = 1_795_176_000;

fn event(got: &Got) -> Value {
    serde_json::from_slice(&got.body).unwrap()
}

async fn state_of_run(runner: &FeedRunner) -> &'static str {
    match runner.run("ceilings", "schedule").await.unwrap() {
        FeedOutcome::Ended(_, ended) => ended.state.code(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_fails_or_is_held_is_told_to_who_watches_feeds() {
    let database = people::sample("feed_watches").await;
    support::as_owner(&database, "UPDATE feed SET enabled = name = 'ceilings'").await;
    let people = People::arrive(database.clone()).await;
    let workflow = support::workflow(database.clone()).with_targets(UrlPolicy::new(true));
    let now: termometro::http::Now = Arc::new(|| (people::now(), date(2026, 12, 31)));
    let server = Server::with_workflow(read_model(&database), workflow.clone(), now.clone()).await;
    let sending = tokio::spawn(sender(&database, workflow, pace(), now).run());
    let portal = Portal::with(&list(200, ACT, |_| 1_000), FIRST_DAY).await;
    let runner = FeedRunner {
        database: database.clone(),
        client: PortalClient::new(quick(portal.base())).unwrap(),
        folder: folder(),
        max_age_days: MAX_AGE_DAYS,
        clock: Clock::Fixed("2026-12-31T17:00:00Z".parse().unwrap()),
    };

    let (operator, public) = (Receiver::with([]).await, Receiver::with([]).await);
    let post = async |once: &str, body: &Value| server.post_as(&people.auditor, once, "/v1/watches", body).await;
    let refused = post("x", &json!({"url": operator.url(), "kinds": ["feeds"]})).await;
    assert_eq!((refused.status, &refused.json()["errors"][0]["pointer"]), (400, &json!("/kinds/0")), "{}", refused.body);
    let made = post("a", &json!({"url": operator.url(), "kinds": ["feed"]})).await.data(201);
    assert_eq!(made["kinds"], json!(["feed"]));
    // Empty is products and ceilings, as it always was.
    post("b", &json!({"url": public.url()})).await.data(201);

    portal.goes_wrong(Some(Trouble::HtmlPage));
    for _ in 0..2 {
        assert_eq!(state_of_run(&runner).await, "failed");
    }
    assert_eq!(
        server.get_as(&people.auditor, &format!("/v1/watches/{}/deliveries", made["id"].as_str().unwrap())).await.data(200),
        json!([])
    );
    assert_eq!(state_of_run(&runner).await, "failed");
    let failing = event(&operator.wait_for(1).await[0]);
    assert_has!(failing, {
        "type": "feed", "/data/watch": made["id"], "/data/feed": "ceilings", "/data/state": "failed", "/data/failures": 3, "/data/fault": "not_data",
        "/data/next": "/v1/feeds/ceilings/runs",
    });
    for language in ["es", "en"] {
        assert!(failing["data"]["explanation"][language].as_str().unwrap().contains("html"), "{failing}");
    }
    // Once, however often it goes on failing.
    assert_eq!(state_of_run(&runner).await, "failed");
    portal.goes_wrong(None);
    assert_eq!(state_of_run(&runner).await, "imported");
    portal.publish(&list(100, ACT, |_| 1_000), FIRST_DAY + 86_400);
    assert_eq!(state_of_run(&runner).await, "held");
    let held = event(&operator.wait_for(2).await[1]);
    assert_has!(held, {"type": "feed", "/data/state": "held", "/data/fault": "smaller_than_current", "/data/failures": null});
    let runs = server.data(held["data"]["next"].as_str().unwrap()).await;
    assert_eq!((&runs[0]["run"], &runs[0]["address"]), (&held["data"]["run"], &held["data"]["address"]));
    assert_eq!(runs[2]["run"].as_i64().unwrap(), failing["data"]["run"].as_i64().unwrap() + 1);
    let path = format!("/v1/watches/{}", made["id"].as_str().unwrap());
    until(&server, &people.auditor, &path, |watch| watch["pending"] == 0).await;
    let deliveries = server.get_as(&people.auditor, &format!("{path}/deliveries")).await.data(200);
    assert_eq!(deliveries.as_array().unwrap().len(), 2, "{deliveries}");
    assert_has!(deliveries[0], {"kind": "change", "changes": 0, "feed_run": held["data"]["run"], "state": "delivered"});
    // What was imported is a change, of which this watch is not; and the other one hears of changes alone.
    public.wait_for(1).await;
    assert!(public.got().iter().all(|got| event(got)["type"] == "changes"));
    sending.abort();
}
