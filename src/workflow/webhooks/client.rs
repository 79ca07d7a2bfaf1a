//! Sends one message to one checked address and returns the outcome. Every wait is bounded; redirects are not followed.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use rustls::RootCertStore;
use tokio::time::timeout;
use url::{Position, Url};

use crate::{
    outbound::connector::{ByteStream, Connector, EndsWith, authority},
    workflow::common::error::WorkflowError,
};

const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Up to 4 KiB of the answer's body is read, for the echo of a challenge and so that the receiver does not see a reset connection.
const BODY_BYTES_MAX: usize = 4 * 1024;
const USER_AGENT: &str = concat!("Termometro/", env!("CARGO_PKG_VERSION"));

#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the connection, with TLS.
    pub connect: Duration,
    /// For all of it.
    pub overall: Duration,
}

#[derive(Clone)]
pub struct WebhookClient {
    connector: Connector,
    timeouts: Timeouts,
}

/// The request to send.
pub struct Outgoing {
    pub id: String,
    pub seconds: i64,
    pub signatures: String,
    pub body: String,
}

/// The outcome of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendResult {
    /// `delivered`, or why not.
    pub outcome: &'static str,
    pub status: Option<u16>,
}

impl SendResult {
    pub(crate) fn failed(outcome: &'static str) -> Self {
        Self { outcome, status: None }
    }

    pub fn arrived(self) -> bool {
        self.outcome == DELIVERED
    }
}

const DELIVERED: &str = "delivered";
const NOT_ECHOED: &str = "challenge_not_echoed";

/// The status of an answer and the beginning of its body.
type Answered = (StatusCode, Vec<u8>);

impl WebhookClient {
    /// Trusting the authorities that browsers trust.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(timeouts: Timeouts) -> Result<Self, WorkflowError> {
        Self::with(Connector::new(timeouts.connect), timeouts)
    }

    /// # Errors
    /// When TLS cannot be set up.
    pub fn trusting(roots: RootCertStore, timeouts: Timeouts) -> Result<Self, WorkflowError> {
        Self::with(Connector::trusting(roots, timeouts.connect), timeouts)
    }

    fn with(connector: Result<Connector, rustls::Error>, timeouts: Timeouts) -> Result<Self, WorkflowError> {
        let connector = connector.map_err(|error| WorkflowError::machine("TLS cannot be set up", error))?;
        Ok(Self { connector, timeouts })
    }

    pub fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    pub async fn send(&self, url: &Url, addresses: &[SocketAddr], message: &Outgoing) -> SendResult {
        self.send_and_check(url, addresses, message, |_| true).await
    }

    /// The same for a message whose answer must be something.
    pub(crate) async fn send_and_check(
        &self,
        url: &Url,
        addresses: &[SocketAddr],
        message: &Outgoing,
        is_answer: impl FnOnce(&[u8]) -> bool,
    ) -> SendResult {
        match timeout(self.timeouts.overall, self.try_to_send(url, addresses, message)).await {
            Ok(Ok((status, answer))) if status.is_success() => {
                let outcome = if is_answer(&answer) { DELIVERED } else { NOT_ECHOED };
                SendResult { outcome, status: Some(status.as_u16()) }
            }
            Ok(Ok((status, _))) => SendResult { outcome: "refused_by_receiver", status: Some(status.as_u16()) },
            Ok(Err(outcome)) => SendResult::failed(outcome),
            Err(_) => SendResult::failed("timed_out"),
        }
    }

    async fn try_to_send(&self, url: &Url, addresses: &[SocketAddr], message: &Outgoing) -> Result<Answered, &'static str> {
        exchange(self.connector.connect(url, addresses).await?, url, message).await
    }
}

async fn exchange(stream: Box<dyn ByteStream>, url: &Url, message: &Outgoing) -> Result<Answered, &'static str> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_BYTES_MAX);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(|_| "hung_up")?;
    // Ends with this function, whatever the receiver does.
    let _connection = EndsWith(tokio::spawn(async move {
        let _ = connection.await;
    }));
    let request = request(url, message).map_err(|_| "url_malformed")?;
    let mut response = sender.send_request(request).await.map_err(|_| "hung_up")?;
    let mut read = Vec::new();
    while read.len() < BODY_BYTES_MAX {
        match response.frame().await {
            Some(Ok(frame)) => read.extend_from_slice(frame.data_ref().map_or(&[], |bytes| bytes)),
            // The status is the answer; the rest is read for the echo of a challenge only.
            Some(Err(_)) | None => break,
        }
    }
    Ok((response.status(), read))
}

fn request(url: &Url, message: &Outgoing) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    Request::post(&url[Position::BeforePath..Position::AfterQuery])
        .header(header::HOST, authority(url))
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONNECTION, "close")
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", message.seconds)
        .header("webhook-signature", &message.signatures)
        .body(Full::new(Bytes::from(message.body.clone())))
}
