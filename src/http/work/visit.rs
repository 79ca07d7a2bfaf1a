//! Who visits a page of work: the session that its cookie names, and whether a form was sent from a page of ours.

use std::net::IpAddr;

use hyper::header::{COOKIE, FORWARDED, HOST, HeaderMap, HeaderValue, ORIGIN, VIA};

use crate::{
    http::{App, Problem, Request, access::client::FORWARDED_FOR},
    workflow::access::sessions::Session,
};

/// Browsers take a cookie of this name only over HTTPS, from this very host, for all of its paths.
const COOKIE_NAME: &str = "__Host-tmo_session";
/// On this machine without TLS, where browsers would not take the other one.
const LOOPBACK_COOKIE_NAME: &str = "tmo_session";
/// Of a sign-in that is on its way to a provider and back.
const ATTEMPT_COOKIE_NAME: &str = "__Host-tmo_sign_in";
const LOOPBACK_ATTEMPT_COOKIE_NAME: &str = "tmo_sign_in";
const ATTEMPT_LIFE: &str = "; Max-Age=600";
const TOKEN_CHARS: usize = 43;
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// How the browser reaches this service, as far as a cookie may go there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Over HTTPS at this origin, which the operator has set.
    Https(String),
    /// On the very machine, at this origin.
    Loopback(String),
}

/// A page that a person with a session looks at.
#[derive(Clone, Debug)]
pub struct Visit {
    pub session: Session,
    /// What the cookie holds.
    pub token: String,
    pub form_token: String,
}

/// `None`: over plain HTTP from elsewhere, or the operator has set no origin that begins with `https://`.
pub fn reach(request: &Request) -> Option<Reach> {
    if let Some(host) = loopback_host(request) {
        return Some(Reach::Loopback(format!("http://{host}")));
    }
    let origin = request.context.origin.as_deref()?;
    origin.starts_with("https://").then(|| Reach::Https(origin.to_owned()))
}

/// The host that was named, when it is this machine and nobody passed the request on: a name of somebody else's that leads here is not it.
fn loopback_host(request: &Request) -> Option<&str> {
    let headers = &request.headers;
    let passed_on = headers.contains_key(FORWARDED_FOR) || headers.contains_key(FORWARDED) || headers.contains_key(VIA);
    let from_here = request.context.peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let host = one(headers, HOST.as_str())?;
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_here = name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    (from_here && is_here && !passed_on).then_some(host)
}

impl Reach {
    fn cookie_name(&self) -> &'static str {
        match self {
            Self::Https(_) => COOKIE_NAME,
            Self::Loopback(_) => LOOPBACK_COOKIE_NAME,
        }
    }

    fn attempt_cookie_name(&self) -> &'static str {
        match self {
            Self::Https(_) => ATTEMPT_COOKIE_NAME,
            Self::Loopback(_) => LOOPBACK_ATTEMPT_COOKIE_NAME,
        }
    }

    pub fn origin(&self) -> &str {
        match self {
            Self::Https(origin) | Self::Loopback(origin) => origin,
        }
    }

    /// The cookie of a session. It ends with the browser; when the session ends, the service knows.
    pub fn cookie(&self, token: &str) -> Result<HeaderValue, Problem> {
        self.set_cookie((self.cookie_name(), token), "")
    }

    pub fn no_cookie(&self) -> Result<HeaderValue, Problem> {
        self.set_cookie((self.cookie_name(), ""), "; Max-Age=0")
    }

    /// The cookie of a sign-in on its way: it comes along when the provider sends the browser back.
    pub fn attempt_cookie(&self, token: &str) -> Result<HeaderValue, Problem> {
        self.set_cookie((self.attempt_cookie_name(), token), ATTEMPT_LIFE)
    }

    pub fn no_attempt_cookie(&self) -> Result<HeaderValue, Problem> {
        self.set_cookie((self.attempt_cookie_name(), ""), "; Max-Age=0")
    }

    fn set_cookie(&self, (name, token): (&str, &str), life: &str) -> Result<HeaderValue, Problem> {
        let secure = if let Self::Https(_) = self { "; Secure" } else { "" };
        let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{life}");
        HeaderValue::try_from(text).map_err(|_| Problem::internal())
    }
}

/// The visit that a request belongs to; `None` without a living session.
pub async fn of(app: &App, request: &Request) -> Result<Option<Visit>, Problem> {
    let Some(token) = reach(request).and_then(|reach| token(&request.headers, reach.cookie_name())) else { return Ok(None) };
    let session = app.workflow.session(token, app.now()).await?;
    let form_token = app.workflow.form_token(token);
    Ok(session.map(|session| Visit { session, token: token.to_owned(), form_token }))
}

/// What the cookie of a sign-in on its way holds.
pub fn attempt_token(request: &Request) -> Option<&str> {
    reach(request).and_then(|reach| token(&request.headers, reach.attempt_cookie_name()))
}

/// What a cookie of this name holds, if there is exactly one and it can be one of ours.
fn token<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut found = pairs.filter(|(other, _)| *other == name).map(|(_, value)| value);
    let (value, None) = (found.next()?, found.next()) else { return None };
    (value.len() == TOKEN_CHARS && value.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(value)
}

/// Whether a form stood in a page of this very origin. Browsers say where it stood; without a word of theirs it did not.
pub fn is_from_here(request: &Request) -> bool {
    let Some(reach) = reach(request) else { return false };
    match one(&request.headers, SEC_FETCH_SITE) {
        Some(site) => site == "same-origin",
        None if request.headers.contains_key(SEC_FETCH_SITE) => false,
        None => one(&request.headers, ORIGIN.as_str()) == Some(reach.origin()),
    }
}

/// A header that was sent exactly once.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut sent = headers.get_all(name).iter();
    match (sent.next(), sent.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (COOKIE, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn one_cookie_of_the_right_name_and_form_is_read() {
        const TOKEN: &str = "0123456789abcdefghijABCDEFGHIJ0123456789abc";
        let read = |lines: &[&'static str]| token(&cookies(lines), COOKIE_NAME).map(str::to_owned);
        let ours = "a=b; __Host-tmo_session=0123456789abcdefghijABCDEFGHIJ0123456789abc";
        assert_eq!(read(&[ours]).as_deref(), Some(TOKEN));
        assert_eq!(read(&["x=y", ours]).as_deref(), Some(TOKEN));
        for none in [
            &["tmo_session=0123456789abcdefghijABCDEFGHIJ0123456789abc"][..],
            &["__Host-tmo_session=short"],
            &["__Host-tmo_session=0123456789abcdefghijABCDEFGHIJ0123456789ab%"],
            &[ours, ours],
            &[],
        ] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_cookie_is_secure_unless_it_stays_on_this_machine() {
        let text = |reach: Reach| reach.cookie("x").unwrap().to_str().unwrap().to_owned();
        let https = text(Reach::Https("https://t.example".to_owned()));
        assert_eq!(https, "__Host-tmo_session=x; Path=/; HttpOnly; SameSite=Lax; Secure");
        let here = text(Reach::Loopback("http://localhost:8080".to_owned()));
        assert_eq!(here, "tmo_session=x; Path=/; HttpOnly; SameSite=Lax");
    }
}
