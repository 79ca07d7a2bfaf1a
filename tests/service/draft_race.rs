//! Two requests at one draft at the same time: whichever comes first, what is published is what its approver saw.

use std::{future::Future, time::Duration};

use serde_json::json;
use tokio::sync::Barrier;

use crate::{
    client::Answer,
    regulators::{Regulators, cum_of, list},
};

/// Rounds of each pair in each order, and of each pair at once.
const ROUNDS_IN_ORDER: usize = 4;
const ROUNDS_AT_ONCE: usize = 16;

/// Two requests that cannot both have their way.
#[derive(Clone, Copy, Debug)]
enum Pair {
    /// Berta adds rows; Carla approves what was there before.
    UploadAndApproval,
    /// Berta adds rows under one key and approves under the other.
    OwnUploadAndApproval,
    /// Carla and Diego approve.
    TwoApprovals,
    /// Ana withdraws her draft; Carla approves it.
    WithdrawalAndApproval,
    /// Ana adds rows to the approved draft; Carla publishes it.
    UploadAndPublication,
    /// Diego completes a withdrawal that Berta proposed; Carla publishes.
    WithdrawalAndPublication,
    /// Berta and Diego propose a withdrawal: the second one completes it.
    TwoWithdrawals,
}

impl Pair {
    const ALL: [Self; 7] = [
        Self::UploadAndApproval,
        Self::OwnUploadAndApproval,
        Self::TwoApprovals,
        Self::WithdrawalAndApproval,
        Self::UploadAndPublication,
        Self::WithdrawalAndPublication,
        Self::TwoWithdrawals,
    ];

