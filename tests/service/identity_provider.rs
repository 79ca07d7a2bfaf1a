//! A provider of OpenID Connect on a socket of this machine: it knows whoever the test says, checks what a client must send, and goes wrong in every
//! way that a client must not believe.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use termometro::outbound::oidc::provider::ProviderSettings;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::Url;

use crate::people::now;

pub const CLIENT: &str = "termometro";
pub const SECRET: &str = "s3creto de prueba";

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    OtherIssuer,
    OtherAudience,
    SeveralAudiences,
    OtherParty,
    OtherNonce,
    NoNonce,
    Expired,
    NotYetValid,
    IssuedBefore,
    AlgNone,
    NoSignature,
    SharedSecret,
    Rs256,
    UnknownKid,
    BadSignature,
    OtherKey,
    NoSubject,
    EmptySubject,
    NoAuthTime,
    AuthenticatedLongAgo,
    NotAToken,
    NoIdToken,
    HtmlPage,
    HtmlAsJson,
    HugeBody,
    SlowDrip,
    Silence,
    HangUp,
    Redirect,
    TokenFails,
    TokenRefuses,
    KeysMalformed,
    KeysRedirect,
    DocumentOfOtherIssuer,
    DocumentOfOtherHost,
    DocumentWithoutPkce,
    DocumentMalformed,
    DocumentFails,
}

/// Who came to sign in.
struct Grant {
    subject: String,
    authenticated_at: i64,
    nonce: String,
    challenge: String,
    redirect_uri: String,
    is_used: bool,
}

struct State {
    issuer: String,
    key: EcdsaKeyPair,
    kid: String,
    mishap: Option<Mishap>,
    grants: HashMap<String, Grant>,
    /// Paths that were asked for.
    seen: Vec<String>,
}

pub struct FakeProvider {
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
}

impl FakeProvider {
    pub async fn start(mishap: Option<Mishap>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let issuer = format!("http://{address}/salud");
        let (kid, grants, seen) = ("2026-a".to_owned(), HashMap::new(), Vec::new());
        let state = Arc::new(Mutex::new(State { issuer, key: new_key(), kid, mishap, grants, seen }));
        let shared = state.clone();
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { state, serving }
    }

    pub fn issuer(&self) -> String {
        self.state.lock().unwrap().issuer.clone()
    }

    /// As an operator would set it; what is waited for is short.
    pub fn settings(&self) -> ProviderSettings {
        ProviderSettings {
            client_secret: Some(SECRET.to_owned()),
            answer_wait: Duration::from_secs(1),
            ..ProviderSettings::new(self.issuer(), CLIENT.to_owned(), true)
        }
    }

    /// From now on another key signs, and the one before is gone.
    pub fn rotate(&self, kid: &str) {
        let mut state = self.state.lock().unwrap();
        (state.key, state.kid) = (new_key(), kid.to_owned());
    }

    pub fn seen(&self, path: &str) -> usize {
        self.state.lock().unwrap().seen.iter().filter(|other| *other == path).count()
    }

    /// A person arrives and shows who they are, so many seconds ago; what their browser brings back: `code=…&state=…`.
    pub fn authorize(&self, to: &Url, subject: &str, seconds_ago: i64) -> String {
        let mut state = self.state.lock().unwrap();
        let sent: HashMap<String, String> = to.query_pairs().into_owned().collect();
        assert!(to.as_str().starts_with(&format!("{}/authorize?", state.issuer)), "{to}");
        for (name, value) in
            [("response_type", "code"), ("client_id", CLIENT), ("scope", "openid"), ("code_challenge_method", "S256")]
        {
            assert_eq!(sent[name], value, "{to}");
        }
        for name in ["state", "nonce", "code_challenge"] {
            assert_eq!(sent[name].len(), 43, "{name}: {to}");
        }
        let code = format!("code-{}", state.grants.len());
        let grant = Grant {
            subject: subject.to_owned(),
            authenticated_at: now().as_second() - seconds_ago,
            nonce: sent["nonce"].clone(),
            challenge: sent["code_challenge"].clone(),
            redirect_uri: sent["redirect_uri"].clone(),
            is_used: false,
        };
        state.grants.insert(code.clone(), grant);
        format!("code={code}&state={}&session_state=x.y", sent["state"])
    }
}

