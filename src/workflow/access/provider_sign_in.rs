//! Signing in by an identity provider: a browser goes there with a state that only it can bring back, and what comes back is used once.
//!
//! State, nonce and verifier are made from what the cookie holds, each by the pepper: nothing that is stored lets anybody else finish a sign-in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tokio_postgres::Row;
use url::Url;

use super::{
    authenticate::stored_key,
    sessions::{Beginning, BegunSession, Session},
};
use crate::{
    domain::{
        access::session::{RECENT, SessionTimes},
        identifier::api_key::SECRET_CHARS,
    },
    outbound::oidc::{
        fault::ProviderFault::{self, Denied, Invalid, Unavailable},
        provider::{AuthorizationRequest, CodeExchange, IdentityProvider, KnownPerson},
    },
    store::postgres::statements,
    workflow::{
        Workflow,
        common::{error::WorkflowError, random},
    },
};

/// From the way to the provider to the way back.
const ATTEMPT_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Of what was typed before a session ended, as it waits here.
pub const SAVED_BYTES_MAX: usize = 64 * 1024;
const CODE_BYTES_MAX: usize = 4 * 1024;

/// A person who wants to sign in by the provider.
#[derive(Clone, Copy, Debug)]
pub struct SignInWish<'a> {
    pub network: u128,
    pub redirect_uri: &'a str,
    pub language: &'a str,
    /// Where they were going, and what they had typed.
    pub back: &'a str,
    pub saved: &'a str,
    /// A decision waits: they show anew who they are.
    pub is_fresh: bool,
}

/// A sign-in that is on its way.
#[derive(Debug)]
pub struct BegunAttempt {
    /// What the cookie holds.
    pub token: String,
    /// Where the browser goes.
    pub address: Url,
}

/// What a browser came back with.
#[derive(Clone, Copy, Debug)]
pub struct ProviderReturn<'a> {
    /// What its cookie of the attempt holds.
    pub token: &'a str,
    pub state: &'a str,
    pub code: Option<&'a str>,
    pub error: Option<&'a str>,
    /// By whom the answer says that it is (RFC 9207).
    pub issuer: Option<&'a str>,
    pub redirect_uri: &'a str,
    pub agent: &'a str,
    pub replaces: Option<&'a Session>,
    pub request_id: &'a str,
}

/// What became of a sign-in that was on its way, and what the person had wanted.
#[derive(Debug)]
pub struct EndedAttempt {
    pub back: String,
    pub saved: String,
    pub language: String,
    pub is_fresh: bool,
    pub outcome: Result<BegunSession, NotSignedIn>,
}

