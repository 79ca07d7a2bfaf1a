//! The identity provider that people may sign in by: where to send them, and whom the code that they come back with stands for.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::{
    document::{ProviderDocument, SecretPlace},
    exchange::{Exchange, Posted},
    fault::ProviderFault::{self, Denied, Invalid},
    id_token::{ExpectedClaims, IdToken},
    key_set::KeySet,
};
use crate::outbound::{
    connector::{Connector, authority},
    url_policy::UrlPolicy,
};

pub use super::id_token::KnownPerson;

/// For one answer. A sign-in takes three at most, and must end within the time of a request.
const ANSWER_WAIT: Duration = Duration::from_secs(4);
const CONNECT_WAIT: Duration = Duration::from_secs(3);
/// For so long what the provider says of itself and its keys are kept; a token by another key has the keys read again at once.
const KEPT: Duration = Duration::from_secs(10 * 60);

/// Which provider, as the operator sets it.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Exactly as the provider writes it.
    pub issuer: String,
    pub client_id: String,
    /// `None`: a public client, which PKCE alone protects.
    pub client_secret: Option<String>,
    /// Where its endpoints may be, besides its own host: `host` or `host:port`.
    pub hosts: Vec<String>,
    pub policy: UrlPolicy,
    pub answer_wait: Duration,
}

impl ProviderSettings {
    pub fn new(issuer: String, client_id: String, loopback: bool) -> Self {
        let policy = UrlPolicy::new(loopback);
        Self { issuer, client_id, client_secret: None, hosts: Vec::new(), policy, answer_wait: ANSWER_WAIT }
    }
}

/// A provider, with what it said last.
pub struct IdentityProvider {
    settings: ProviderSettings,
    /// Its host, as people know it.
    name: String,
    discovery: Url,
    exchange: Exchange,
    document: Kept<ProviderDocument>,
    keys: Kept<KeySet>,
}

type Kept<T> = Mutex<Option<(Instant, Arc<T>)>>;

/// What goes with a person to the provider.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationRequest<'a> {
    pub redirect_uri: &'a str,
    pub state: &'a str,
    pub nonce: &'a str,
    /// SHA-256 of the verifier (RFC 7636), in base64url.
    pub challenge: &'a str,
    /// The person shows anew who they are.
    pub is_fresh: bool,
    /// However well the provider knows them, they showed it at most so many seconds ago.
    pub max_age_s: i64,
    pub language: &'a str,
}

/// What a person came back with.
#[derive(Clone, Copy, Debug)]
pub struct CodeExchange<'a> {
    pub code: &'a str,
    pub verifier: &'a str,
    pub redirect_uri: &'a str,
    pub nonce: &'a str,
    pub begun_at: Timestamp,
    pub authenticated_since: Timestamp,
    pub now: Timestamp,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
    token_type: String,
}

impl IdentityProvider {
    /// # Errors
    /// When TLS cannot be set up, or the issuer is no address that may be spoken to.
    pub fn new(settings: ProviderSettings) -> Result<Self, String> {
        let issuer = settings.policy.read(&settings.issuer).map_err(|rejected| format!("issuer: {}", rejected.code()))?;
        let discovery = format!("{}/.well-known/openid-configuration", settings.issuer.trim_end_matches('/'));
        let discovery = settings.policy.read(&discovery).map_err(|rejected| format!("issuer: {}", rejected.code()))?;
        let hosts = [vec![authority(&issuer).to_owned()], settings.hosts.clone()].concat();
        let connector = Connector::new(CONNECT_WAIT).map_err(|error| error.to_string())?;
        let exchange = Exchange { connector, policy: settings.policy.clone(), hosts, wait: settings.answer_wait };
        let name = issuer.host_str().unwrap_or_default().to_owned();
        Ok(Self { settings, name, discovery, exchange, document: Kept::default(), keys: Kept::default() })
    }

