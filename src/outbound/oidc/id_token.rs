//! A token that says who somebody is (OpenID Connect Core 1.0, 3.1.3.7): every claim that a sign-in rests on is checked.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::fault::ProviderFault::{self, Invalid};

const TOKEN_CHARS_MAX: usize = 16 * 1024;
/// Of OpenID Connect itself.
const SUBJECT_BYTES_MAX: usize = 255;
/// How far the provider's clock may be from ours.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);

#[derive(Deserialize)]
struct JoseHeader {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood (RFC 7515, 4.1.11): none is.
    crit: Option<serde_json::Value>,
    /// A token that holds another one.
    cty: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: String,
    auth_time: i64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// What a token must say.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExpectedClaims<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    /// The sign-in began.
    pub begun_at: Timestamp,
    /// The person showed who they are at this instant or later.
    pub authenticated_since: Timestamp,
    pub now: Timestamp,
}

/// A token as it came; nothing of it is believed before its signature was checked.
pub(super) struct IdToken<'a> {
    header: JoseHeader,
    signed: &'a str,
    payload: &'a str,
    pub signature: Vec<u8>,
}

/// Somebody whom the provider knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    pub subject: String,
    pub authenticated_at: Timestamp,
}

impl<'a> IdToken<'a> {
    pub fn read(text: &'a str) -> Result<Self, ProviderFault> {
        let malformed = Invalid("token_malformed");
        if text.len() > TOKEN_CHARS_MAX {
            return Err(malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(malformed)?;
        let (header, payload) = signed.split_once('.').filter(|(_, payload)| !payload.contains('.')).ok_or(malformed)?;
        let header: JoseHeader = serde_json::from_slice(&decoded(header)?).map_err(|_| malformed)?;
        if header.crit.is_some() || header.cty.is_some() {
            return Err(malformed);
        }
        Ok(Self { header, signed, payload, signature: decoded(signature)? })
    }

    /// Algorithm and name of its key, by its own words.
    pub fn key(&self) -> (&str, Option<&str>) {
        (&self.header.alg, self.header.kid.as_deref())
    }

    pub fn signed(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    /// Whom it speaks of. Its signature was checked.
    pub fn person(&self, expected: &ExpectedClaims<'_>) -> Result<KnownPerson, ProviderFault> {
        let claims: Claims = serde_json::from_slice(&decoded(self.payload)?).map_err(|_| Invalid("claims_malformed"))?;
        claims.check(expected)?;
        let authenticated_at = instant(claims.auth_time)?.min(expected.now);
        Ok(KnownPerson { subject: claims.sub, authenticated_at })
    }
}

impl Claims {
    fn check(&self, expected: &ExpectedClaims<'_>) -> Result<(), ProviderFault> {
        let (earliest, latest) = (moved(expected.now, -CLOCK_SKEW), moved(expected.now, CLOCK_SKEW));
        let since = |at: Timestamp| moved(at, -CLOCK_SKEW);
        let is_for_us = match &self.aud {
            Audience::One(audience) => audience == expected.client_id,
            // For others too: they could show it here.
            Audience::Several(all) => matches!(all.as_slice(), [audience] if audience == expected.client_id),
        };
        let is_ours = self.azp.as_deref().is_none_or(|party| party == expected.client_id);
        let (issued_at, authenticated_at) = (instant(self.iat)?, instant(self.auth_time)?);
        let not_before = self.nbf.map(instant).transpose()?;
        let is_subject = !self.sub.is_empty() && self.sub.len() <= SUBJECT_BYTES_MAX && !self.sub.chars().any(char::is_control);
        for (holds, or) in [
            (self.iss == expected.issuer, "other_issuer"),
            (is_for_us && is_ours, "other_audience"),
            (self.nonce == expected.nonce, "other_nonce"),
            (instant(self.exp)? > earliest, "expired"),
            (issued_at <= latest && not_before.is_none_or(|at| at <= latest), "not_yet_valid"),
            (issued_at >= since(expected.begun_at), "issued_before"),
            (authenticated_at <= latest && authenticated_at >= since(expected.authenticated_since), "not_authenticated_now"),
            (is_subject, "no_subject"),
        ] {
            if !holds {
                return Err(Invalid(or));
            }
        }
        Ok(())
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, ProviderFault> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Invalid("token_malformed"))
}

fn instant(seconds: i64) -> Result<Timestamp, ProviderFault> {
    Timestamp::from_second(seconds).map_err(|_| Invalid("claims_malformed"))
}

fn moved(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: i64 = 1_790_000_000;

    /// What is changed, and the word of its refusal.
    type Broken = (fn(&mut Value), &'static str);

    fn checked(change: impl Fn(&mut Value)) -> Result<KnownPerson, ProviderFault> {
        let mut claims = json!({"iss": "https://id.example", "sub": "ana", "aud": "termometro", "exp": NOW + 300, "iat": NOW,
            "nonce": "n", "auth_time": NOW - 30});
        change(&mut claims);
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}.AA", part(&json!({"alg": "ES256"})), part(&claims));
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let expected = ExpectedClaims {
            issuer: "https://id.example",
            client_id: "termometro",
            nonce: "n",
            begun_at: at(NOW - 60),
            authenticated_since: at(NOW - 600),
            now: at(NOW),
        };
        IdToken::read(&text).unwrap().person(&expected)
    }

    #[test]
    fn each_claim_is_checked_at_its_bounds() {
        let person = checked(|_| {}).unwrap();
        assert_eq!((person.subject.as_str(), person.authenticated_at.as_second()), ("ana", NOW - 30));
        let holds: [fn(&mut Value); 9] = [
            |claims| claims["aud"] = json!(["termometro"]),
            |claims| claims["azp"] = json!("termometro"),
            |claims| claims["exp"] = json!(NOW - 59),
            |claims| claims["iat"] = json!(NOW + 60),
            |claims| claims["iat"] = json!(NOW - 120),
            |claims| claims["nbf"] = json!(NOW + 60),
            |claims| claims["auth_time"] = json!(NOW - 660),
            |claims| claims["auth_time"] = json!(NOW + 60),
            |claims| claims["sub"] = json!("x".repeat(255)),
        ];
        for (index, change) in holds.iter().enumerate() {
            let person = checked(change).unwrap_or_else(|fault| panic!("{index}: {fault:?}"));
            assert!(person.authenticated_at.as_second() <= NOW, "{index}");
        }
        let broken: [Broken; 20] = [
            (|claims| claims["iss"] = json!("https://id.example/"), "other_issuer"),
            (|claims| claims["aud"] = json!("other"), "other_audience"),
            (|claims| claims["aud"] = json!(["termometro", "other"]), "other_audience"),
            (|claims| claims["aud"] = json!([]), "other_audience"),
            (|claims| claims["azp"] = json!("other"), "other_audience"),
            (|claims| claims["nonce"] = json!("m"), "other_nonce"),
            (|claims| claims["exp"] = json!(NOW - 60), "expired"),
            (|claims| claims["iat"] = json!(NOW + 61), "not_yet_valid"),
            (|claims| claims["nbf"] = json!(NOW + 61), "not_yet_valid"),
            (|claims| claims["iat"] = json!(NOW - 121), "issued_before"),
            (|claims| claims["auth_time"] = json!(NOW - 661), "not_authenticated_now"),
            (|claims| claims["auth_time"] = json!(NOW + 61), "not_authenticated_now"),
            (|claims| claims["sub"] = json!(""), "no_subject"),
            (|claims| claims["sub"] = json!("x".repeat(256)), "no_subject"),
            (|claims| claims["sub"] = json!("a\u{0}"), "no_subject"),
            (|claims| claims["sub"] = json!(7), "claims_malformed"),
            (|claims| claims["exp"] = json!("9999999999"), "claims_malformed"),
            (|claims| claims["iat"] = json!(i64::MAX), "claims_malformed"),
            (|claims| claims["nonce"] = Value::Null, "claims_malformed"),
            (|claims| drop(claims.as_object_mut().unwrap().remove("auth_time")), "claims_malformed"),
        ];
        for (index, (change, word)) in broken.iter().enumerate() {
            assert_eq!(checked(change), Err(Invalid(word)), "{index}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let whole = format!("{}.{}.AA", part(r#"{"alg":"ES256"}"#), part("{}"));
        assert!(IdToken::read(&whole).is_ok());
        for bad in [
            String::new(),
            "a.b".to_owned(),
            "a.b.c".to_owned(),
            format!("{whole}.AA"),
            format!("{whole}="),
            format!("{}.{}.AA", part("{}"), part("{}")),
            format!("{}.{}.AA", part(r#"{"alg":"ES256","crit":["exp"]}"#), part("{}")),
            format!("{}.{}.AA", part(r#"{"alg":"ES256","alg":"none"}"#), part("{}")),
            format!("{}.{}.{}", part(r#"{"alg":"ES256"}"#), part("{}"), "A".repeat(TOKEN_CHARS_MAX)),
        ] {
            assert!(IdToken::read(&bad).is_err(), "{bad:.80}");
        }
    }
}
