//! Decisions that take two persons: each is tried by one person in every way, and then made by two.

use futures_util::{StreamExt, future::join_all, stream};
use serde_json::{Value, json};
use termometro::{
    domain::{
        access::principal::{Actor, PrincipalKind},
        law::two_persons::Decision,
    },
    http::access::permissions::TABLE,
    workflow::access::keys::{Holder, NewKey},
};

use crate::{
    cases::{self, World},
    client::Answer,
    expected::{Expected, audited, column},
    people,
    regulators::{Regulators, cum_of, fresh, list},
    server::Server,
};

/// How one person tries to be two.
#[derive(Clone, Copy, Debug)]
enum Attempt {
    /// With another key of the same principal.
    SecondKey,
    /// Having added rows to what somebody else drafted.
    ContributorByUpload,
    /// Having had a part in it after a decision was made once.
    ContributorAfterApproval,
    /// With both keys in one instant.
    TwoAtOnce,
}

const ATTEMPTS: [Attempt; 4] =
    [Attempt::SecondKey, Attempt::ContributorByUpload, Attempt::ContributorAfterApproval, Attempt::TwoAtOnce];

/// Requests that must be refused, by whom; and the one that must not.
struct Tried {
    path: String,
    body: Value,
    refused: Vec<String>,
    allowed: String,
    /// Member of the allowed answer, and what it says.
    made: (&'static str, Value),
    /// Where what is decided on is read.
    subject: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn no_decision_of_two_persons_is_made_by_one() {
    let acts = Regulators::arrive("two_persons").await;
    let cases = World::on(cases::filled("two_persons_cases", cases::LANTUS).await).await;
    let me = cases.get(&cases.ana, "/v1/me").await.data(200);
    let holder = Holder::Known(me["principal"].as_str().unwrap().to_owned());
    let new = NewKey { holder, scopes: None, days: 60 };
    let second = people::made(&cases.workflow, &cases.admin, &new, cases::instant(cases::TODAY)).await.key.reveal();
    let mut tried = 0;
    for decision in Decision::ALL {
        assert!(TABLE.iter().any(|(operation, ..)| *operation == decision.operation()), "{decision:?}");
        for attempt in ATTEMPTS {
            let act = format!("Circular {} de 2027", 100 + tried);
            let (server, one) = match decision {
                Decision::ApproveActDraft => (&acts.servers[0], approving(&acts, &act, attempt).await),
                Decision::WithdrawActDraft => (&acts.servers[0], withdrawing(&acts, &act, attempt).await),
                Decision::ConfirmCase => (&cases.later, confirming(&cases, &second, attempt).await),
                Decision::ConfirmKey => (&acts.servers[0], confirming_key(&acts, tried, attempt).await),
            };
            holds(server, &format!("{decision:?} {attempt:?}"), &one, matches!(attempt, Attempt::TwoAtOnce)).await;
            tried += 1;
        }
    }
    assert_eq!(tried, Decision::ALL.len() * ATTEMPTS.len());
}

/// Every refused request changes nothing, and the allowed one is answered as it should.
async fn holds(server: &Server, what: &str, tried: &Tried, at_once: bool) {
    let Tried { path, body, refused, allowed, made, subject } = tried;
    let reader = allowed;
    let before = server.get_as(reader, subject).await.data(200);
    let tries = refused.iter().map(async |who| server.post_as(who, &fresh(), path, body).await);
    let answers: Vec<Answer> = if at_once { join_all(tries).await } else { stream::iter(tries).then(|one| one).collect().await };
    assert!(answers.len() >= 2, "{what}");
    for answer in answers {
        assert_eq!((answer.status, &answer.json()["code"]), (403, &json!("second_person_needed")), "{what}: {}", answer.body);
    }
    assert_eq!(before, server.get_as(reader, subject).await.data(200), "{what} left something behind");
    let answer = server.post_as(allowed, &fresh(), path, body).await;
    assert_eq!(answer.data(200)[made.0], made.1, "{what}: {}", answer.body);
}

/// A draft by Ana, and who of those with a part in it tries to approve it.
async fn approving(world: &Regulators, act: &str, attempt: Attempt) -> Tried {
    let id = world.drafted(act).await;
    let cum = |consecutive: i32| format!("{}-{consecutive}", cum_of(act));
    let rows = |consecutive: i32| list(act, &[(&cum(consecutive), "1,005,000")]);
    let refused = match attempt {
        Attempt::SecondKey => world.ana.to_vec(),
        Attempt::ContributorByUpload => {
            done(&world.upload(0, &world.berta[0], &id, &rows(2), "").await);
            world.berta.to_vec()
        }
        Attempt::ContributorAfterApproval => {
            done(&world.approve(&world.carla[0], &id).await);
            world.upload(0, &world.carla[0], &id, &rows(2), "").await.problem(409, "conflict");
            done(&world.upload(0, &world.carla[0], &id, &rows(2), "?void_approval=true").await);
            [world.carla.to_vec(), world.ana.to_vec()].concat()
        }
        Attempt::TwoAtOnce => {
            done(&world.upload(0, &world.berta[0], &id, &rows(2), "").await);
            [world.ana.to_vec(), world.berta.to_vec()].concat()
        }
    };
    let body = json!({"digest": world.draft(&id).await["digest"], "reason": "revisado"});
    let path = format!("/v1/act-drafts/{id}/approval");
    let made = ("approved_by", json!("Diego"));
    Tried { path, body, refused, allowed: world.diego[0].clone(), made, subject: format!("/v1/act-drafts/{id}") }
}

/// An approved draft whose withdrawal somebody proposed, and tries to complete.
async fn withdrawing(world: &Regulators, act: &str, attempt: Attempt) -> Tried {
    let id = world.drafted(act).await;
    let rows = list(act, &[(&format!("{}-2", cum_of(act)), "1,005,000")]);
    if matches!(attempt, Attempt::ContributorByUpload) {
        done(&world.upload(0, &world.berta[0], &id, &rows, "").await);
    }
    done(&world.approve(&world.carla[0], &id).await);
    let proposer = match attempt {
        Attempt::SecondKey | Attempt::ContributorByUpload => &world.berta,
        Attempt::ContributorAfterApproval => {
            // What was proposed before the content changed lapses with the approval.
            done(&world.withdraw(0, &world.berta[0], &id).await);
            done(&world.upload(0, &world.ana[0], &id, &rows, "?void_approval=true").await);
            assert_eq!(world.draft(&id).await["withdrawal_proposed_by"], Value::Null);
            done(&world.approve(&world.carla[1], &id).await);
            &world.ana
        }
        Attempt::TwoAtOnce => &world.carla,
    };
    assert_eq!(world.withdraw(1, &proposer[0], &id).await.data(200)["state"], "approved");
    let (path, body) = (format!("/v1/act-drafts/{id}/withdrawal"), json!({"reason": "no hace falta"}));
    let made = ("withdrawn_by", json!("Diego"));
    let subject = format!("/v1/act-drafts/{id}");
    Tried { path, body, refused: proposer.to_vec(), allowed: world.diego[0].clone(), made, subject }
}

/// A case that Ana proposed to confirm, and tries to confirm.
async fn confirming(world: &World, second: &str, attempt: Attempt) -> Tried {
    let id = world.get(&world.ana, "/v1/cases?state=suspected").await.data(200)[0]["id"].as_str().unwrap().to_owned();
    world.step(&world.now, &world.ana, &id, "notified").await.data(200);
    let propose = async || {
        assert_eq!(world.step(&world.later, &world.ana, &id, "confirmed").await.data(200)["proposed"], true);
    };
    if matches!(attempt, Attempt::ContributorByUpload) {
        // What comes into a case comes from its seller; the proposal that did not know of it lapses.
        propose().await;
        assert_eq!(cases::replied(&world.later, &world.seller, &id, "El precio incluye cinco unidades.").await.status, 201);
    }
    propose().await;
    if matches!(attempt, Attempt::ContributorAfterApproval) {
        assert_eq!(cases::replied(&world.later, &world.seller, &id, "Devolvimos la diferencia.").await.status, 201);
        propose().await;
    }
    let version = world.case(&id).await["version"].clone();
    let body = json!({"to": "confirmed", "reason": "visto el expediente", "version": version});
    let (path, subject) = (format!("/v1/cases/{id}/transitions"), format!("/v1/cases/{id}"));
    let made = ("state", json!("confirmed"));
    Tried { path, body, refused: vec![world.ana.clone(), second.to_owned()], allowed: world.luis.clone(), made, subject }
}

/// A regulator's key that one operator made, and tries to confirm alone.
async fn confirming_key(world: &Regulators, number: usize, attempt: Attempt) -> Tried {
    let (workflow, now) = (&world.people.workflow, people::now());
    let key = async |by: &Actor, holder: Holder| {
        let made = workflow.create_key(by, &NewKey { holder, scopes: None, days: 30 }, now).await.unwrap();
        (made.key.reveal(), made)
    };
    let person = |kind, name: &str| Holder::New { kind, name: format!("{name} {number}"), company: None };
    // An operator with two keys, made by another than the one who confirms at last.
    let (own, principal) = key(&world.people.admin, person(PrincipalKind::Operator, "Marina")).await;
    let (again, _) = key(&world.people.admin, Holder::Known(principal.principal.clone())).await;
    let maker = workflow.actor(&own, now).await.unwrap().unwrap();
    let (_, pending) = key(&maker, person(PrincipalKind::Regulator, "Elena")).await;
    let refused = match attempt {
        Attempt::SecondKey => vec![own, again],
        // With the key of an operator that she made herself.
        Attempt::ContributorByUpload => vec![key(&maker, person(PrincipalKind::Operator, "Hecho")).await.0, own],
        // With one of an operator whom that one made.
        Attempt::ContributorAfterApproval => {
            let (first, _) = key(&maker, person(PrincipalKind::Operator, "Primero")).await;
            let first = workflow.actor(&first, now).await.unwrap().unwrap();
            let (second, _) = key(&first, person(PrincipalKind::Operator, "Segundo")).await;
            vec![second, own]
        }
        Attempt::TwoAtOnce => vec![own, again, key(&maker, person(PrincipalKind::Operator, "Otro")).await.0],
    };
    let body = json!({"holder": format!("Elena {number}"), "reason": "la conozco"});
    let path = format!("/v1/api-keys/{}/confirmation", pending.key.id);
    let made = ("principal", json!(pending.principal));
    Tried { path, body, refused, allowed: world.ana[0].clone(), made, subject: "/v1/me".to_owned() }
}

fn done(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// The refusal has one way in, so that what is refused with it stands in the list of decisions.
#[test]
fn the_refusal_is_made_in_one_place() {
    let mut naming = Vec::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs")
                && std::fs::read_to_string(&path).unwrap().contains("\"second_person_needed\"")
            {
                naming.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    naming.sort();
    assert_eq!(naming, ["error.rs", "problem_kind.rs"]);
}

/// The way around two persons that was found: rows uploaded into somebody else's draft, and approved by who uploaded them.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_uploads_into_anothers_draft_does_not_approve_it() {
    let world = Regulators::arrive("uploader_approves").await;
    let (act, server) = ("Circular 31 de 2027", &world.servers[0]);
    let id = world.drafted(act).await;
    let first = world.draft(&id).await["digest"].clone();
    let rows = list(act, &[("20151854-1", "9,999,999"), ("20151854-2", "9,999,999"), ("20151854-3", "9,999,999")]);
    assert_eq!(world.upload(0, &world.berta[0], &id, &rows, "").await.data(200)["taken"], 3);
    for who in [&world.berta[0], &world.berta[1], &world.ana[0], &world.ana[1]] {
        world.approve(who, &id).await.problem(403, "second_person_needed");
        assert_eq!(world.publish(0, who, &id).await.status, 409);
    }
    assert_eq!(server.get("/v1/acts/circular-31-2027").await.status, 404);
    let shown = world.draft(&id).await;
    let names = |list: &Value| {
        let of = |one: &Value| format!("{} {}", one["name"].as_str().unwrap(), one["kind"].as_str().unwrap());
        list.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(names(&shown["contributors"]), ["Ana created", "Berta uploaded"]);
    assert_eq!((&shown["contributors"][0]["digest"], &shown["contributors"][1]["digest"]), (&first, &shown["digest"]));

    done(&world.approve(&world.carla[0], &id).await);
    world.publish(0, &world.carla[0], &id).await.data(201);

    // Who did what: by name for who may read drafts, by number for all, and in the audit log.
    let step = |one: &Value| format!("{} {}", one["step"].as_str().unwrap(), one["by"].as_str().unwrap());
    let history: Vec<String> = world.draft(&id).await["history"].as_array().unwrap().iter().map(step).collect();
    assert_eq!(history, ["created Ana", "uploaded Berta", "approved Carla", "published Carla"]);
    let public = server.data("/v1/acts/circular-31-2027").await["history"].take();
    let step = |one: &Value| format!("{} {}", one["step"].as_str().unwrap(), one["person"]);
    let steps: Vec<String> = public[0]["steps"].as_array().unwrap().iter().map(step).collect();
    assert_eq!(steps, ["created 1", "uploaded 2", "approved 3", "published 3"]);
    assert_has!(public[0], {"draft": id, "digest": shown["digest"]});
    assert!(!public.to_string().contains("Berta"), "names of persons are not public: {public}");
    let audit = server.get_as(&world.people.auditor, "/v1/audit?limit=1000").await.data(200);
    for action in ["upload_draft_list", "approve_act_draft", "publish_act"] {
        let mut entries = audit.as_array().unwrap().iter().filter(|one| one["action"] == action && one["subject"] == json!(id));
        let details = entries.next().unwrap_or_else(|| panic!("{action} is not in {audit}"))["details"].clone();
        assert_eq!(names(&details["contributors"]), ["Ana created", "Berta uploaded"], "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_voided_by_name_and_only_by_who_has_a_part_in_it() {
    let world = Regulators::arrive("approval_voided").await;
    let act = "Circular 32 de 2027";
    let id = world.drafted(act).await;
    let rows = |consecutive: i32| list(act, &[(&format!("{}-{consecutive}", cum_of(act)), "1,005,000")]);
    done(&world.approve(&world.carla[0], &id).await);
    let approved = world.draft(&id).await;
    world.upload(0, &world.diego[0], &id, &rows(2), "?void_approval=true").await.problem(403, "forbidden");
    // An upload without a row of this act adds nothing, so it voids nothing and makes no contributor.
    let other = list("Circular 99 de 2027", &[("30000099-1", "1,005,000")]);
    assert_eq!(world.upload(0, &world.ana[0], &id, &other, "?void_approval=true").await.data(200)["taken"], 0);
    assert_eq!(world.draft(&id).await, approved);

    done(&world.upload(0, &world.ana[0], &id, &rows(2), "?void_approval=true").await);
    let voided = world.draft(&id).await;
    // One ceiling of before, and the three columns of the row that came.
    assert_has!(voided, {"state": "draft", "approved_by": null, "ceilings": 4});
    assert_eq!(column(&voided["history"], "step"), ["created", "approved", "approval_voided", "uploaded"]);
    assert_eq!(world.publish(0, &world.carla[0], &id).await.status, 409);
    // What the approver saw is not what there is now.
    world.approve_digest(0, &world.carla[0], &id, &approved["digest"]).await.problem(409, "stale_version");
    done(&world.approve(&world.carla[0], &id).await);
    assert_eq!(world.publish(0, &world.carla[0], &id).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_drafter_withdraws_a_draft_alone_and_only_before_it_is_approved() {
    let world = Regulators::arrive("withdrawn").await;
    let own = world.drafted("Circular 33 de 2027").await;
    let withdraw = async |who: &str, id: &str| world.withdraw(0, who, id).await;
    assert_has!(withdraw(&world.ana[1], &own).await.data(200), {"state": "withdrawn", "withdrawn_by": "Ana"});
    assert_eq!(withdraw(&world.ana[0], &own).await.status, 409);

    // Somebody else's: proposed by one and completed by another, who may be the drafter.
    let others = world.drafted("Circular 34 de 2027").await;
    let proposed = withdraw(&world.berta[0], &others).await.data(200);
    assert_has!(proposed, {"state": "draft", "withdrawal_proposed_by": "Berta"});
    withdraw(&world.berta[1], &others).await.problem(403, "second_person_needed");
    // An approval in between voids what was proposed.
    done(&world.approve(&world.carla[0], &others).await);
    assert_eq!(world.draft(&others).await["withdrawal_proposed_by"], Value::Null);
    let alone = withdraw(&world.ana[0], &others).await.data(200);
    assert_has!(alone, {"state": "approved", "withdrawal_proposed_by": "Ana"}, "approved: not alone");
    assert_has!(withdraw(&world.berta[0], &others).await.data(200), {"state": "withdrawn", "withdrawn_by": "Berta"});
    let actions = audited(&world.servers[0], &world.people.auditor, &others).await;
    let propose = "propose_act_draft_withdrawal";
    assert_eq!(actions, ["create_act_draft", propose, "approve_act_draft", propose, "withdraw_act_draft"]);
}

/// What the program refuses the database refuses too, whoever sends the statement.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_the_rule_itself() {
    let world = Regulators::arrive("rule_in_database").await;
    let act = "Circular 35 de 2027";
    let (id, other) = (world.drafted(act).await, world.drafted("Circular 36 de 2027").await);
    let row = list(act, &[(&format!("{}-2", cum_of(act)), "1,005,000")]);
    done(&world.upload(0, &world.berta[0], &id, &row, "").await);
    done(&world.approve(&world.carla[0], &other).await);
    let client = world.database.import_connection().await.unwrap();
    client.batch_execute("SET ROLE NONE").await.unwrap();
    let person = |name: &str| format!("(SELECT id FROM principal WHERE name = '{name}')");
    let approve = |name: &str| {
        format!("UPDATE act_draft SET state = 'approved', approved_by = {}, approved_at = now() WHERE id = '{id}'", person(name))
    };
    let withdraw = |set: &str, id: &str| format!("UPDATE act_draft SET state = 'withdrawn'{set} WHERE id = '{id}'");
    let by = |name: &str| format!(", withdrawn_by = {}, withdrawn_at = now()", person(name));
    let contribute = |id: &str| {
        format!(
            "INSERT INTO act_draft_contributor (draft_id, principal_id, contribution, at, digest_after)
             VALUES ('{id}', {}, 'uploaded', now(), repeat('0', 64))",
            person("Diego")
        )
    };
    let refused = [
        (approve("Ana"), "23514", "act_draft_approver_is_no_contributor"),
        (approve("Berta"), "23514", "act_draft_approver_is_no_contributor"),
        (format!("UPDATE act_draft SET content_digest = repeat('0', 64) WHERE id = '{id}'"), "23514", "act_draft_content_has_contributor"),
        (withdraw("", &id), "23514", "act_draft_withdrawn_by_two"),
        (withdraw(&by("Berta"), &id), "23514", "act_draft_withdrawn_by_two"),
        (withdraw(&by("Ana"), &other), "23514", "act_draft_withdrawn_by_two"),
        (format!("UPDATE act_draft SET state = 'published', approved_by = {}, approved_at = now() WHERE id = '{id}'", person("Diego")), "42501", ""),
        (format!("UPDATE act_draft SET approved_by = {} WHERE id = '{other}'", person("Diego")), "42501", ""),
        (format!("UPDATE act_draft SET content_digest = repeat('0', 64) WHERE id = '{other}'"), "42501", ""),
        (contribute(&other), "42501", ""),
        ("UPDATE act_draft_contributor SET principal_id = principal_id".to_owned(), "42501", ""),
        ("DELETE FROM act_draft_contributor".to_owned(), "42501", ""),
        ("TRUNCATE act_draft_contributor".to_owned(), "42501", ""),
        ("UPDATE act_draft_decision SET principal_id = principal_id".to_owned(), "42501", ""),
        ("DELETE FROM act_draft_decision".to_owned(), "42501", ""),
        ("TRUNCATE act_draft_decision".to_owned(), "42501", ""),
        (
            "INSERT INTO act_draft SELECT 'dNEW0000000', act_id, title, issued_on, published_in, valid_from, subject_es, subject_en, source, supersedes,
                reason, 'approved', content_digest, drafted_by, drafted_at, approved_by, approved_at FROM act_draft WHERE state = 'approved'"
                .to_owned(),
            "42501",
            "",
        ),
    ];
    for (sql, code, constraint) in refused {
        let error = client.execute(&sql, &[]).await.unwrap_err();
        let error = error.as_db_error().unwrap_or_else(|| panic!("{sql}: {error}"));
        assert_eq!(error.code().code(), code, "{sql}: {error}");
        assert_eq!(error.constraint().unwrap_or_default(), constraint, "{sql}");
    }
    // And it lets the honest way pass.
    client.execute(&approve("Diego"), &[]).await.unwrap();
    assert_eq!(world.publish(0, &world.diego[0], &id).await.status, 201);
}
