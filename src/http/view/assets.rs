//! Style, script and pictures: files whose names change with their content, so that browsers can cache them for ever.

use std::sync::LazyLock;

use bytes::Bytes;
use hyper::{
    Method,
    header::{self, HeaderValue},
};

use crate::{
    http::{App, Endpoint, Problem, Request, response::fixed_text::FixedText},
    text::hex::sha256,
};

pub struct Asset {
    text: FixedText,
    name: LazyLock<String>,
}

pub static STYLE: Asset = Asset {
    text: FixedText::new(
        HeaderValue::from_static("text/css; charset=utf-8"),
        Bytes::from_static(include_bytes!("assets/style.css")),
    ),
    name: LazyLock::new(|| name("style", include_bytes!("assets/style.css"), "css")),
};
pub static SCRIPT: Asset = Asset {
    text: FixedText::new(
        HeaderValue::from_static("text/javascript; charset=utf-8"),
        Bytes::from_static(include_bytes!("assets/search.js")),
    ),
    name: LazyLock::new(|| name("search", include_bytes!("assets/search.js"), "js")),
};
/// Of pages for those who hold a key.
pub static WORK_SCRIPT: Asset = Asset {
    text: FixedText::new(
        HeaderValue::from_static("text/javascript; charset=utf-8"),
        Bytes::from_static(include_bytes!("assets/work.js")),
    ),
    name: LazyLock::new(|| name("work", include_bytes!("assets/work.js"), "js")),
};
/// Of the page that shows what a draft would do with other numbers.
pub static DRAFT_SCRIPT: Asset = Asset {
    text: FixedText::new(
        HeaderValue::from_static("text/javascript; charset=utf-8"),
        Bytes::from_static(include_bytes!("assets/draft.js")),
    ),
    name: LazyLock::new(|| name("draft", include_bytes!("assets/draft.js"), "js")),
};
pub static DOCS_STYLE: Asset = Asset {
    text: FixedText::new(
        HeaderValue::from_static("text/css; charset=utf-8"),
        Bytes::from_static(include_bytes!("assets/docs.css")),
    ),
    name: LazyLock::new(|| name("docs", include_bytes!("assets/docs.css"), "css")),
};
/// The mark of a tab; `/favicon.ico` is for those who ask for no other.
pub static ICON: Asset = Asset {
    text: FixedText::new(HeaderValue::from_static("image/svg+xml"), Bytes::from_static(include_bytes!("assets/icon.svg"))),
    name: LazyLock::new(|| name("icon", include_bytes!("assets/icon.svg"), "svg")),
};
/// What a link looks like in a chat: `assets/preview.svg`, drawn by `scripts/draw_pictures.py`.
pub static PREVIEW: Asset = Asset {
    text: FixedText::new(HeaderValue::from_static("image/png"), Bytes::from_static(include_bytes!("assets/preview.png"))),
    name: LazyLock::new(|| name("preview", include_bytes!("assets/preview.png"), "png")),
};
pub const FAVICON: &[u8] = include_bytes!("assets/favicon.png");

impl Asset {
    pub fn path(&self) -> String {
        format!("/assets/{}", *self.name)
    }
}

fn name(stem: &str, content: &[u8], extension: &str) -> String {
    format!("{stem}-{}.{extension}", &sha256(content)[..12])
}

pub fn endpoint() -> Endpoint<App> {
    Endpoint::plain(Method::GET, "/assets/{file}", |_, request: Request| async move {
        let file: String = request.path("file")?;
        let assets = [&STYLE, &SCRIPT, &WORK_SCRIPT, &DRAFT_SCRIPT, &DOCS_STYLE, &ICON, &PREVIEW];
        let asset = assets.into_iter().find(|asset| *asset.name == file);
        let asset = asset.ok_or_else(|| Problem::not_found(("el archivo", "file"), &file))?;
        let caching = HeaderValue::from_static("public, max-age=31536000, immutable");
        Ok(asset.text.answer(&request.headers).with_header(header::CACHE_CONTROL, caching))
    })
}
