//! Every other operation, with the sample's own answers, pages, formats and languages.

use serde_json::{Value, json};

use crate::server::Server;

/// Nothing is known of what an act sets whose list is not held: not that it added or removed all of another one.
#[tokio::test(flavor = "multi_thread")]
async fn acts_are_compared_only_where_the_lists_of_both_are_held() {
    let server = Server::with_the_sample().await;
    let es = "no tenemos la lista de precios del acto «circular-12-2021»: no se puede comparar";
    let en = "we do not hold the list of prices of the act \"circular-12-2021\": it cannot be compared";
    for (path, detail) in
        [("circular-12-2021/diff/circular-10-2020?lang=es", es), ("circular-10-2020/diff/circular-12-2021?lang=en", en)]
    {
        let answer = server.get(&format!("/v1/acts/{path}")).await;
        assert_eq!((answer.status, &answer.json()["detail"]), (404, &Value::from(detail)), "{path}");
    }
    assert_eq!(server.get("/v1/acts/circular-10-2020/diff/circular-06-2013").await.status, 200);
    let page = server.get("/actos/circular-10-2020?desde=circular-12-2021").await;
    assert!(page.status == 200 && page.body.contains("Escoja otro acto para ver qué cambió"), "{}", page.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_medicine_is_found_in_any_spelling() {
    let server = Server::with_the_sample().await;
    for q in ["lantus", "LANTSU", "lanthus", "insulina%20glargina", "A10AE04", "19914312%20-%20020", "19914312"] {
        let found = server.data(&format!("/v1/medicines?q={q}&limit=5")).await;
        let brands: Vec<&str> = found.as_array().unwrap().iter().filter_map(|one| one["brand"].as_str()).collect();
        assert!(brands.first().is_some_and(|brand| brand.contains("LANTUS")), "{q}: {brands:?}");
    }
    let first = server.data("/v1/medicines?q=acetaminofen&limit=1").await;
    assert!(first[0]["ingredients"][0].as_str().unwrap().to_uppercase().contains("ACETAMINOF"));
    assert_eq!(server.data("/v1/medicines?q=zzzzzzzz").await, json!([]));
    assert_eq!(server.get("/v1/medicines/1-1").await.status, 404);
    assert_eq!(server.get("/v1/medicines/abc").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_join_to_the_whole_without_gap_or_repeat() {
    let server = Server::with_the_sample().await;
    for path in [
        "/v1/medicines?", "/v1/medicines?q=losartan&", "/v1/thermometer/groups?", "/v1/thermometer/groups?q=losartan&",
        "/v1/markets?", "/v1/assessments?", "/v1/acts?", "/v1/sources?", "/v1/medicines/19914312-20/prices?",
    ] {
        let whole = server.data(&format!("{path}limit=1000")).await;
        let mut next = format!("{path}limit=7");
        let mut joined = Vec::new();
        loop {
            let answer = server.get(&next).await;
            assert_eq!(answer.status, 200, "{next}: {}", answer.body);
            let body = answer.json();
            joined.extend(body["data"].as_array().unwrap().clone());
            let Some(cursor) = body["meta"]["next_cursor"].as_str() else { break };
            assert!(answer.header("link").is_some_and(|link| link.contains("rel=\"next\"")));
            next = format!("{path}limit=7&cursor={cursor}");
        }
        assert_eq!(joined.len(), whole.as_array().unwrap().len(), "{path}");
        assert!(joined == *whole.as_array().unwrap(), "{path}");
        assert_eq!(server.data(&format!("{path}limit=0")).await, json!([]), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ceilings_name_their_row_and_the_places_they_do_not_bind() {
    let server = Server::with_the_sample().await;
    let answer = server.get("/v1/medicines/19914312-20/ceilings?as_of=2020-06-15").await;
    let body = answer.json();
    assert_eq!(body["data"].as_array().unwrap().len(), 5);
    assert_has!(body["data"][0], {"/source_row/sheet": "PMV_CUM", "/unit_price/amount": "110.17"});
    assert_has!(body["not_bound"][0], {"stage": "final", "state": "no_ceiling_for_this_stage"});
    let csv = server.get("/v1/medicines/19914312-20/ceilings?as_of=2020-06-15&format=csv").await;
    assert_eq!(csv.body.lines().count(), 6);
    let today = server.get("/v1/medicines/19993896-2/ceilings").await.json();
    assert_eq!(today["data"], json!([]));
    assert_eq!(today["not_bound"][0]["reason"], "ceiling_list_out_of_date");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_thermometer_gives_the_published_quartiles_and_levels() {
    let server = Server::with_the_sample().await;
    let group = server.data("/v1/thermometer?concentration=LOSART%C3%81N%2050%20mg&unit=tableta&channel=institutional").await;
    assert_has!(group, {"n": 7, "/p25/amount": "99.575", "/p75/amount": "401.50"});
    let agreement = server.data("/v1/thermometer/agreement").await;
    assert_eq!(agreement["compared"], agreement["agreeing"]);
    assert_eq!(server.get("/v1/thermometer?concentration=nada&unit=tableta&channel=commercial").await.status, 404);
    let reading = server.data("/v1/medicines/90000301-1/thermometer?channel=institutional").await;
    assert_has!(reading, {"channel": "institutional", "level": "low", "n": 7});
    assert_has!(reading, {"no_comparators": false, "few_comparators": false});
    // The only price of its group is neither low nor high, whoever asks.
    let alone = server.data("/v1/medicines/19914312-20/thermometer").await;
    for reading in [&alone, &alone["other_channels"][0]] {
        assert_has!(reading, {"no_comparators": true, "level": null, "n": 1});
    }
    let both = server.data("/v1/medicines/90000301-1/thermometer").await;
    assert_eq!((&both["channel"], &both["other_channels"][0]["channel"]), (&json!("commercial"), &json!("institutional")));
    assert_eq!(server.get("/v1/medicines/1-1/thermometer").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_say_how_many_they_are_where_that_is_known() {
    let server = Server::with_the_sample().await;
    for (path, known) in [
        ("/v1/acts?limit=1000", true),
        ("/v1/acts?limit=2", false),
        ("/v1/validation-rules", true),
        ("/v1/medicines/90000301-1/equivalents?limit=2", true),
        ("/v1/medicines/90000301-1/prices?limit=1", true),
        ("/v1/markets/prices?limit=0", true),
    ] {
        let page = server.get(path).await.json();
        assert_eq!(page["meta"]["total"].is_u64(), known, "{path}: {}", page["meta"]);
        let shown = page["data"].as_array().unwrap().len() as u64;
        assert!(page["meta"]["total"].as_u64().is_none_or(|total| total >= shown), "{path}: {}", page["meta"]);
    }
    let mut path = "/v1/medicines/90000301-1/equivalents?limit=2".to_owned();
    let (mut counted, total) = (0, server.get(&path).await.json()["meta"]["total"].as_u64().unwrap());
    loop {
        let page = server.get(&path).await.json();
        counted += page["data"].as_array().unwrap().len() as u64;
        assert_eq!(page["meta"]["total"], total, "the same on every page");
        let Some(next) = page["meta"]["next_cursor"].as_str() else { break };
        path = format!("/v1/medicines/90000301-1/equivalents?limit=2&cursor={next}");
    }
    assert_eq!(counted, total);
}

#[tokio::test(flavor = "multi_thread")]
async fn equivalents_share_ingredients_strength_and_form_cheapest_first() {
    let server = Server::with_the_sample().await;
    let found = server.data("/v1/medicines/90000301-1/equivalents?channel=commercial&sort=unit_price").await;
    let found = found.as_array().unwrap();
    assert!(!found.is_empty());
    let price = |one: &Value| one["unit_price"]["amount"].as_str().map(|text| text.parse::<rust_decimal::Decimal>().unwrap());
    let prices: Vec<_> = found.iter().filter_map(price).collect();
    assert!(prices.is_sorted());
    assert!(found.iter().all(|one| one["ingredients"] == json!(["LOSARTAN POTASICO"]) && one["form_group"] == "Sólido - Oral"));
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_assessments_sources_and_status_answer() {
    let server = Server::with_the_sample().await;
    let act = server.data("/v1/acts/circular-10-2020?lang=en").await;
    assert_eq!((&act["in_force_from"], &act["repealed_by"]), (&json!("2020-03-28"), &json!("circular-12-2021")));
    assert!(act["subject"].as_str().unwrap().starts_with("Unifies"));
    let diff = server.data("/v1/acts/circular-10-2020/diff/circular-19-2024").await;
    assert!(diff["removed"].as_array().is_some_and(|removed| !removed.is_empty()));
    assert_eq!(server.get("/v1/acts/circular-99-1999").await.status, 404);
    let above = server.data("/v1/assessments?verdict=above&transaction=1&cum=19914312-20").await;
    assert!(above.as_array().unwrap().iter().all(|one| one["verdict"] == "above" && one["transaction"] == "1"));
    let summary = server.data("/v1/assessments/summary").await;
    let total: u64 = summary["verdicts"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!((Some(total), total), (summary["reports"].as_u64(), 325));
    for file in server.data("/v1/sources").await.as_array().unwrap() {
        let count = |name: &str| file[name].as_i64().unwrap();
        assert_eq!(count("rows_read"), count("rows_accepted") + count("rows_quarantined") + count("rows_refused"));
        let faults = server.data(&format!("/v1/sources/{}/faults", file["sha256"].as_str().unwrap())).await;
        assert_eq!(faults.as_array().unwrap().len() as i64, count("rows_quarantined") + count("rows_refused"));
    }
    assert_eq!(server.data("/v1/status").await["reports"], 325);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_answer_costs_a_304_and_languages_differ() {
    let server = Server::with_the_sample().await;
    let path = "/v1/medicines/19914312-20?as_of=2020-06-15";
    let first = server.get(path).await;
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(first.header("cache-control"), Some("public, max-age=600"));
    let again = server.ask("GET", path, &format!("if-none-match: {tag}\r\n"), None).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let head = server.ask("HEAD", path, "", None).await;
    assert_eq!((head.status, head.body.as_str(), head.header("etag")), (200, "", Some(tag.as_str())));
    for (headers, words) in [
        ("accept-language: en\r\n", "It cannot be told whether the price is legal."),
        ("", "No se puede decir si el precio es legal."),
    ] {
        let check = server.ask("GET", "/v1/check?cum=1-1&amount=1&date=2020-06&transaction=1", headers, None).await;
        assert!(check.body.contains(words), "{headers}: {}", check.body);
    }
}

/// What schemathesis found: the document promised refusals that did not come.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_document_does_not_allow_is_refused() {
    let server = Server::with_the_sample().await;
    let drawing = "/v1/medicines/19914312-20/thermometer.svg";
    for (path, status) in [
        (format!("{drawing}?format=json"), 200),
        (format!("{drawing}?format=AAA"), 400),
        ("/v1/changes.atom?format=csv".to_owned(), 406),
        ("/v1/changes?since=000000000000000001".to_owned(), 200),
        ("/v1/changes?since=0000000000000000001".to_owned(), 400),
    ] {
        assert_eq!(server.get(&path).await.status, status, "{path}");
    }
}
