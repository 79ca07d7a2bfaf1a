//! Signing in by an identity provider: who is linked has the session that a key would give; whatever else comes back begins nothing.

use std::sync::Arc;

use jiff::civil::date;
use serde_json::json;
use termometro::{
    domain::{access::principal::Actor, identifier::api_key::ApiKey},
    outbound::oidc::provider::IdentityProvider,
    store::postgres::database::Database,
    workflow::{
        Workflow,
        access::identities::{LinkedIdentity, NewIdentity},
        common::error::WorkflowError,
    },
};
use url::Url;

use crate::{
    client::Answer,
    identity_provider::{FakeProvider, Mishap},
    operating,
    pages::text,
    people::{self, People},
    regulators::fresh,
    server::Server,
    sessions::{HERE, OURS, cookie, field, is_sign_in, open, post, shown},
    stage::read_model,
    support,
};

const START: &str = "/trabajo/entrar/proveedor";

struct World {
    database: Database,
    people: People,
}

impl World {
    async fn new(name: &'static str) -> Self {
        let database = people::sample(name).await;
        Self { people: People::arrive(database.clone()).await, database }
    }

    /// A service whose people may sign in by this provider.
    async fn served(&self, provider: &FakeProvider) -> Server {
        let provider = IdentityProvider::new(provider.settings()).unwrap();
        let workflow = support::workflow(self.database.clone()).with_provider(Some(provider));
        Server::with_workflow(read_model(&self.database), workflow, Arc::new(|| (people::now(), date(2026, 11, 23)))).await
    }

    fn workflow(&self) -> &Workflow {
        &self.people.workflow
    }

    async fn principal(&self, key: &str) -> String {
        let row = "SELECT principal_id FROM api_key WHERE id = $1";
        let id = ApiKey::parse(key).unwrap().id;
        self.database.import_connection().await.unwrap().query_one(row, &[&id]).await.unwrap().get(0)
    }

    async fn link(&self, provider: &FakeProvider, key: &str, subject: &str) -> Result<LinkedIdentity, &'static str> {
        let new = NewIdentity {
            principal: self.principal(key).await,
            issuer: provider.issuer(),
            subject: subject.to_owned(),
            scopes: None,
            days: 30,
        };
        refusal(self.workflow().link_identity(&self.people.admin, &new, people::now()).await)
    }

    async fn sessions(&self) -> i64 {
        support::number(&self.database, "SELECT count(*) FROM browser_session").await
    }
}

fn refusal<T>(outcome: Result<T, WorkflowError>) -> Result<T, &'static str> {
    outcome.map_err(|error| match error {
        WorkflowError::Refused(refusal) => refusal.code,
        other => panic!("{other:?}"),
    })
}

/// The button is pressed.
async fn set_out(server: &Server, cookies: &str, fields: &[(&str, &str)]) -> Answer {
    post(server, START, &format!("{HERE}{OURS}{cookies}"), fields).await
}

/// Where the page leads to.
fn way(page: &Answer) -> Url {
    assert_eq!(page.status, 200, "{}", page.body);
    let start = "http-equiv=\"refresh\" content=\"0; url=";
    let at = page.body.find(start).unwrap_or_else(|| panic!("leads nowhere: {}", page.body)) + start.len();
    let address = page.body[at..].split('"').next().unwrap();
    Url::parse(&address.replace("&#x2f;", "/").replace("&amp;", "&")).unwrap()
}

async fn come_back(server: &Server, cookies: &str, query: &str) -> Answer {
    let headers = format!("{HERE}cookie: {cookies}\r\nsec-fetch-site: cross-site\r\n");
    server.ask("GET", &format!("/trabajo/entrar/vuelta?{query}"), &headers, None).await
}

/// All of it: there and back.
async fn sign_in(server: &Server, provider: &FakeProvider, subject: &str) -> Answer {
    let page = set_out(server, "", &[("volver", "/trabajo/sesiones")]).await;
    come_back(server, &cookie(&page), &provider.authorize(&way(&page), subject, 30)).await
}

