//! Official data by themselves, as clients see them: the list, the readings, and what an operator wants of them.

use jiff::{SignedDuration, civil::date};
use serde_json::{Value, json};
use termometro::{
    clock::Clock,
    domain::access::principal::PrincipalKind,
    feeds::{client::PortalClient, running::FeedRunner, schedule::run_due},
    read_model::ReadModel,
    workflow::access::keys::Holder,
};

use crate::{
    kit::{
        folder::folder,
        portal::{Portal, list, quick},
    },
    people::{self, People},
    server::Server,
    support::{self, MAX_AGE_DAYS},
};

const ACT: &str = "Circular 19 de 2024";
const FIRST_DAY: i64 = 1_795_176_000;
const EVERY: SignedDuration = SignedDuration::from_hours(12);

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_has_a_data_set_read_and_lets_a_held_file_in() {
    let database = people::sample("service_feeds").await;
    support::as_owner(&database, "UPDATE feed SET enabled = name = 'ceilings'").await;
    let people = People::arrive(database.clone()).await;
    let operator = Holder::New { kind: PrincipalKind::Operator, name: "Pía Gómez".to_owned(), company: None };
    let operator = people::key(&people.workflow, &people.admin, operator, None).await;
    let server = Server::living(ReadModel::new(database.clone(), MAX_AGE_DAYS), people::now(), date(2026, 11, 30)).await;
    let portal = Portal::with(&list(200, ACT, |_| 1_000), FIRST_DAY).await;
    let clock = Clock::Fixed("2026-12-31T17:00:00Z".parse().unwrap());
    let client = PortalClient::new(quick(portal.base())).unwrap();
    let runner = FeedRunner { database: database.clone(), client, folder: folder(), max_age_days: MAX_AGE_DAYS, clock };

    let (runs, reason) = ("/v1/feeds/ceilings/runs", json!({"reason": "la circular nueva ya se publicó"}));
    assert_eq!(server.post_as(&people.drafter, "x", runs, &reason).await.status, 403);
    assert_eq!(server.post_as(&operator, "a", "/v1/feeds/nothing/runs", &reason).await.status, 404);
    let wanted = server.post_as(&operator, "b", runs, &reason).await;
    assert_eq!((wanted.status, &wanted.json()["data"]["feed"]), (202, &json!("ceilings")), "{}", wanted.body);
    assert_eq!(server.post_as(&operator, "b", runs, &reason).await.body, wanted.body, "the same wish once more is the same");
    assert_eq!(run_due(&runner, EVERY).await.unwrap(), 1);
    let read = server.data(runs).await;
    assert_eq!((&read[0]["state"], &read[0]["started_by"]), (&json!("imported"), &json!("person")));
    assert!(!read.to_string().contains("Gómez"), "who wanted it is not public");
    let feeds = server.data("/v1/feeds?lang=en").await;
    let ceilings = feeds.as_array().unwrap().iter().find(|feed| feed["name"] == "ceilings").unwrap();
    assert_eq!((&ceilings["last_state"], &ceilings["title"]), (&json!("imported"), &json!("Maximum sale prices")));

    // Half of the list is gone: it waits, and everybody sees that it does.
    portal.publish(&list(100, ACT, |_| 1_000), FIRST_DAY + 86_400);
    assert_eq!(server.post_as(&operator, "c", runs, &reason).await.status, 202);
    assert_eq!(run_due(&runner, EVERY).await.unwrap(), 1);
    let read = server.data(&format!("{runs}?lang=es")).await;
    assert_eq!((&read[0]["state"], &read[0]["decision"]), (&json!("held"), &json!("held")));
    assert!(read[0]["explanation"].as_str().unwrap().contains("más de 20 % menos"));
    let status = server.data("/v1/status").await;
    let two = server.data(&format!("{runs}?limit=2")).await;
    let read_at = &two[1]["ended_at"];
    assert_eq!(status["feeds"], json!({"on": false, "held": 1, "failing": 0, "last_success_at": read_at}));
    assert!(read_at.is_string());
    for path in ["/?lang=es", "/estado?lang=es"] {
        assert!(
            server.get(path).await.body.contains("La última lectura que salió bien es del 31 de diciembre de 2026"),
            "{path}"
        );
    }
    let release = format!("/v1/feed-runs/{}/release", read[0]["run"]);
    let earlier = format!("/v1/feed-runs/{}/release", read[1]["run"]);
    assert_eq!(server.post_as(&operator, "d", &earlier, &reason).await.status, 409, "that run holds nothing");
    assert_eq!(server.post_as(&operator, "e", "/v1/feed-runs/999999/release", &reason).await.status, 404);
    let reason = json!({"reason": "la entidad retiró la mitad"});
    assert_eq!(server.post_as(&operator, "f", &release, &reason).await.status, 202);
    assert_eq!(run_due(&runner, EVERY).await.unwrap(), 1);
    let read = server.data(runs).await;
    assert_eq!((&read[0]["state"], &read[0]["decision"]), (&json!("held"), &json!("released")));
    assert_eq!(server.post_as(&operator, "g", &release, &reason).await.status, 409, "it waits no longer");
    let sources = server.data("/v1/sources?limit=1000").await;
    let newest = sources.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&newest["feed_run"], &newest["sha256"], &newest["state"]),
        (&read[0]["run"], &read[0]["sha256"], &json!("current"))
    );
    let audit: Value = server.get_as(&people.auditor, "/v1/audit?limit=1000").await.json()["data"].clone();
    let entries = audit.as_array().unwrap().iter();
    let of_operator: Vec<_> =
        entries.filter(|one| one["actor"] == "Pía Gómez").map(|one| one["action"].as_str().unwrap()).collect();
    for action in ["run_feed", "release_held", "accept_import"] {
        assert!(of_operator.contains(&action), "{of_operator:?}");
    }
}
