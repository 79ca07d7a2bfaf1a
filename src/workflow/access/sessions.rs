//! Sessions of people in a browser: a key is shown once, and a cookie stands for it until the session or the key ends.
//!
//! A session opens the pages of work and nothing else. What it may do is read from its key each time, so that a revoked key ends it at once.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use deadpool_postgres::Transaction;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tokio_postgres::Row;

use super::authenticate::{AuthFailure, stored_key};
use crate::{
    domain::{
        access::{
            principal::{Actor, PrincipalKind},
            session::{SessionTimes, idle_since},
        },
        identifier::api_key::{ApiKey, SECRET_CHARS},
    },
    store::{
        postgres::statements,
        transaction::{
            audit::{self, NewAuditEntry},
            idempotency::Reply,
        },
    },
    workflow::{
        Workflow,
        common::{
            context::{AuditedAction, CommandContext, Render},
            error::WorkflowError,
            random,
        },
    },
};

/// Tries to sign in a minute: with one key, and from one network, behind which many people may sit.
const TRIES_PER_KEY: u32 = 10;
const TRIES_PER_NETWORK: u32 = 30;
const AGENT_CHARS_MAX: usize = 200;

/// A living session.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub actor: Actor,
    pub times: SessionTimes,
}

/// A session that has just begun: the only time that what its cookie holds is known.
#[derive(Debug)]
pub struct BegunSession {
    pub token: String,
    pub session: Session,
}

/// Who signs in, as the request shows it.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    /// The key, as it was typed.
    pub key: &'a str,
    /// The network that counts as one client.
    pub network: u128,
    /// What the browser calls itself.
    pub agent: &'a str,
    /// The session that this one takes the place of.
    pub replaces: Option<&'a Session>,
    pub request_id: &'a str,
}

/// What a session begins with.
pub(super) struct Beginning<'a> {
    pub actor: Actor,
    pub times: SessionTimes,
    pub agent: &'a str,
    pub replaces: Option<&'a Session>,
    pub request_id: &'a str,
    /// The provider that knows the person; `None`: they showed a key.
    pub issuer: Option<&'a str>,
    pub now: Timestamp,
}

/// A session as its owner sees it in the list.
#[derive(Clone, Debug)]
pub struct ListedSession {
    pub id: String,
    pub agent: String,
    pub times: SessionTimes,
}

impl Workflow {
    /// # Errors
    /// `Ok(Err(_))` when the key is rejected; `too_many_requests` after many tries.
    pub async fn begin_session(
        &self,
        sign_in: &SignIn<'_>,
        now: Timestamp,
    ) -> Result<Result<BegunSession, AuthFailure>, WorkflowError> {
        let typed = sign_in.key.trim();
        self.count_try(typed, sign_in.network)?;
        let stored = match self.living_key(typed, now).await? {
            Ok(stored) if stored.actor.kind == PrincipalKind::Developer => return Ok(Err(AuthFailure::NotForPages)),
            Ok(stored) => stored,
            Err(why) => return Ok(Err(why)),
        };
        let times = SessionTimes::begin(now, stored.expires_at);
        let SignIn { agent, replaces, request_id, .. } = *sign_in;
        let beginning = Beginning { actor: stored.actor, times, agent, replaces, request_id, issuer: None, now };
        self.open_session(beginning).await.map(Ok)
    }

    pub(super) async fn open_session(&self, beginning: Beginning<'_>) -> Result<BegunSession, WorkflowError> {
        let Beginning { actor, times, agent, replaces, request_id, issuer, now } = beginning;
        let (id, token) = (random::id('s')?, random::digits(SECRET_CHARS)?);
        let session = Session { id, actor, times };
        let agent: String = agent.chars().filter(|letter| !letter.is_control()).take(AGENT_CHARS_MAX).collect();
        let mac = self.secrets.mac(&cookie_text(&token));
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        if let Some(before) = replaces {
            tx.execute(statements::end_session, &[&before.id, &now, &"replaced"]).await?;
        }
        let Session { id, actor, times } = &session;
        let pepper_id = &self.secrets.pepper_id;
        tx.execute(
            statements::insert_session,
            &[id, &mac.as_slice(), pepper_id, &actor.key, &agent, &times.begun_at, &times.ends_at, &now],
        )
        .await?;
        let mut details = json!({"ends_at": times.ends_at.to_string(), "replaces": replaces.map(|before| &before.id)});
        if let Some(issuer) = issuer {
            details["issuer"] = issuer.into();
        }
        record(&tx, &session, "begin_session", request_id, now, details).await?;
        tx.commit().await?;
        Ok(BegunSession { token, session })
    }

