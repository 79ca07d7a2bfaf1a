//! Corrections of drafts: rows put in place of others, by somebody who then does not approve; and acts that are published after a consultation, or with a
//! public reason for none.

use serde_json::{Value, json};

use crate::{
    cases::World,
    client::Answer,
    consultations::{approved, commented, cum, line, opened, replied, reply},
    expected::{Expected, column},
    regulators::{Regulators, cum_of, fresh},
    server::Server,
};

async fn revised(server: &Server, who: &str, id: &str, body: &Value) -> Answer {
    server.post_as(who, &fresh(), &format!("/v1/act-drafts/{id}/revisions"), body).await
}

async fn published(server: &Server, who: &str, id: &str, none: Option<&str>) -> Answer {
    let body = json!({"reason": "aprobado", "no_consultation_reason": none});
    server.post_as(who, &fresh(), &format!("/v1/act-drafts/{id}/publication"), &body).await
}

fn ceiling(cum: &str, amount: &str) -> Value {
    json!({"cum": cum, "column": "institutional", "amount": {"amount": amount, "currency": "COP", "per": "pack"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_corrects_a_draft_does_not_approve_it() {
    let world = Regulators::arrive("draft_revised").await;
    let (act, server) = ("Circular 51 de 2027", &world.servers[0]);
    let id = world.drafted(act).await;
    let before = world.draft(&id).await;
    let cum = format!("{}-1", cum_of(act));
    let reason = "el acta dice otro precio";
    let change = json!({"ceilings": [ceiling(&cum, "1234.50")], "reason": reason});
    let after = revised(server, &world.berta[0], &id, &change).await.data(200);
    assert_ne!(after["digest"], before["digest"]);
    assert_eq!((&after["ceilings"], &after["valid_from"]), (&before["ceilings"], &before["valid_from"]));
    assert_eq!(column(&after["history"], "step"), ["created", "revised"]);
    let rows = server.get_as(&world.berta[0], &format!("/v1/act-drafts/{id}/ceilings")).await.data(200);
    assert_eq!((&rows[0]["cum"], &rows[0]["amount"]["amount"]), (&json!(cum), &json!("1234.50")), "{rows}");
    revised(server, &world.berta[0], &id, &change).await.problem(409, "conflict");
    for (body, status, code) in [
        (json!({"remove_ceilings": [{"cum": "1-1", "column": "institutional"}], "reason": reason}), 422, "unprocessable"),
        (json!({"remove_markets": ["96"], "reason": reason}), 422, "unprocessable"),
        (json!({"ceilings": [ceiling(&cum, "1,5")], "reason": reason}), 400, "bad_body"),
        (json!({"ceilings": [ceiling(&cum, "5")]}), 400, "bad_body"),
        (json!({"valid_from": "1989-01-01", "reason": reason}), 400, "bad_body"),
    ] {
        revised(server, &world.ana[0], &id, &body).await.problem(status, code);
    }
    assert_eq!(revised(server, &world.people.auditor, &id, &change).await.status, 403);
    let moved = revised(server, &world.ana[0], &id, &json!({"valid_from": "2027-03-01", "reason": reason})).await.data(200);
    assert_eq!(moved["valid_from"], "2027-03-01");
    for who in [&world.berta[0], &world.ana[0]] {
        world.approve(who, &id).await.problem(403, "second_person_needed");
    }
    world.approve(&world.carla[0], &id).await.data(200);
    revised(server, &world.ana[0], &id, &change).await.problem(409, "conflict");
    published(server, &world.carla[0], &id, None).await.problem(409, "consultation_needed");
    published(server, &world.carla[0], &id, Some("  ")).await.problem(400, "bad_body");
    published(server, &world.carla[0], &id, Some("urgente")).await.data(201);
    let history = server.data("/v1/acts/circular-51-2027").await["history"][0].clone();
    assert_eq!((&history["no_consultation_reason"], &history["consultation"]), (&json!("urgente"), &Value::Null), "{history}");
    assert_eq!(column(&history["steps"], "step"), ["created", "revised", "revised", "approved", "published"]);
    let page = server.get("/actos/circular-51-2027").await.body;
    assert!(page.contains("Razón pública: urgente"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_comment_changed_is_approved_and_published_without_a_reason() {
    let (world, id): (World, String) = opened("consultation_to_law").await;
    let (first, _) = commented(&world, &id, &line(&id, 1, 1), "El envase tiene 30 tabletas.").await;
    let changed = [format!("ceiling/{}/institutional", cum(1))];
    let accepted = reply(&[&first], "accepted", &changed);
    replied(&world.now, &world.ana, &id, &accepted).await.problem(422, "unprocessable");
    let change = json!({"ceilings": [ceiling(&cum(1), "1500.00")], "reason": "lo dice un comentario"});
    revised(&world.now, &world.ana, &id, &change).await.data(200);
    let shown = world.now.data(&format!("/v1/consultation-comments/{first}")).await;
    assert_eq!(shown["fate"], "changed", "a comment stays on its version: {shown}");
    approved(&world, &world.later, &world.luis, &id).await.problem(409, "comments_without_reply");
    replied(&world.now, &world.ana, &id, &accepted).await.data(201);
    // Changed back, what was accepted does not show any more.
    let back = json!({"ceilings": [ceiling(&cum(1), "1000")], "reason": "se deshace"});
    revised(&world.now, &world.ana, &id, &back).await.data(200);
    approved(&world, &world.later, &world.luis, &id).await.problem(409, "acceptance_not_shown");
    revised(&world.now, &world.ana, &id, &change).await.data(200);
    approved(&world, &world.later, &world.luis, &id).await.data(200);
    published(&world.later, &world.luis, &id, Some("urgente")).await.problem(409, "conflict");
    let done = published(&world.later, &world.luis, &id, None).await.data(201);
    let act = done["act"].as_str().unwrap();
    let history = world.later.data(&format!("/v1/acts/{act}")).await["history"][0].clone();
    assert_eq!((&history["consultation"], &history["no_consultation_reason"]), (&json!(id), &Value::Null), "{history}");
}
