//! The headers of hot answers, made once by the very code that makes those of all others, then only filled in.

use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};

use crate::http::{
    Answer,
    conditional::Validator,
    context::{Context, X_REQUEST_ID},
    edge,
};

pub struct Heads {
    found: HeaderMap,
    linked: HeaderMap,
    unchanged: HeaderMap,
}

impl Default for Heads {
    fn default() -> Self {
        let context = Context { request_id: "-".into(), peer: None };
        let sent = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static("*"))]);
        let question = [""; 4];
        let plain = Validator::of(question, &HeaderMap::new(), &[]);
        let link = HeaderValue::from_static("-");
        let finish = |answer: Answer| edge::finish(answer.into_response(), &context).headers().clone();
        Self {
            found: finish(plain.apply(Answer::json_bytes(Bytes::new()))),
            linked: finish(plain.apply(Answer::json_bytes(Bytes::new())).with_header(header::LINK, link)),
            unchanged: finish(Validator::of(question, &sent, &[]).apply(Answer::json_bytes(Bytes::new()))),
        }
    }
}

/// What differs from answer to answer.
pub struct Filling {
    pub tag: HeaderValue,
    pub request_id: HeaderValue,
    pub from_another_origin: bool,
    pub link: Option<HeaderValue>,
}

impl Heads {
    /// A 200 with `body`, or a 304 without.
    pub fn respond(&self, body: Option<Vec<u8>>, filling: Filling) -> Response<Bytes> {
        let Filling { tag, request_id, from_another_origin, link } = filling;
        let (head, status) = match (&body, &link) {
            (None, _) => (&self.unchanged, StatusCode::NOT_MODIFIED),
            (Some(_), None) => (&self.found, StatusCode::OK),
            (Some(_), Some(_)) => (&self.linked, StatusCode::OK),
        };
        let mut response = Response::new(body.map(Bytes::from).unwrap_or_default());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        *headers = head.clone();
        fill(headers, &header::ETAG, tag);
        fill(headers, &X_REQUEST_ID, request_id);
        if let Some(link) = link {
            fill(headers, &header::LINK, link);
        }
        if from_another_origin {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(edge::EXPOSED));
        }
        response
    }
}

/// In its place, so that the order stays.
fn fill(headers: &mut HeaderMap, name: &HeaderName, value: HeaderValue) {
    if let Some(place) = headers.get_mut(name) {
        *place = value;
    }
}
