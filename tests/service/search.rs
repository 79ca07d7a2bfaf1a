//! Search over the sample: what is not there is not answered with something else, a guess is marked, and a code is a code.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::server::Server;

/// What a search answers: the items, and what it says beside them.
async fn search(server: &Server, q: &str) -> (Vec<Value>, Value) {
    let encoded: String = q.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let answer = server.get(&format!("/v1/medicines?q={encoded}&limit=20")).await;
    assert_eq!(answer.status, 200, "{q}: {}", answer.body);
    let body = answer.json();
    (body["data"].as_array().unwrap().clone(), body["meta"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_held_is_named_and_nothing_is_answered_instead() {
    let server = Server::with_the_sample().await;
    for (q, unmatched) in [
        ("clexane 60 mg", json!(["clexane"])),
        ("omeprazol 20", json!(["omeprazol"])),
        ("xyzzyq 60", json!(["xyzzyq"])),
        ("xyzzyq 50 mg", json!(["xyzzyq"])),
        ("xyzzyq tableta", json!(["xyzzyq"])),
        ("enoxaparina sodica", json!(["enoxaparina"])),
        ("cozaar", json!(["cozaar"])),
        ("viagra", json!(["viagra"])),
        ("coumadin", json!(["coumadin"])),
        ("vacuna", json!(["vacuna"])),
        ("amoxicilina 500", json!(["amoxicilina"])),
        ("500 mg tabletas", json!([])),
    ] {
        let (found, meta) = search(&server, q).await;
        assert_eq!((found.len(), &meta["unmatched"]), (0, &unmatched), "{q}: {found:?}");
    }
    let (found, meta) = search(&server, "lantus genfar 100").await;
    assert!(!found.is_empty() && found.iter().all(|one| one["partial"] == true), "{found:?}");
    assert_eq!(meta["unmatched"], json!(["genfar"]));
    assert_eq!(
        server.get("/v1/medicines?limit=1").await.json()["meta"]["unmatched"],
        json!(null),
        "of a listing there is nothing to say"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_medicine_says_by_what_it_was_found() {
    let server = Server::with_the_sample().await;
    for (q, part, found_by) in [
        ("lantus", "LANTUS", "exact"),
        ("lantsu", "LANTUS", "spelling"),
        ("paracetamol", "ACETAMINOF", "synonym"),
        ("acetaminophen", "ACETAMINOF", "synonym"),
        ("insulin glargine", "LANTUS", "spelling"),
        ("19914312-20", "LANTUS", "code"),
    ] {
        let (found, _) = search(&server, q).await;
        let first = found.first().unwrap_or_else(|| panic!("{q} finds nothing"));
        let named = format!("{} {}", first["brand"], first["ingredients"]).to_uppercase();
        assert!(named.contains(part), "{q}: {named}");
        assert_eq!((&first["match"], &first["partial"]), (&json!(found_by), &json!(false)), "{q}");
    }
    for inn in ["paracetamol", "acetaminofen", "acetaminophen", "Acetaminofén"] {
        let found = server.data(&format!("/v1/medicines?inn={}&limit=1000", inn.replace('é', "%C3%A9"))).await;
        let found = found.as_array().unwrap();
        assert!(!found.is_empty(), "{inn}");
        assert!(found.iter().all(|one| one["ingredients"].to_string().to_uppercase().contains("ACETAMINOF")), "{inn}: {found:?}");
        assert!(found[0]["match"].is_null(), "a listing finds by nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_a_code_is_looked_up_as_one_or_not_at_all() {
    let server = Server::with_the_sample().await;
    for q in ["19914312-20.", "19914312-20;", "\u{200b}19914312-20", "COL19914312-20", "CUM 19914312-020", "19914312–20"] {
        let (found, meta) = search(&server, q).await;
        assert_eq!((found.len(), &found[0]["cum"], &meta["looked_up_as"]), (1, &json!("19914312-20"), &json!("cum")), "{q}");
    }
    for q in ["2012M-9914262", "INVIMA 2012M-9914262", "9914262"] {
        let (found, meta) = search(&server, q).await;
        assert_eq!(meta["looked_up_as"], "registration", "{q}");
        assert!(!found.is_empty() && found.iter().all(|one| one["registration"] == "INVIMA 2012M-9914262"), "{q}: {found:?}");
    }
    for (q, kind) in [
        ("19914312-20-1", "cum"),
        ("7702605101234", "barcode"),
        ("1K1027361200102", "ium"),
        ("1L1029991000100", "ium"),
        ("2011M-9914262", "registration"),
        ("88888888", "expediente"),
    ] {
        let (found, meta) = search(&server, q).await;
        assert_eq!((found.len(), &meta["looked_up_as"]), (0, &json!(kind)), "{q}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_what_it_did_not_find_in_both_languages() {
    let server = Server::with_the_sample().await;
    for (q, lang, says) in [
        ("omeprazol+20", "es", "No encontramos omeprazol."),
        ("omeprazol+20", "en", "We did not find omeprazol."),
        ("trientina+xyzzyq", "es", "No encontramos xyzzyq."),
        ("lantsu", "es", "¿Quiso decir …?"),
        ("lantsu", "en", "Did you mean …?"),
        ("7702605101234", "es", "Parece un código de barras"),
        ("7702605101234", "en", "It looks like a bar code"),
        ("trientina", "es", "vital no disponible"),
        ("trientina", "en", "vital, not available"),
        ("500+mg", "es", "Escriba al menos tres letras del nombre"),
        ("paracetamol", "es", "es otro nombre de lo que escribió"),
    ] {
        let page = server.get(&format!("/?q={q}&lang={lang}")).await;
        assert!(page.status == 200 && page.body.contains(says), "{q} {lang}: {}", page.body);
    }
    let first = server.get("/v1/medicines?q=lantus&limit=2").await.json();
    let all = server.data("/v1/medicines?q=lantus&limit=1000").await;
    assert_eq!((&first["meta"]["total"], all.as_array().unwrap().len() > 2), (&json!(all.as_array().unwrap().len()), true));
    let page = server.get("/?q=lantus&lang=es").await.body;
    assert!(page.contains("Encontramos") && !page.contains("Quiso decir") && !page.contains("No encontramos"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_thermometer_is_found_by_any_name_and_by_code() {
    let server = Server::with_the_sample().await;
    for q in ["losartan", "lozartan%2050", "Losartan%20Andina", "90000301", "90000301-1"] {
        let found = server.data(&format!("/v1/thermometer/groups?q={q}")).await;
        assert_eq!(found[0]["concentration"], "Losartan 50 mg", "{q}: {found}");
        let link = found[0]["link"].as_str().unwrap();
        assert_eq!(server.data(link).await["n"], found[0]["n"], "{link}");
    }
    let institutional = server.data("/v1/thermometer/groups?q=losartan&channel=institutional").await;
    assert!(institutional.as_array().unwrap().iter().all(|one| one["channel"] == "institutional"));
    let group = &institutional[0];
    assert_eq!((&group["n"], &group["p25"]["amount"], &group["match"]), (&json!(7), &json!("99.575"), &json!("exact")));
    assert_eq!(group["products"].as_array().unwrap().len(), 7);
    let nothing = server.get("/v1/thermometer/groups?q=xyzzyq%2050%20mg").await.json();
    assert_eq!((&nothing["data"], &nothing["meta"]["unmatched"]), (&json!([]), &json!(["xyzzyq"])));
    let whole = server.data("/v1/thermometer/groups?limit=1000").await;
    let keys: Vec<_> = whole.as_array().unwrap().iter().map(|one| one["link"].clone()).collect();
    assert!(keys.len() > 10 && whole[0]["match"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_market_without_a_presentation_is_found_by_name_and_by_id() {
    let server = Server::with_the_sample().await;
    for (q, market) in
        [("trientina", "822"), ("asfotasa%20alfa", "818"), ("818", "818"), ("546B", "546b"), ("insulin%20glargine", "96")]
    {
        let found = server.data(&format!("/v1/markets?q={q}")).await;
        assert_eq!(found[0]["market"], market, "{q}: {found}");
    }
    let trientine = &server.data("/v1/markets?q=trientina").await[0];
    assert_eq!((&trientine["vital_not_available"], &trientine["presentations"]), (&json!(true), &json!(0)));
    assert_eq!(trientine["unit_price"], json!({"amount": "2618.41", "currency": "COP", "per": "regulated_unit"}));
    assert_eq!((&trientine["regulated_unit"], &trientine["act"]), (&json!("mg"), &json!("circular-10-2020")));
    let emergency = &server.data("/v1/markets?q=634").await[0];
    assert_eq!((&emergency["atc"], &emergency["presentations"]), (&json!(["G03AD01", "G03AD02"]), &json!(2)));
    let (all, whole) = (server.data("/v1/markets?limit=7").await, server.data("/v1/markets?limit=1000").await);
    assert_eq!(all.as_array().unwrap().len(), 7);
    assert!(whole.as_array().unwrap().iter().any(|one| one["market"] == "96" && one["presentations"].as_i64().unwrap() > 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_products_with_their_presentations_price_and_level() {
    let server = Server::with_the_sample().await;
    let all = server.data("/v1/medicines?q=losartan&limit=1000").await;
    let all = all.as_array().unwrap();
    let product = |one: &Value| {
        let expediente = one["cum"].as_str().unwrap().split('-').next().unwrap().to_owned();
        (expediente, one["form"].to_string(), one["strength"].to_string())
    };
    let total = all.iter().map(product).collect::<HashSet<_>>().len();
    assert!(total > 1 && total <= 20, "{total}");
    let page = server.get("/?q=losartan&lang=es").await.body;
    assert!(page.contains(&format!("Del 1 al {total} de {total} productos ({} en", all.len())), "{page}");
    for one in all {
        let link = format!("href=\"/medicamentos/{}?lang=es\"", one["cum"].as_str().unwrap());
        assert_eq!(page.matches(&link).count(), 1, "{link}");
    }
    // 90000304-1 stands among the losartan of the sample's thermometer.
    let reading = server.data("/v1/medicines/90000304-1/thermometer").await;
    let level = match reading["level"].as_str().unwrap() {
        "low" => "bajo",
        "high" => "alto",
        _ => "normal",
    };
    let card = page.split("/medicamentos/90000304-1?").nth(1).unwrap().split("</a>").next().unwrap();
    assert!(card.contains(level) && card.contains("por tableta"), "{card}");
    let strength = all[0]["strength"].as_str().unwrap();
    let of_strength = all.iter().filter(|one| one["strength"] == strength).map(product).collect::<HashSet<_>>().len();
    let filtered = server.get(&format!("/?q=losartan&concentracion={}&lang=es", strength.replace(' ', "+"))).await.body;
    assert!(filtered.contains(&format!("de {of_strength} productos")), "{filtered}");
    let listed = server.data(&format!("/v1/medicines?q=losartan&strength={}&limit=1000", strength.replace(' ', "%20"))).await;
    let listed: HashSet<_> = listed.as_array().unwrap().iter().map(product).collect();
    assert!(listed.len() >= of_strength && listed.iter().all(|(_, _, one)| one.contains(strength)), "{listed:?}");
    let forms = server.data("/v1/medicines?form=TABLETA&limit=1000").await;
    let forms = forms.as_array().unwrap();
    assert!(!forms.is_empty() && forms.iter().all(|one| one["form"].to_string().to_uppercase().contains("TABLETA")), "{forms:?}");
    let from_second = server.get("/?q=losartan&desde=1&lang=es").await.body;
    assert!(from_second.contains(&format!("Del 2 al {total} de {total} productos")), "{from_second}");
    let none = server.get("/?q=losartan&forma=nada&lang=es").await.body;
    assert!(none.contains("Ninguno es de esa forma"), "{none}");
}