fn is_begun(answer: &Answer) -> String {
    assert_eq!((answer.status, answer.header("location")), (303, Some("/trabajo/sesiones?lang=es")), "{}", answer.body);
    assert!(answer.header("set-cookie").unwrap().starts_with("tmo_session="), "{}", answer.head);
    cookie(answer)
}

/// A page that says so, and no session.
fn is_refused(answer: &Answer, status: u16, words: &str, what: &str) {
    let page = text(&answer.body);
    assert!(answer.status == status && page.contains(words), "{what}: {} {page}", answer.status);
    let set = answer.header("set-cookie").unwrap_or_default();
    assert!(set.is_empty() || set.starts_with("tmo_sign_in=;"), "{what}: {set}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
    assert!(!answer.body.contains("code-"), "{what}: the answer of the provider stands in no link");
}

const INVALID: &str = "no es válido";
const UNAVAILABLE: &str = "no responde";
const DENIED: &str = "no confirmó quién es usted";
const OVER: &str = "no es de este navegador";

#[tokio::test(flavor = "multi_thread")]
async fn who_is_linked_has_the_session_that_a_key_gives_also_after_the_provider_changed_its_keys() {
    let world = World::new("oidc_good").await;
    let provider = FakeProvider::start(None).await;
    let server = world.served(&provider).await;
    let asking = server.ask("GET", "/trabajo/entrar?lang=en", HERE, None).await;
    assert!(text(&asking.body).contains("Sign in with 127.0.0.1"), "{}", asking.body);
    // Nobody is let in for being known there.
    is_refused(&sign_in(&server, &provider, "auditora-7").await, 403, "auditora-7", "not linked");
    let linked = world.link(&provider, &world.people.auditor, "auditora-7").await.unwrap();
    assert!(!linked.pending);
    let session = is_begun(&sign_in(&server, &provider, "auditora-7").await);
    assert!(shown(&server, &session, "/trabajo/bitacora").await.body.contains("link_identity"));
    assert_eq!(open(&server, &session, "/trabajo/enviar").await.status, 403, "its scopes are those of its kind");
    server.ask("GET", "/v1/me", &format!("{HERE}cookie: {session}\r\n"), None).await.problem(401, "unauthenticated");
    let said =
        "SELECT count(*) FROM audit_entry WHERE action = 'begin_session' AND details->>'issuer' LIKE 'http://127.0.0.1:%/salud'";
    assert_eq!(support::number(&world.database, said).await, 1);

    assert_eq!((provider.seen("/salud/keys"), provider.seen("/salud/.well-known/openid-configuration")), (1, 1), "kept");
    provider.rotate("2026-b");
    let again = is_begun(&sign_in(&server, &provider, "auditora-7").await);
    assert_eq!(provider.seen("/salud/keys"), 2, "read again, because the token names another");
    // A link ends as a key does, and its sessions with it.
    world.workflow().revoke_key(&world.people.admin, &linked.key, "se fue", people::now()).await.unwrap();
    assert!(
        is_sign_in(&open(&server, &session, "/trabajo/sesiones").await) && is_sign_in(&open(&server, &again, "/trabajo").await)
    );
    is_refused(&sign_in(&server, &provider, "auditora-7").await, 403, "auditora-7", "revoked");
    // Without a provider there is no such way.
    let without = people::server(&world.database).await;
    assert!(!without.ask("GET", "/trabajo/entrar", HERE, None).await.body.contains("proveedor"));
    for path in [START, "/trabajo/entrar/vuelta"] {
        let method = if path == START { "POST" } else { "GET" };
        assert_eq!(without.ask(method, path, &format!("{HERE}{OURS}"), None).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_provider_says_wrong_is_a_page_and_no_session() {
    const TOKENS: [(Mishap, u16, &str); 32] = [
        (Mishap::OtherIssuer, 403, INVALID),
        (Mishap::OtherAudience, 403, INVALID),
        (Mishap::SeveralAudiences, 403, INVALID),
        (Mishap::OtherParty, 403, INVALID),
        (Mishap::OtherNonce, 403, INVALID),
        (Mishap::NoNonce, 403, INVALID),
        (Mishap::Expired, 403, INVALID),
        (Mishap::NotYetValid, 403, INVALID),
        (Mishap::IssuedBefore, 403, INVALID),
        (Mishap::AlgNone, 403, INVALID),
        (Mishap::NoSignature, 403, INVALID),
        (Mishap::SharedSecret, 403, INVALID),
        (Mishap::Rs256, 403, INVALID),
        (Mishap::UnknownKid, 403, INVALID),
        (Mishap::BadSignature, 403, INVALID),
        (Mishap::OtherKey, 403, INVALID),
        (Mishap::NoSubject, 403, INVALID),
        (Mishap::EmptySubject, 403, INVALID),
        (Mishap::NoAuthTime, 403, INVALID),
        (Mishap::AuthenticatedLongAgo, 403, INVALID),
        (Mishap::NotAToken, 403, INVALID),
        (Mishap::NoIdToken, 403, INVALID),
        (Mishap::HtmlPage, 403, INVALID),
        (Mishap::HtmlAsJson, 403, INVALID),
        (Mishap::HugeBody, 403, INVALID),
        (Mishap::SlowDrip, 503, UNAVAILABLE),
        (Mishap::Silence, 503, UNAVAILABLE),
        (Mishap::HangUp, 503, UNAVAILABLE),
        (Mishap::Redirect, 403, INVALID),
        (Mishap::TokenFails, 503, UNAVAILABLE),
        (Mishap::TokenRefuses, 403, DENIED),
        (Mishap::KeysMalformed, 403, INVALID),
    ];
    const DOCUMENTS: [(Mishap, u16, &str); 5] = [
        (Mishap::DocumentOfOtherIssuer, 403, INVALID),
        (Mishap::DocumentOfOtherHost, 403, INVALID),
        (Mishap::DocumentWithoutPkce, 403, INVALID),
        (Mishap::DocumentMalformed, 403, INVALID),
        (Mishap::DocumentFails, 503, UNAVAILABLE),
    ];
    let world = World::new("oidc_bad").await;
    let before = world.sessions().await;
    for (mishap, status, words) in TOKENS.into_iter().chain([(Mishap::KeysRedirect, 403, INVALID)]) {
        let provider = FakeProvider::start(Some(mishap)).await;
        // Linked, so that the answer alone decides.
        let link = world.link(&provider, &world.people.auditor, "auditora-7").await.unwrap().key;
        let server = world.served(&provider).await;
        is_refused(&sign_in(&server, &provider, "auditora-7").await, status, words, &format!("{mishap:?}"));
        assert!(provider.seen("/salud/token2") + provider.seen("/salud/other") == 0, "{mishap:?}: a redirect was followed");
        world.workflow().revoke_key(&world.people.admin, &link, "otro", people::now()).await.unwrap();
    }
    for (mishap, status, words) in DOCUMENTS {
        let provider = FakeProvider::start(Some(mishap)).await;
        let server = world.served(&provider).await;
        let page = set_out(&server, "", &[("volver", "/trabajo"), ("guardado", "motivo=x")]).await;
        is_refused(&page, status, words, &format!("{mishap:?}"));
        assert_eq!(field(&page, "guardado"), "motivo=x", "what was typed is still there");
    }
    assert_eq!(world.sessions().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_of_the_browser_that_was_sent_there_and_of_one_use() {
    let world = World::new("oidc_answers").await;
    let provider = FakeProvider::start(None).await;
    world.link(&provider, &world.people.auditor, "auditora-7").await.unwrap();
    let server = world.served(&provider).await;
    let going = async || {
        let page = set_out(&server, "", &[("volver", "/trabajo/sesiones")]).await;
        let query = provider.authorize(&way(&page), "auditora-7", 30);
        (cookie(&page), query)
    };
    let before = world.sessions().await;
    let (mine, mine_query) = going().await;
    let (others, other_query) = going().await;
    // The state of another browser, none, a made-up one, and no cookie: the attempt itself is still good.
    let code = mine_query.split('&').next().unwrap();
    for (cookies, query) in [
        (&mine, other_query.clone()),
        (&others, mine_query.clone()),
        (&mine, code.to_owned()),
        (&mine, format!("{code}&state={}", "A".repeat(43))),
        (&mine, format!("{code}&state=")),
        (&"tmo_sign_in=short".to_owned(), mine_query.clone()),
        (&"x=y".to_owned(), mine_query.clone()),
        (&format!("{mine}; {others}"), mine_query.clone()),
    ] {
        is_refused(&come_back(&server, cookies, &query).await, 403, OVER, &format!("{cookies} {query}"));
    }
    // What an answer may say, each with a sign-in of its own.
    let state = |query: &str| query.split('&').find(|part| part.starts_with("state=")).unwrap().to_owned();
    for (answer, status, words) in [
        ("error=access_denied&error_description=no", 403, DENIED),
        ("error=login_required", 403, DENIED),
        ("error=temporarily_unavailable", 503, UNAVAILABLE),
        ("error=invalid_scope", 403, INVALID),
        ("error=access_denied&code=code-0", 403, DENIED),
        ("x=y", 403, INVALID),
        ("code=", 403, INVALID),
        ("code=code-0&iss=https%3A%2F%2Fid.example", 403, INVALID),
        ("code=never-given", 403, DENIED),
    ] {
        let (own, query) = going().await;
        let query = format!("{answer}&{}", state(&query));
        is_refused(&come_back(&server, &own, &query).await, status, words, answer);
        // It was its one answer.
        is_refused(&come_back(&server, &own, &query).await, 403, OVER, answer);
    }
    // A code that was meant for another browser's sign-in does not fit this one's verifier.
    let (own, query) = going().await;
    let mixed = format!("{}&{}", other_query.split('&').next().unwrap(), state(&query));
    is_refused(&come_back(&server, &own, &mixed).await, 403, DENIED, "another browser's code");
    assert_eq!(world.sessions().await, before);
    // The same answer twice: once it is good.
    is_begun(&come_back(&server, &mine, &mine_query).await);
    assert_eq!(world.sessions().await, before + 1);
    is_refused(&come_back(&server, &mine, &mine_query).await, 403, OVER, "replayed");
    // A form of another site sends nobody anywhere.
    for from in ["", "sec-fetch-site: cross-site\r\n", "origin: https://evil.example\r\n"] {
        assert_eq!(post(&server, START, &format!("{HERE}{from}"), &[("volver", "/trabajo")]).await.status, 403, "{from}");
    }
    // Over plain HTTP from elsewhere nobody is sent there, and nobody comes back.
    let far = post(&server, START, &format!("host: t.example\r\n{OURS}"), &[("volver", "/trabajo")]).await;
    assert_eq!((far.status, far.header("set-cookie")), (403, None));
}

/// A regulator's link takes two persons, and the second one says whom it is for; what was typed waits; a decision wants a new authentication.
#[tokio::test(flavor = "multi_thread")]
async fn a_regulators_link_takes_two_persons_and_a_decision_a_new_authentication() {
    let world = World::new("oidc_regulator").await;
    let provider = FakeProvider::start(None).await;
    let server = world.served(&provider).await;
    let linked = world.link(&provider, &world.people.drafter, "ana-1").await.unwrap();
    assert!(linked.pending);
    is_refused(&sign_in(&server, &provider, "ana-1").await, 403, "ana-1", "not confirmed");
    let (workflow, second) = (world.workflow(), people::second_operator(world.workflow()).await);
    let (id, now) = (linked.key.as_str(), people::now());
    // Without the subject, with another, over the API, and by whoever made it.
    assert_eq!(refusal(workflow.confirm_key_here(Some(&second), id, ("Ana Ruiz", None), now).await).unwrap_err(), "conflict");
    let confirm = async |by: &Actor, subject: &str| {
        refusal(workflow.confirm_identity_here(Some(by), (id, subject), ("Ana Ruiz", None), now).await)
    };
    assert_eq!(confirm(&second, "olga-1").await.unwrap_err(), "conflict");
    assert_eq!(confirm(&world.people.admin, "ana-1").await.unwrap_err(), "second_person_needed");
    let path = format!("/v1/api-keys/{id}/confirmation");
    let body = json!({"holder": "Ana Ruiz", "reason": "vínculo"});
    server.post_as(&world.people.approver, &fresh(), &path, &body).await.problem(409, "conflict");
    let body = json!({"holder": "Ana Ruiz", "subject": "olga-1", "reason": "vínculo"});
    server.post_as(&world.people.approver, &fresh(), &path, &body).await.problem(409, "conflict");
    // The page asks for the subject too, and a second person who names it confirms.
    let (approver, _) = operating::enter(&server, &world.people.approver).await;
    let page = format!("/trabajo/personas/{id}");
    assert!(shown(&server, &approver, &page).await.body.contains("name=\"sujeto\""));
    let by_page = async |subject: &str| {
        let typed = [("paso", "confirm"), ("titular", "Ana Ruiz"), ("sujeto", subject), ("motivo", "vínculo")];
        operating::send(&server, &approver, &page, &typed).await.status
    };
    assert_eq!((by_page("olga-1").await, by_page("").await), (409, 409));
    assert_eq!(by_page("ana-1").await, 303);
    // A subject is one person here, a third living link is not made, and neither is one of a free key.
    assert_eq!(world.link(&provider, &world.people.approver, "ana-1").await.unwrap_err(), "conflict");
    world.link(&provider, &world.people.drafter, "ana-2").await.unwrap();
    assert_eq!(world.link(&provider, &world.people.drafter, "ana-3").await.unwrap_err(), "two_live_keys");
    let free = workflow.give_free_key("Dev", "red de prueba", "test", now).await.unwrap().key.reveal();
    assert_eq!(world.link(&provider, &free, "dev").await.unwrap_err(), "conflict");

    // Authenticated ten and a half minutes ago, which is within the clocks' difference: a session, and no decision.
    let page = set_out(&server, "", &[("volver", "/trabajo/sesiones")]).await;
    assert!(way(&page).query().unwrap().contains("max_age=600"), "{}", way(&page));
    let session = is_begun(&come_back(&server, &cookie(&page), &provider.authorize(&way(&page), "ana-1", 630)).await);
    let token = field(&shown(&server, &session, "/trabajo/sesiones").await, "token");
    let (decision, headers) = ("/trabajo/casos/c000001", format!("{HERE}{OURS}cookie: {session}\r\n"));
    let typed =
        [("token", &*token), ("una_vez", "1"), ("version", "1"), ("paso", "confirmed"), ("motivo", "revisado con la factura")];
    let asked_again = post(&server, decision, &headers, &typed).await;
    assert_eq!((asked_again.status, field(&asked_again, "reciente").as_str()), (403, "1"), "{}", asked_again.body);
    let saved = field(&asked_again, "guardado");
    let fields = [("volver", decision), ("guardado", &*saved), ("reciente", "1")];
    let with_session = format!("cookie: {session}\r\n");
    // An authentication of before is none, however recent.
    let page = set_out(&server, &with_session, &fields).await;
    let to = way(&page);
    assert!(to.query().unwrap().contains("max_age=0") && to.query().unwrap().contains("prompt=login"), "{to}");
    let both = |page: &Answer| format!("{session}; {}", cookie(page));
    let refused = come_back(&server, &both(&page), &provider.authorize(&to, "ana-1", 120)).await;
    is_refused(&refused, 403, INVALID, "an old authentication");
    assert_eq!(field(&refused, "guardado"), saved);
    shown(&server, &session, "/trabajo/sesiones").await;
    // A new one: what was typed is shown, under a session that takes the place of the one before.
    let page = set_out(&server, &with_session, &fields).await;
    let done = come_back(&server, &both(&page), &provider.authorize(&way(&page), "ana-1", 0)).await;
    assert!(done.status == 200 && text(&done.body).contains("Revise y envíe"), "{}", done.body);
    assert!(done.body.contains("revisado con la factura"), "{}", done.body);
    assert!(is_sign_in(&open(&server, &session, "/trabajo/sesiones").await), "replaced");
    shown(&server, &cookie(&done), "/trabajo/sesiones").await;
    // Too much to wait in the database.
    let long = "x".repeat(70_000);
    let page = set_out(&server, "", &[("volver", decision), ("guardado", &*long)]).await;
    is_refused(&page, 422, "demasiado largo", "typed too much");
}