/// Status line, media type, further headers and body.
struct Reply {
    status: &'static str,
    kind: &'static str,
    headers: String,
    body: Vec<u8>,
}

impl Reply {
    fn json(body: &Value) -> Self {
        Self { status: "200 OK", kind: "application/json; charset=utf-8", headers: String::new(), body: body.to_string().into() }
    }

    fn failing(status: &'static str, body: &Value) -> Self {
        Self { status, ..Self::json(body) }
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some((line, headers, body)) = read(&mut stream).await else { return };
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mishap = {
        let mut state = state.lock().unwrap();
        state.seen.push(path.clone());
        state.mishap
    };
    let is_token = path == "/salud/token";
    match mishap {
        Some(Mishap::Silence) if is_token => return tokio::time::sleep(Duration::from_secs(20)).await,
        Some(Mishap::HangUp) if is_token => return,
        Some(Mishap::SlowDrip) if is_token => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n").await;
            for _ in 0..100 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                if stream.write_all(b" ").await.is_err() {
                    return;
                }
            }
            return;
        }
        _ => {}
    }
    let reply = match path.as_str() {
        "/salud/.well-known/openid-configuration" => document(&state.lock().unwrap()),
        "/salud/keys" => keys(&state.lock().unwrap()),
        "/salud/token" => token(&mut state.lock().unwrap(), &headers, &body),
        _ => Reply::failing("404 Not Found", &json!({})),
    };
    let Reply { status, kind, headers, body } = reply;
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
}

async fn read(stream: &mut TcpStream) -> Option<(String, String, String)> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4_096];
        let length = stream.read(&mut chunk).await.ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&chunk[..length]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let (line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        let length = headers.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some((line.to_owned(), headers.to_owned(), body.to_owned()));
        }
    }
}

fn document(state: &State) -> Reply {
    let issuer = &state.issuer;
    let mut written = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code", "id_token"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    match state.mishap {
        Some(Mishap::DocumentOfOtherIssuer) => written["issuer"] = json!(format!("{issuer}/")),
        Some(Mishap::DocumentOfOtherHost) => written["token_endpoint"] = json!("http://127.0.0.1:9/token"),
        Some(Mishap::DocumentWithoutPkce) => written["code_challenge_methods_supported"] = json!(["plain"]),
        Some(Mishap::DocumentMalformed) => written["jwks_uri"] = json!(7),
        Some(Mishap::DocumentFails) => return Reply::failing("503 Service Unavailable", &json!({})),
        _ => {}
    }
    Reply::json(&written)
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn keys(state: &State) -> Reply {
    match state.mishap {
        Some(Mishap::KeysMalformed) => return Reply::json(&json!({"keys": "none"})),
        Some(Mishap::KeysRedirect) => return redirect("/salud/other"),
        _ => {}
    }
    let point = state.key.public_key().as_ref();
    let key = json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": state.kid, "x": encoded(&point[1..33]),
        "y": encoded(&point[33..])});
    Reply::json(
        &json!({"keys": [{"kty": "RSA", "use": "enc", "kid": "e", "n": "AQ", "e": "AQAB"}, key, {"kty": "oct", "k": "AA"}]}),
    )
}

fn redirect(to: &str) -> Reply {
    Reply { headers: format!("location: {to}\r\n"), ..Reply::failing("302 Found", &json!({})) }
}