    /// The living session that a cookie names; its use is noted.
    ///
    /// # Errors
    /// When the database cannot say.
    pub async fn session(&self, token: &str, now: Timestamp) -> Result<Option<Session>, WorkflowError> {
        let mac = self.secrets.mac(&cookie_text(token));
        let row = self.database.read_connection().await?.query_opt(statements::find_session, &[&mac.as_slice()]).await?;
        let Some(row) = row else { return Ok(None) };
        let ended: Option<Timestamp> = row.try_get("ended_at")?;
        let (begun_at, seen_at, ends_at) = (row.try_get("begun_at")?, row.try_get("seen_at")?, row.try_get("ends_at")?);
        let (id, pepper_id): (String, String) = (row.try_get("session_id")?, row.try_get("session_pepper_id")?);
        let (mut times, stored) = (SessionTimes { begun_at, seen_at, ends_at }, stored_key(&row)?);
        let has_key = !stored.revoked && !stored.pending && now < stored.expires_at && pepper_id == self.secrets.pepper_id;
        if ended.is_some() || !has_key || !times.is_alive(now) {
            return Ok(None);
        }
        if times.seen_at < now {
            self.database.write_connection().await?.execute(statements::touch_session, &[&id, &now]).await?;
            times.seen_at = now;
        }
        Ok(Some(Session { id, actor: stored.actor, times }))
    }

    /// # Errors
    /// When the database cannot do it.
    pub async fn end_session(&self, session: &Session, request_id: &str, now: Timestamp) -> Result<(), WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        if tx.execute(statements::end_session, &[&session.id, &now, &"sign_out"]).await? > 0 {
            record(&tx, session, "end_session", request_id, now, json!({})).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Every session of a person, begun with whichever key.
    ///
    /// # Errors
    /// When the database cannot do it.
    pub async fn end_sessions(&self, context: &CommandContext, render: Render<'_, u64>) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        let principal = &context.actor.principal;
        let ended = tx.execute(statements::end_sessions, &[principal, &context.now]).await?;
        let reply = Reply { status: 200, location: None, body: render(&ended) };
        let details = json!({"sessions": ended});
        let action = AuditedAction { action: "end_sessions", subject: principal, reason: None, details };
        context.finish_own(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// The living sessions of a person, the newest first.
    ///
    /// # Errors
    /// When the database cannot say.
    pub async fn list_sessions(&self, principal: &str, now: Timestamp) -> Result<Vec<ListedSession>, WorkflowError> {
        let since = idle_since(now);
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::list_sessions, &[&principal, &now, &since]).await?;
        Ok(rows.iter().map(listed).collect::<Result<_, _>>()?)
    }

    /// What stands in every form of a session: only its own pages know it.
    pub fn form_token(&self, token: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.secrets.mac(&form_text(token)))
    }

    /// In constant time.
    pub fn is_form_token(&self, token: &str, sent: &str) -> bool {
        let sent = URL_SAFE_NO_PAD.decode(sent).unwrap_or_default();
        self.secrets.is_mac_of(&sent, &form_text(token))
    }

    fn count_try(&self, typed: &str, network: u128) -> Result<(), WorkflowError> {
        self.count_network_try(network)?;
        match ApiKey::parse(typed) {
            Ok(key) => self.sign_ins.take_of(TRIES_PER_KEY, &format!("key {}", key.id)).map_err(too_many_tries),
            Err(_) => Ok(()),
        }
    }

    /// # Errors
    /// `too_many_requests` after many tries.
    pub(super) fn count_network_try(&self, network: u128) -> Result<(), WorkflowError> {
        self.sign_ins.take_of(TRIES_PER_NETWORK, &format!("network {network}")).map_err(too_many_tries)
    }
}

fn too_many_tries(seconds: u32) -> WorkflowError {
    WorkflowError::too_many(
        "demasiados intentos de entrar; espere un minuto", "too many tries to sign in; wait a minute", seconds,
    )
}

fn listed(row: &Row) -> Result<ListedSession, tokio_postgres::Error> {
    let (begun_at, seen_at, ends_at) = (row.try_get("begun_at")?, row.try_get("seen_at")?, row.try_get("ends_at")?);
    let times = SessionTimes { begun_at, seen_at, ends_at };
    Ok(ListedSession { id: row.try_get("id")?, agent: row.try_get("agent")?, times })
}

/// What is keyed for the cookie: never the text of a key's secret.
fn cookie_text(token: &str) -> String {
    format!("session\n{token}")
}

fn form_text(token: &str) -> String {
    format!("form\n{token}")
}

async fn record(
    tx: &Transaction<'_>,
    session: &Session,
    action: &str,
    request_id: &str,
    now: Timestamp,
    details: Json,
) -> Result<(), WorkflowError> {
    let Session { id, actor, .. } = session;
    let (principal, key) = (Some(actor.principal.as_str()), Some(actor.key.as_str()));
    let entry =
        NewAuditEntry { at: now, principal, key, actor: &actor.name, action, subject: id, reason: None, request_id, details };
    audit::record(tx, &entry).await?;
    Ok(())
}
