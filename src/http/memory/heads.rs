//! The headers of hot answers, made once by the very code that makes those of all others, then only filled in.

use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};

use super::{answers::Found, snapshot::index};
use crate::http::{
    Answer, Language,
    conditional::Validator,
    context::{Context, RequestIdText, X_REQUEST_ID},
    edge,
    rates::Left,
};

pub struct Heads {
    /// By language.
    of_languages: [OfLanguage; 2],
}

struct OfLanguage {
    found: Linked,
    unchanged: Linked,
}

/// Where no page follows, and where one does.
struct Linked {
    plain: Head,
    linked: Head,
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
        let sent = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static("*"))]);
        let of =
            |language| OfLanguage { found: Linked::new(&HeaderMap::new(), language), unchanged: Linked::new(&sent, language) };
        Self { of_languages: [of(Language::Spanish), of(Language::English)] }
    }
}

impl Linked {
    /// What a request with the headers `sent` is answered with.
    fn new(sent: &HeaderMap, language: Language) -> Self {
        let context = Context { request_id: "-".into(), peer: None };
        let validator = Validator::of([""; 4], sent, &[]);
        let answer = || validator.apply(Answer::json_bytes(Bytes::new()));
        let finish = |answer: Answer| {
            let response = answer.in_language(language).into_response();
            Head::new(edge::finish(response, &context).headers().clone())
        };
        Self { plain: finish(answer()), linked: finish(answer().with_header(header::LINK, HeaderValue::from_static("-"))) }
    }
}

/// What differs from answer to answer.
pub struct Filling<'a> {
    pub found: &'a Found,
    pub language: Language,
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
    fn of(&self, filling: &Filling<'_>) -> &Head {
        let of_language = &self.of_languages[index(filling.language)];
        let linked = if filling.found.unchanged { &of_language.unchanged } else { &of_language.found };
        if filling.found.link.is_some() { &linked.linked } else { &linked.plain }
    }

    /// A 200 with `body`, or a 304 without.
    pub fn respond(&self, body: Vec<u8>, filling: Filling<'_>) -> Option<Response<Bytes>> {
        let body = if filling.found.unchanged { Bytes::new() } else { Bytes::from(body) };
        let mut response = Response::new(body);
        *response.status_mut() = filling.status();
        let headers = response.headers_mut();
        *headers = self.of(&filling).map.clone();
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
        for piece in &self.of(filling).text {
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