fn token(state: &mut State, headers: &str, body: &str) -> Reply {
    let html = || Reply { kind: "text/html", body: b"<!DOCTYPE html><p>Mantenimiento".to_vec(), ..Reply::json(&json!({})) };
    match state.mishap {
        Some(Mishap::HtmlPage) => return html(),
        Some(Mishap::HtmlAsJson) => return Reply { kind: "application/json", ..html() },
        Some(Mishap::HugeBody) => return Reply { body: vec![b' '; 4 << 20], ..Reply::json(&json!({})) },
        Some(Mishap::Redirect) => return redirect("/salud/token2"),
        Some(Mishap::TokenFails) => return Reply::failing("500 Internal Server Error", &json!({})),
        Some(Mishap::TokenRefuses) => return Reply::failing("400 Bad Request", &json!({"error": "invalid_grant"})),
        Some(Mishap::NoIdToken) => return Reply::json(&json!({"access_token": "x", "token_type": "Bearer"})),
        _ => {}
    }
    let sent: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let says = |name: &str| sent.get(name).map(String::as_str).unwrap_or_default();
    let basic = "termometro:s3creto+de+prueba";
    let basic = format!("authorization: Basic {}", base64::engine::general_purpose::STANDARD.encode(basic));
    if !headers.lines().any(|line| line == basic) || says("grant_type") != "authorization_code" {
        return Reply::failing("401 Unauthorized", &json!({"error": "invalid_client"}));
    }
    let challenge = encoded(&Sha256::digest(says("code_verifier").as_bytes()));
    let Some(grant) = state.grants.get_mut(says("code")) else {
        return Reply::failing("400 Bad Request", &json!({"error": "invalid_grant"}));
    };
    if grant.is_used || grant.challenge != challenge || grant.redirect_uri != says("redirect_uri") {
        return Reply::failing("400 Bad Request", &json!({"error": "invalid_grant"}));
    }
    grant.is_used = true;
    let (subject, nonce, authenticated_at) = (grant.subject.clone(), grant.nonce.clone(), grant.authenticated_at);
    let id_token = id_token(state, (&subject, &nonce, authenticated_at));
    Reply::json(&json!({"access_token": "x", "token_type": "bearer", "expires_in": 300, "id_token": id_token}))
}

fn id_token(state: &State, (subject, nonce, authenticated_at): (&str, &str, i64)) -> String {
    let now = now().as_second();
    let mut header = json!({"typ": "JWT", "alg": "ES256", "kid": state.kid});
    let mut claims = json!({"iss": state.issuer, "sub": subject, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": nonce,
        "auth_time": authenticated_at, "email": "ana@example.org"});
    let mut without = |name: &str| drop(claims.as_object_mut().unwrap().remove(name));
    match state.mishap {
        Some(Mishap::NoNonce) => without("nonce"),
        Some(Mishap::NoSubject) => without("sub"),
        Some(Mishap::NoAuthTime) => without("auth_time"),
        Some(Mishap::OtherIssuer) => claims["iss"] = json!("https://accounts.example.org"),
        Some(Mishap::OtherAudience) => claims["aud"] = json!("another"),
        Some(Mishap::SeveralAudiences) => claims["aud"] = json!([CLIENT, "another"]),
        Some(Mishap::OtherParty) => claims["azp"] = json!("another"),
        Some(Mishap::OtherNonce) => claims["nonce"] = json!("x".repeat(43)),
        Some(Mishap::Expired) => claims["exp"] = json!(now - 61),
        Some(Mishap::NotYetValid) => claims["nbf"] = json!(now + 120),
        Some(Mishap::IssuedBefore) => claims["iat"] = json!(now - 3_600),
        Some(Mishap::EmptySubject) => claims["sub"] = json!(""),
        Some(Mishap::AuthenticatedLongAgo) => claims["auth_time"] = json!(now - 7_200),
        Some(Mishap::AlgNone) => header["alg"] = json!("none"),
        Some(Mishap::SharedSecret) => header["alg"] = json!("HS256"),
        Some(Mishap::Rs256) => header["alg"] = json!("RS256"),
        Some(Mishap::UnknownKid) => header["kid"] = json!("another"),
        Some(Mishap::NotAToken) => return "abc".to_owned(),
        _ => {}
    }
    let signed = format!("{}.{}", encoded(header.to_string().as_bytes()), encoded(claims.to_string().as_bytes()));
    let random = SystemRandom::new();
    let signature = match state.mishap {
        Some(Mishap::AlgNone | Mishap::NoSignature) => Vec::new(),
        Some(Mishap::SharedSecret) => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, state.key.public_key().as_ref());
            hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
        }
        Some(Mishap::BadSignature) => state.key.sign(&random, b"another").unwrap().as_ref().to_vec(),
        Some(Mishap::OtherKey) => new_key().sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
        _ => state.key.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
    };
    format!("{signed}.{}", encoded(&signature))
}
