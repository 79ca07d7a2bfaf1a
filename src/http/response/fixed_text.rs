//! A text that never changes while the program runs, compressed once for all who want it so.

use std::{io::Read, sync::OnceLock};

use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use flate2::{Compression, read::GzEncoder};
use hyper::header::{self, HeaderMap, HeaderValue};

use crate::http::{Answer, base::quality_values::weighted};

const BROTLI_QUALITY: i32 = 9;
const BROTLI_WINDOW: i32 = 22;

pub struct FixedText {
    content_type: HeaderValue,
    plain: Bytes,
    gzip: OnceLock<Option<Bytes>>,
    brotli: OnceLock<Option<Bytes>>,
}

impl FixedText {
    pub const fn new(content_type: HeaderValue, plain: Bytes) -> Self {
        Self { content_type, plain, gzip: OnceLock::new(), brotli: OnceLock::new() }
    }

    /// In the coding that the client wants most, of those there are.
    pub fn answer(&self, headers: &HeaderMap) -> Answer {
        let accepted: Vec<(&str, u16)> =
            headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).flat_map(weighted).collect();
        let weight =
            |coding: &str| accepted.iter().find(|(name, _)| name.eq_ignore_ascii_case(coding)).map_or(0, |(_, weight)| *weight);
        // A picture of points is compressed within.
        let is_picture = self.content_type == "image/png";
        let (coding, compressed) = match (weight("br"), weight("gzip")) {
            _ if is_picture => ("identity", None),
            (0, 0) => ("identity", None),
            (br, gzip) if br >= gzip => ("br", self.brotli.get_or_init(|| brotli(&self.plain).ok()).as_ref()),
            _ => ("gzip", self.gzip.get_or_init(|| gzip(&self.plain).ok()).as_ref()),
        };
        let answer = Answer::bytes("application/octet-stream", compressed.unwrap_or(&self.plain).clone())
            .with_header(header::CONTENT_TYPE, self.content_type.clone())
            .with_header(header::VARY, HeaderValue::from_static("accept-encoding"));
        if compressed.is_none() { answer } else { answer.with_header(header::CONTENT_ENCODING, HeaderValue::from_static(coding)) }
    }
}

fn brotli(plain: &Bytes) -> std::io::Result<Bytes> {
    let parameters = BrotliEncoderParams { quality: BROTLI_QUALITY, lgwin: BROTLI_WINDOW, ..BrotliEncoderParams::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut plain.as_ref(), &mut compressed, &parameters)?;
    Ok(compressed.into())
}

fn gzip(plain: &Bytes) -> std::io::Result<Bytes> {
    let mut compressed = Vec::new();
    GzEncoder::new(plain.as_ref(), Compression::best()).read_to_end(&mut compressed)?;
    Ok(compressed.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use http_body_util::BodyExt;

    async fn answered(text: &FixedText, accepted: &'static str) -> (Option<String>, Vec<u8>) {
        let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
        let response = text.answer(&headers).into_response();
        let coding = response.headers().get(header::CONTENT_ENCODING).map(|coding| coding.to_str().unwrap().to_owned());
        (coding, response.into_body().collect().await.unwrap().to_bytes().to_vec())
    }

    #[tokio::test]
    async fn each_client_gets_the_coding_it_wants_most() {
        let plain = "precio ".repeat(1_000);
        let text = FixedText::new(HeaderValue::from_static("text/plain"), Bytes::from(plain.clone()));
        for (accepted, coding) in
            [("br, gzip", Some("br")), ("gzip, br;q=0.5", Some("gzip")), ("deflate", None), ("br;q=0", None)]
        {
            let (found, body) = answered(&text, accepted).await;
            assert_eq!(found.as_deref(), coding, "{accepted}");
            let mut read = Vec::new();
            match coding {
                Some("br") => brotli::BrotliDecompress(&mut body.as_slice(), &mut read).unwrap(),
                Some(_) => drop(GzDecoder::new(body.as_slice()).read_to_end(&mut read).unwrap()),
                None => read = body,
            }
            assert_eq!(read, plain.as_bytes(), "{accepted}");
        }
    }
}
