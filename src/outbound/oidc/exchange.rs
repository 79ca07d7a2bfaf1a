//! One request to the provider: to an allowed host whose address was judged, bounded in bytes and in time, without following a redirect.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response, StatusCode, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use url::{Position, Url};

use super::fault::ProviderFault::{self, Invalid, Unavailable};
use crate::outbound::{
    connector::{Connector, EndsWith, authority},
    url_policy::UrlPolicy,
};

const USER_AGENT: &str = concat!("Termometro/", env!("CARGO_PKG_VERSION"));
const HEAD_BYTES_MAX: usize = 32 * 1024;
const BODY_BYTES_MAX: usize = 128 * 1024;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// The way to the provider.
pub(super) struct Exchange {
    pub connector: Connector,
    pub policy: UrlPolicy,
    /// `host` or `host:port`: whatever else a document names is not spoken to.
    pub hosts: Vec<String>,
    /// For one answer, from the first step to its last byte.
    pub wait: Duration,
}

/// What is posted, and the `Authorization` that goes with it.
pub(super) struct Posted {
    pub form: String,
    pub authorization: Option<String>,
}

impl Exchange {
    /// An address that the provider names: on an allowed host, over TLS.
    pub fn admit(&self, text: &str) -> Result<Url, ProviderFault> {
        let url = self.policy.read(text).map_err(|rejected| Invalid(rejected.code()))?;
        if self.hosts.iter().any(|host| host == authority(&url)) { Ok(url) } else { Err(Invalid("other_host")) }
    }

    /// Status and body of an answer that is JSON.
    pub async fn ask(&self, url: &Url, posted: Option<Posted>) -> Result<(StatusCode, Vec<u8>), ProviderFault> {
        let answering = timeout(self.wait, self.answer(url, posted));
        answering.await.map_err(|_| Unavailable("timed_out"))?
    }

    async fn answer(&self, url: &Url, posted: Option<Posted>) -> Result<(StatusCode, Vec<u8>), ProviderFault> {
        let addresses = self.policy.addresses(url).await.map_err(|rejected| Unavailable(rejected.code()))?;
        let stream = self.connector.connect(url, &addresses).await.map_err(Unavailable)?;
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD_BYTES_MAX);
        let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(|_| Unavailable("hung_up"))?;
        let _connection = EndsWith(tokio::spawn(async move {
            let _ = connection.await;
        }));
        let request = request(url, posted).map_err(|_| Invalid("url_malformed"))?;
        let response = sender.send_request(request).await.map_err(|_| Unavailable("hung_up"))?;
        take(response).await
    }
}

fn request(url: &Url, posted: Option<Posted>) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    let method = if posted.is_some() { Method::POST } else { Method::GET };
    let mut request = Request::builder()
        .method(method)
        .uri(&url[Position::BeforePath..Position::AfterQuery])
        .header(header::HOST, authority(url))
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, JSON)
        .header(header::CONNECTION, "close");
    let Some(posted) = posted else { return request.body(Full::default()) };
    if let Some(authorization) = posted.authorization {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    request.header(header::CONTENT_TYPE, FORM).body(Full::from(posted.form))
}

async fn take(response: Response<Incoming>) -> Result<(StatusCode, Vec<u8>), ProviderFault> {
    let status = response.status();
    if status.is_redirection() {
        return Err(Invalid("redirected"));
    }
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Unavailable("server_error"));
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(JSON) && !kind.eq_ignore_ascii_case("application/jwk-set+json") {
        return Err(Invalid("not_json"));
    }
    let (mut body, mut bytes) = (response.into_body(), Vec::new());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unavailable("cut_short"))?;
        let Some(chunk) = frame.data_ref() else { continue };
        if bytes.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(Invalid("too_large"));
        }
        bytes.extend_from_slice(chunk);
    }
    Ok((status, bytes))
}
