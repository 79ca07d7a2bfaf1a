//! Style and script: files whose names change with their content, so that browsers can cache them for ever.

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
    content: &'static str,
    name: LazyLock<String>,
}

pub static STYLE: Asset = Asset {
    content_type: "text/css; charset=utf-8",
    content: include_str!("assets/style.css"),
    name: LazyLock::new(|| name("style", include_str!("assets/style.css"), "css")),
};
pub static SCRIPT: Asset = Asset {
    content_type: "text/javascript; charset=utf-8",
    content: include_str!("assets/search.js"),
    name: LazyLock::new(|| name("search", include_str!("assets/search.js"), "js")),
};

pub static DOCS_STYLE: Asset = Asset {
    content_type: "text/css; charset=utf-8",
    content: include_str!("assets/docs.css"),
    name: LazyLock::new(|| name("docs", include_str!("assets/docs.css"), "css")),
};

impl Asset {
    pub fn path(&self) -> String {
        format!("/assets/{}", *self.name)
    }
}

fn name(stem: &str, content: &str, extension: &str) -> String {
    format!("{stem}-{}.{extension}", &sha256(content)[..12])
}

pub fn endpoint() -> Endpoint<App> {
    Endpoint::plain(Method::GET, "/assets/{file}", |_, request: Request| async move {
        let file: String = request.path("file")?;
        let asset = [&STYLE, &SCRIPT, &DOCS_STYLE].into_iter().find(|asset| *asset.name == file);
        let asset = asset.ok_or_else(|| Problem::not_found(("el archivo", "file"), &file))?;
        let caching = HeaderValue::from_static("public, max-age=31536000, immutable");
        Ok(Answer::bytes(asset.content_type, asset.content).with_header(header::CACHE_CONTROL, caching))
    })
}
