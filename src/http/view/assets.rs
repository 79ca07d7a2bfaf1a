//! Style, script and pictures: files whose names change with their content, so that browsers can cache them for ever.

use std::sync::LazyLock;

use hyper::{
    Method,
    header::{self, HeaderValue},
};

use crate::{
    http::{Answer, App, Endpoint, Problem, Request},
    text::hex::sha256,
};

pub struct Asset {
    content_type: &'static str,
    content: &'static [u8],
    name: LazyLock<String>,
}

pub static STYLE: Asset = Asset {
    content_type: "text/css; charset=utf-8",
    content: include_bytes!("assets/style.css"),
    name: LazyLock::new(|| name("style", include_bytes!("assets/style.css"), "css")),
};
pub static SCRIPT: Asset = Asset {
    content_type: "text/javascript; charset=utf-8",
    content: include_bytes!("assets/search.js"),
    name: LazyLock::new(|| name("search", include_bytes!("assets/search.js"), "js")),
};

pub static DOCS_STYLE: Asset = Asset {
    content_type: "text/css; charset=utf-8",
    content: include_bytes!("assets/docs.css"),
    name: LazyLock::new(|| name("docs", include_bytes!("assets/docs.css"), "css")),
};
/// The mark of a tab; `/favicon.ico` is for those who ask for no other.
pub static ICON: Asset = Asset {
    content_type: "image/svg+xml",
    content: include_bytes!("assets/icon.svg"),
    name: LazyLock::new(|| name("icon", include_bytes!("assets/icon.svg"), "svg")),
};
/// What a link looks like in a chat: `assets/preview.svg`, drawn by `scripts/draw_pictures.py`.
pub static PREVIEW: Asset = Asset {
    content_type: "image/png",
    content: include_bytes!("assets/preview.png"),
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
        let asset = [&STYLE, &SCRIPT, &DOCS_STYLE, &ICON, &PREVIEW].into_iter().find(|asset| *asset.name == file);
        let asset = asset.ok_or_else(|| Problem::not_found(("el archivo", "file"), &file))?;
        let caching = HeaderValue::from_static("public, max-age=31536000, immutable");
        Ok(Answer::bytes(asset.content_type, asset.content).with_header(header::CACHE_CONTROL, caching))
    })
}