    /// Its host.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where a person goes to show who they are.
    ///
    /// # Errors
    /// When the provider cannot be spoken to, or says something else of itself than was set.
    pub async fn authorization(&self, request: &AuthorizationRequest<'_>) -> Result<Url, ProviderFault> {
        let mut url = self.document().await?.authorization.clone();
        // Zero has every provider ask again, also one that passes over `prompt`.
        let max_age = if request.is_fresh { 0 } else { request.max_age_s };
        let mut pairs = url.query_pairs_mut();
        pairs
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", request.redirect_uri)
            .append_pair("scope", "openid")
            .append_pair("state", request.state)
            .append_pair("nonce", request.nonce)
            .append_pair("code_challenge", request.challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("max_age", &max_age.to_string())
            .append_pair("ui_locales", request.language);
        if request.is_fresh {
            pairs.append_pair("prompt", "login");
        }
        drop(pairs);
        Ok(url)
    }

    /// Whether an answer that came through the browser is of this provider (RFC 9207).
    ///
    /// # Errors
    /// When it names another, or none although the provider says that it names itself.
    pub async fn check_sender(&self, named: Option<&str>) -> Result<(), ProviderFault> {
        let is_ours = match named {
            Some(issuer) => issuer == self.settings.issuer,
            None => !self.document().await?.names_itself,
        };
        if is_ours { Ok(()) } else { Err(Invalid("answer_of_other_issuer")) }
    }

    /// Whom a code stands for.
    ///
    /// # Errors
    /// When the provider does not take it, or what it says does not hold.
    pub async fn person(&self, exchange: &CodeExchange<'_>) -> Result<KnownPerson, ProviderFault> {
        let token = self.token(exchange).await?;
        let token = IdToken::read(&token)?;
        self.keys_for(&token).await?.verify(token.key(), token.signed(), &token.signature)?;
        token.person(&ExpectedClaims {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            nonce: exchange.nonce,
            begun_at: exchange.begun_at,
            authenticated_since: exchange.authenticated_since,
            now: exchange.now,
        })
    }

    async fn token(&self, exchange: &CodeExchange<'_>) -> Result<String, ProviderFault> {
        let document = self.document().await?;
        let posted = self.token_request(exchange, document.secret);
        match self.exchange.ask(&document.token, Some(posted)).await? {
            (StatusCode::OK, body) => {
                let answer: TokenAnswer = serde_json::from_slice(&body).map_err(|_| Invalid("token_answer_malformed"))?;
                if !answer.token_type.eq_ignore_ascii_case("Bearer") {
                    return Err(Invalid("token_answer_malformed"));
                }
                Ok(answer.id_token)
            }
            // RFC 6749, 5.2: the code was used before, is of another client, or too old; or the secret is wrong.
            (StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED, _) => Err(Denied("code_refused")),
            _ => Err(Invalid("unexpected_status")),
        }
    }

    fn token_request(&self, exchange: &CodeExchange<'_>, place: SecretPlace) -> Posted {
        let client_id = &self.settings.client_id;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", exchange.code)
            .append_pair("redirect_uri", exchange.redirect_uri)
            .append_pair("code_verifier", exchange.verifier);
        let authorization = match (&self.settings.client_secret, place) {
            (Some(secret), SecretPlace::Header) => Some(basic(client_id, secret)),
            (Some(secret), SecretPlace::Form) => {
                form.append_pair("client_id", client_id).append_pair("client_secret", secret);
                None
            }
            (None, _) => {
                form.append_pair("client_id", client_id);
                None
            }
        };
        Posted { form: form.finish(), authorization }
    }

    async fn document(&self) -> Result<Arc<ProviderDocument>, ProviderFault> {
        if let Some(document) = kept(&self.document) {
            return Ok(document);
        }
        let (status, body) = self.exchange.ask(&self.discovery, None).await?;
        if status != StatusCode::OK {
            return Err(Invalid("unexpected_status"));
        }
        let read = ProviderDocument::read(&body, &self.settings.issuer, &self.exchange)?;
        Ok(keep(&self.document, read))
    }

    /// The keys, read again when none of those that are kept is this token's: the provider changes them.
    async fn keys_for(&self, token: &IdToken<'_>) -> Result<Arc<KeySet>, ProviderFault> {
        let (algorithm, kid) = token.key();
        if let Some(keys) = kept(&self.keys).filter(|keys| keys.has(algorithm, kid)) {
            return Ok(keys);
        }
        let (status, body) = self.exchange.ask(&self.document().await?.keys, None).await?;
        if status != StatusCode::OK {
            return Err(Invalid("unexpected_status"));
        }
        Ok(keep(&self.keys, KeySet::read(&body)?))
    }
}

fn kept<T>(place: &Kept<T>) -> Option<Arc<T>> {
    let place = place.lock().ok()?;
    let (since, value) = place.as_ref()?;
    (since.elapsed() < KEPT).then(|| value.clone())
}

fn keep<T>(place: &Kept<T>, value: T) -> Arc<T> {
    let value = Arc::new(value);
    if let Ok(mut place) = place.lock() {
        *place = Some((Instant::now(), value.clone()));
    }
    value
}

/// RFC 6749, 2.3.1: both are form-encoded first.
fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_at_a_public_address_over_https() {
        let made = |issuer: &str| IdentityProvider::new(ProviderSettings::new(issuer.to_owned(), "t".to_owned(), false));
        let provider = made("https://id.example/realms/a/").map(|provider| provider.discovery.to_string());
        assert_eq!(provider.as_deref(), Ok("https://id.example/realms/a/.well-known/openid-configuration"));
        for bad in [
            "http://id.example", "https://10.0.0.1", "https://id.example:9000", "https://a@id.example", "id.example",
            "https://id.example/#x",
        ] {
            assert!(made(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_is_encoded_before_it_is_joined() {
        assert_eq!(basic("a b", "c:d"), format!("Basic {}", STANDARD.encode("a+b:c%3Ad")));
    }
}