    /// Status and code of both, and the state in which the draft is left: when the first request comes first, and when the second does.
    fn outcomes(self) -> [[&'static str; 3]; 2] {
        match self {
            Self::UploadAndApproval => [["200", "409 stale_version", "draft"], ["409 conflict", "200", "approved"]],
            Self::OwnUploadAndApproval => [["200", "403 second_person_needed", "draft"], ["409 conflict", "200", "approved"]],
            Self::TwoApprovals => [["200", "409 conflict", "approved"], ["409 conflict", "200", "approved"]],
            // Once it is approved her withdrawal is a proposal.
            Self::WithdrawalAndApproval => [["200", "409 conflict", "withdrawn"], ["200", "200", "approved"]],
            Self::UploadAndPublication => [["200", "409 conflict", "draft"], ["409 conflict", "201", "published"]],
            Self::WithdrawalAndPublication => [["200", "409 conflict", "withdrawn"], ["409 conflict", "201", "published"]],
            Self::TwoWithdrawals => [["200", "200", "withdrawn"], ["200", "200", "withdrawn"]],
        }
    }

    fn begins_approved(self) -> bool {
        matches!(self, Self::UploadAndPublication | Self::WithdrawalAndPublication | Self::TwoWithdrawals)
    }
}

fn said(answer: &Answer) -> String {
    match answer.json()["code"].as_str() {
        Some(code) => format!("{} {code}", answer.status),
        None => answer.status.to_string(),
    }
}

/// A draft that both requests are about, and the digest of what its approver looked at.
struct Subject {
    act: String,
    id: String,
    digest: serde_json::Value,
}

async fn prepared(world: &Regulators, pair: Pair, act: String) -> Subject {
    let id = world.drafted(&act).await;
    let digest = world.draft(&id).await["digest"].clone();
    if pair.begins_approved() {
        assert_eq!(world.approve(&world.carla[0], &id).await.status, 200);
    }
    if matches!(pair, Pair::WithdrawalAndPublication) {
        assert_eq!(world.withdraw(0, &world.berta[0], &id).await.status, 200);
    }
    Subject { act, id, digest }
}

/// The pair's first or second request, through a service of its own.
async fn request(world: &Regulators, pair: Pair, subject: &Subject, second: bool) -> Answer {
    let Subject { act, id, digest } = subject;
    let rows = list(act, &[(&format!("{}-2", cum_of(act)), "9,999,999")]);
    match (pair, second) {
        (Pair::UploadAndApproval | Pair::OwnUploadAndApproval, false) => world.upload(0, &world.berta[0], id, &rows, "").await,
        (Pair::OwnUploadAndApproval, true) => world.approve_digest(1, &world.berta[1], id, digest).await,
        (Pair::UploadAndApproval | Pair::TwoApprovals | Pair::WithdrawalAndApproval, true) => {
            world.approve_digest(1, &world.carla[0], id, digest).await
        }
        (Pair::TwoApprovals, false) => world.approve_digest(0, &world.diego[0], id, digest).await,
        (Pair::WithdrawalAndApproval, false) => world.withdraw(0, &world.ana[0], id).await,
        (Pair::UploadAndPublication, false) => world.upload(0, &world.ana[0], id, &rows, "?void_approval=true").await,
        (Pair::UploadAndPublication | Pair::WithdrawalAndPublication, true) => world.publish(1, &world.carla[0], id).await,
        (Pair::WithdrawalAndPublication, false) => world.withdraw(0, &world.diego[0], id).await,
        (Pair::TwoWithdrawals, false) => world.withdraw(0, &world.berta[0], id).await,
        (Pair::TwoWithdrawals, true) => world.withdraw(1, &world.diego[0], id).await,
    }
}

/// While the draft is held elsewhere the one request queues up for it, then the other: they come to it in this order.
async fn in_order<A, B>(world: &Regulators, id: &str, first: A, second: B) -> (Answer, Answer)
where
    A: Future<Output = Answer>,
    B: Future<Output = Answer>,
{
    let mut holder = world.database.import_connection().await.unwrap();
    let held = holder.transaction().await.unwrap();
    held.execute("SELECT id FROM act_draft WHERE id = $1 FOR UPDATE", &[&id]).await.unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let until = async |sessions: i64| {
        while world.number(waiting).await < sessions {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let after_the_first = async {
        until(1).await;
        second.await
    };
    let release = async {
        until(2).await;
        held.commit().await.unwrap();
    };
    let ordered = async { tokio::join!(first, after_the_first, release) };
    let (first, second, ()) =
        tokio::time::timeout(Duration::from_secs(60), ordered).await.expect("both requests wait for the draft");
    (first, second)
}

/// The statuses are those of one order; what became law is what its approver saw.
async fn settled(world: &Regulators, pair: Pair, subject: &Subject, answers: [&Answer; 2], order: Option<usize>) {
    let draft = world.draft(&subject.id).await;
    let state = draft["state"].as_str().unwrap().to_owned();
    let seen = [said(answers[0]), said(answers[1]), state.clone()];
    let outcomes = pair.outcomes();
    let expected = order.map_or(&outcomes[..], |order| &outcomes[order..=order]);
    assert!(expected.iter().any(|outcome| *outcome == seen), "{pair:?} {order:?}: {seen:?}, not {expected:?}");
    let id = &subject.id;
    if ["approved", "published"].contains(&state.as_str()) {
        assert_eq!(draft["digest"], subject.digest, "{pair:?}: approved is what was seen");
        assert_eq!(draft["ceilings"], 1, "{pair:?}");
        assert_eq!(draft["history"].as_array().unwrap().iter().filter(|one| one["step"] == "approved").count(), 1);
    }
    if state == "published" {
        let rows = format!(
            "SELECT count(*) FROM ceiling c JOIN act_publication p ON p.source_file_id = c.source_file_id
             WHERE p.draft_id = '{id}' AND c.amount = 1000 AND p.content_digest = '{}'",
            subject.digest.as_str().unwrap()
        );
        let all = format!(
            "SELECT count(*) FROM ceiling c JOIN act_publication p ON p.source_file_id = c.source_file_id WHERE p.draft_id = '{id}'"
        );
        assert_eq!((world.number(&rows).await, world.number(&all).await), (1, 1), "{pair:?}: rows that the approver did not see");
    } else {
        assert_eq!(world.number(&format!("SELECT count(*) FROM act_publication WHERE draft_id = '{id}'")).await, 0);
    }
    let own =
        "SELECT count(*) FROM act_draft d JOIN act_draft_contributor c ON c.draft_id = d.id AND c.principal_id = d.approved_by";
    assert_eq!(world.number(own).await, 0, "{pair:?}: approved by a contributor");
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_comes_first_only_what_was_seen_is_published() {
    let world = Regulators::arrive("draft_race").await;
    let mut number = 100;
    let mut act = || {
        number += 1;
        format!("Circular {number} de 2027")
    };
    for pair in Pair::ALL {
        for order in [0, 1].repeat(ROUNDS_IN_ORDER) {
            let subject = prepared(&world, pair, act()).await;
            let one = request(&world, pair, &subject, false);
            let other = request(&world, pair, &subject, true);
            let (one, other) = if order == 0 {
                in_order(&world, &subject.id, one, other).await
            } else {
                let (other, one) = in_order(&world, &subject.id, other, one).await;
                (one, other)
            };
            settled(&world, pair, &subject, [&one, &other], Some(order)).await;
        }
        for _ in 0..ROUNDS_AT_ONCE {
            let subject = prepared(&world, pair, act()).await;
            let start = Barrier::new(2);
            let at_once = async |second: bool| {
                start.wait().await;
                request(&world, pair, &subject, second).await
            };
            let (one, other) = tokio::join!(at_once(false), at_once(true));
            settled(&world, pair, &subject, [&one, &other], None).await;
        }
    }
    assert_eq!(json!(number - 100), json!(Pair::ALL.len() * (2 * ROUNDS_IN_ORDER + ROUNDS_AT_ONCE)));
}
