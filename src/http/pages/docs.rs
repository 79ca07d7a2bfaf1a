//! The developers' page: a glossary, first calls, and the reference of every operation.

use serde_json::{Value, json};

use crate::http::{
    App, Problem, Request,
    request::base_url::origin,
    view::{assets, frame::Page},
};

/// Its blocks are run by a test, so what stands here works.
const QUICK_START: &str = include_str!("../../../docs/quickstart.md");
const LANGUAGES: [(&str, &str); 4] = [("sh", "curl"), ("python", "Python"), ("ts", "TypeScript"), ("r", "R")];

/// Where the quick start asks; here, wherever its reader is.
const LOCAL: &str = "http://127.0.0.1:8080";

pub async fn show(_: App, request: Request) -> Result<Page, Problem> {
    let content =
        json!({ "docs_style": assets::DOCS_STYLE.path(), "blocks": blocks(origin(&request).as_deref().unwrap_or(LOCAL)) });
    Ok(Page { template: "docs.html", content })
}

fn blocks(origin: &str) -> Value {
    let shown =
        |(fence, name): &(&str, &str)| Some(json!({ "name": name, "code": block(QUICK_START, fence)?.replace(LOCAL, origin) }));
    LANGUAGES.iter().filter_map(shown).collect()
}

/// The first block in that language.
fn block<'a>(text: &'a str, fence: &str) -> Option<&'a str> {
    let start = text.find(&format!("```{fence}\n"))? + fence.len() + 4;
    let length = text.get(start..)?.find("```")?;
    text.get(start..start + length).map(str::trim_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_start_is_shown_in_every_language_and_asks_the_reader_s_server() {
        let blocks = blocks("https://precios.example");
        let blocks = blocks.as_array().unwrap();
        assert_eq!(blocks.len(), LANGUAGES.len());
        for block in blocks {
            let code = block["code"].as_str().unwrap();
            assert!(code.contains("https://precios.example/v1/check") && !code.contains("127.0.0.1"), "{code}");
        }
    }
}
