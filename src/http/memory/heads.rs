//! The headers of hot answers, made once by the very code that makes those of all others, then only filled in.

use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};

use super::answers::Found;
use crate::http::{
    Answer,
    conditional::Validator,
    context::{Context, RequestIdText, X_REQUEST_ID},
    edge,
    rates::Left,
};

pub struct Heads {
    found: Head,
    linked: Head,
    unchanged: Head,
}

/// As a map for hyper, and as text for the lane before it.
struct Head {
    map: HeaderMap,
    text: Vec<Piece>,
}

enum Piece {
    Text(Vec<u8>),
    Tag,
    RequestId,
    Link,
}

impl Default for Heads {
    fn default() -> Self {
        let context = Context { request_id: "-".into(), peer: None };
        let sent = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static("*"))]);
        let question = [""; 4];
        let plain = Validator::of(question, &HeaderMap::new(), &[]);
        let link = HeaderValue::from_static("-");
        let finish = |answer: Answer| Head::new(edge::finish(answer.into_response(), &context).headers().clone());
        Self {
            found: finish(plain.apply(Answer::json_bytes(Bytes::new()))),
            linked: finish(plain.apply(Answer::json_bytes(Bytes::new())).with_header(header::LINK, link)),
            unchanged: finish(Validator::of(question, &sent, &[]).apply(Answer::json_bytes(Bytes::new()))),
        }
    }
}

/// What differs from answer to answer.
pub struct Filling<'a> {
    pub found: &'a Found,
    pub validator: &'a Validator,
    pub request_id: RequestIdText,
    pub from_another_origin: bool,
    /// What the client may still ask, where that is counted.
    pub left: Option<Left>,
}

impl Filling<'_> {
    pub fn status(&self) -> StatusCode {
        if self.found.unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK }
    }
}

impl Heads {
    fn of(&self, found: &Found) -> &Head {
        match found {
            Found { unchanged: true, .. } => &self.unchanged,
            Found { link: None, .. } => &self.found,
            Found { link: Some(_), .. } => &self.linked,
        }
    }

    /// A 200 with `body`, or a 304 without.
    pub fn respond(&self, body: Vec<u8>, filling: Filling<'_>) -> Option<Response<Bytes>> {
        let body = if filling.found.unchanged { Bytes::new() } else { Bytes::from(body) };
        let mut response = Response::new(body);
        *response.status_mut() = filling.status();
        let headers = response.headers_mut();
        *headers = self.of(filling.found).map.clone();
        fill(headers, &header::ETAG, filling.validator.tag()?);
        fill(headers, &X_REQUEST_ID, HeaderValue::from_bytes(filling.request_id.as_bytes()).ok()?);
        if let Some(link) = &filling.found.link {
            fill(headers, &header::LINK, link.clone());
        }
        if let Some(left) = filling.left {
            left.put(headers);
        }
        if filling.from_another_origin {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(edge::EXPOSED));
        }
        Some(response)
    }

    /// The same headers as text, each line ended.
    pub fn write(&self, filling: &Filling<'_>, out: &mut Vec<u8>) {
        for piece in &self.of(filling.found).text {
            out.extend_from_slice(match piece {
                Piece::Text(text) => text,
                Piece::Tag => filling.validator.quoted(),
                Piece::RequestId => filling.request_id.as_bytes(),
                Piece::Link => filling.found.link.as_ref().map_or(b"", HeaderValue::as_bytes),
            });
        }
        if let Some(left) = filling.left {
            left.write(out);
        }
        if filling.from_another_origin {
            let name = header::ACCESS_CONTROL_EXPOSE_HEADERS;
            let parts: [&[u8]; 4] = [name.as_str().as_bytes(), b": ", edge::EXPOSED.as_bytes(), b"\r\n"];
            parts.iter().for_each(|part| out.extend_from_slice(part));
        }
    }
}

impl Head {
    fn new(map: HeaderMap) -> Self {
        let (mut text, mut plain) = (Vec::new(), Vec::new());
        for (name, value) in &map {
            plain.extend_from_slice(name.as_str().as_bytes());
            plain.extend_from_slice(b": ");
            let hole = if name == header::ETAG {
                Some(Piece::Tag)
            } else if name == X_REQUEST_ID {
                Some(Piece::RequestId)
            } else if name == header::LINK {
                Some(Piece::Link)
            } else {
                None
            };
            match hole {
                None => plain.extend_from_slice(value.as_bytes()),
                Some(hole) => text.extend([Piece::Text(std::mem::take(&mut plain)), hole]),
            }
            plain.extend_from_slice(b"\r\n");
        }
        text.push(Piece::Text(plain));
        Self { map, text }
    }
}

/// In its place, so that the order stays.
fn fill(headers: &mut HeaderMap, name: &HeaderName, value: HeaderValue) {
    if let Some(place) = headers.get_mut(name) {
        *place = value;
    }
}