/// Why somebody has no session; the words are for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSignedIn {
    /// The person, or the provider, said no.
    Denied(&'static str),
    /// The provider could not be spoken to.
    Unavailable(&'static str),
    /// What it said does not hold.
    Invalid(&'static str),
    /// The provider knows them, and no living link is theirs.
    Unknown { issuer: String, subject: String },
}

impl From<ProviderFault> for NotSignedIn {
    fn from(fault: ProviderFault) -> Self {
        match fault {
            Denied(why) => Self::Denied(why),
            Unavailable(why) => Self::Unavailable(why),
            Invalid(why) => Self::Invalid(why),
        }
    }
}

struct StoredAttempt {
    begun_at: Timestamp,
    is_fresh: bool,
    language: String,
    back: String,
    saved: String,
}

impl Workflow {
    /// # Errors
    /// `Ok(Err(_))` when the provider cannot be used; `too_many_requests` after many tries.
    pub async fn begin_attempt(
        &self,
        provider: &IdentityProvider,
        wish: &SignInWish<'_>,
        now: Timestamp,
    ) -> Result<Result<BegunAttempt, NotSignedIn>, WorkflowError> {
        self.count_network_try(wish.network)?;
        let token = random::digits(SECRET_CHARS)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.attempt_value("verifier", &token).as_bytes()));
        let request = AuthorizationRequest {
            redirect_uri: wish.redirect_uri,
            state: &self.attempt_value("state", &token),
            nonce: &self.attempt_value("nonce", &token),
            challenge: &challenge,
            is_fresh: wish.is_fresh,
            max_age_s: RECENT.as_secs(),
            language: wish.language,
        };
        let address = match provider.authorization(&request).await {
            Ok(address) => address,
            Err(fault) => return Ok(Err(fault.into())),
        };
        let mac = self.secrets.mac(&attempt_text("cookie", &token));
        let connection = self.database.write_connection().await?;
        connection.execute(statements::forget_sign_in_attempts, &[&Some(earliest(now))]).await?;
        let SignInWish { is_fresh, language, back, saved, .. } = *wish;
        let stored: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[&mac.as_slice(), &now, &is_fresh, &language, &back, &saved];
        connection.execute(statements::insert_sign_in_attempt, stored).await?;
        Ok(Ok(BegunAttempt { token, address }))
    }

    /// # Errors
    /// `Ok(None)` when this browser has no sign-in on its way that this is the answer to.
    pub async fn end_attempt(
        &self,
        provider: &IdentityProvider,
        returned: &ProviderReturn<'_>,
        now: Timestamp,
    ) -> Result<Option<EndedAttempt>, WorkflowError> {
        let state = URL_SAFE_NO_PAD.decode(returned.state).unwrap_or_default();
        if !self.secrets.is_mac_of(&state, &attempt_text("state", returned.token)) {
            return Ok(None);
        }
        let mac = self.secrets.mac(&attempt_text("cookie", returned.token));
        let used = {
            let connection = self.database.write_connection().await?;
            connection.query_opt(statements::use_sign_in_attempt, &[&mac.as_slice(), &now, &earliest(now)]).await?
        };
        let Some(attempt) = used.as_ref().map(stored).transpose()? else { return Ok(None) };
        let outcome = match self.known_person(provider, returned, &attempt, now).await {
            Ok(person) => self.admit_person(provider, returned, person, now).await?,
            Err(fault) => Err(fault.into()),
        };
        let StoredAttempt { back, saved, language, is_fresh, .. } = attempt;
        Ok(Some(EndedAttempt { back, saved, language, is_fresh, outcome }))
    }

    async fn known_person(
        &self,
        provider: &IdentityProvider,
        returned: &ProviderReturn<'_>,
        attempt: &StoredAttempt,
        now: Timestamp,
    ) -> Result<KnownPerson, ProviderFault> {
        provider.check_sender(returned.issuer).await?;
        if let Some(error) = returned.error {
            return Err(of_error(error));
        }
        let code = returned.code.filter(|code| !code.is_empty() && code.len() <= CODE_BYTES_MAX).ok_or(Invalid("no_code"))?;
        let recently = now.checked_sub(RECENT).unwrap_or(Timestamp::MIN);
        let exchange = CodeExchange {
            code,
            verifier: &self.attempt_value("verifier", returned.token),
            redirect_uri: returned.redirect_uri,
            nonce: &self.attempt_value("nonce", returned.token),
            begun_at: attempt.begun_at,
            authenticated_since: if attempt.is_fresh { attempt.begun_at } else { recently },
            now,
        };
        provider.person(&exchange).await
    }

    /// A session for whoever is linked to this person, as if they had shown their key when the provider knew them.
    async fn admit_person(
        &self,
        provider: &IdentityProvider,
        returned: &ProviderReturn<'_>,
        person: KnownPerson,
        now: Timestamp,
    ) -> Result<Result<BegunSession, NotSignedIn>, WorkflowError> {
        let issuer = provider.issuer();
        let found = {
            let connection = self.database.write_connection().await?;
            let wanted: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
                &[&issuer, &person.subject, &now, &self.secrets.pepper_id];
            connection.query_opt(statements::find_identity, wanted).await?
        };
        let Some(row) = found else {
            return Ok(Err(NotSignedIn::Unknown { issuer: issuer.to_owned(), subject: person.subject }));
        };
        let key = stored_key(&row)?;
        let beginning = Beginning {
            actor: key.actor,
            times: SessionTimes::since(person.authenticated_at, now, key.expires_at),
            agent: returned.agent,
            replaces: returned.replaces,
            request_id: returned.request_id,
            issuer: Some(issuer),
            now,
        };
        self.open_session(beginning).await.map(Ok)
    }

    /// 43 characters that only this service can make from what a cookie holds.
    fn attempt_value(&self, purpose: &str, token: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.secrets.mac(&attempt_text(purpose, token)))
    }
}

fn attempt_text(purpose: &str, token: &str) -> String {
    format!("sign-in {purpose}\n{token}")
}

fn earliest(now: Timestamp) -> Timestamp {
    now.checked_sub(ATTEMPT_LIFE).unwrap_or(Timestamp::MIN)
}

fn stored(row: &Row) -> Result<StoredAttempt, tokio_postgres::Error> {
    Ok(StoredAttempt {
        begun_at: row.try_get("begun_at")?,
        is_fresh: row.try_get("is_fresh")?,
        language: row.try_get("language")?,
        back: row.try_get("back")?,
        saved: row.try_get("saved")?,
    })
}

/// RFC 6749, 4.1.2.1, and OpenID Connect Core 1.0, 3.1.2.6.
fn of_error(code: &str) -> ProviderFault {
    match code {
        "access_denied" => Denied("access_denied"),
        "login_required" | "interaction_required" | "consent_required" | "account_selection_required" => {
            Denied("not_authenticated")
        }
        "server_error" | "temporarily_unavailable" => Unavailable("server_error"),
        _ => Invalid("error_answer"),
    }
}
