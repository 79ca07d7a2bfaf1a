//! The developers' page: a glossary, first calls, and the reference of every operation.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::http::{
    App, Problem, Request,
    view::{assets, frame::Page},
};

/// Its blocks are run by a test, so what stands here works.
const QUICK_START: &str = include_str!("../../../docs/quickstart.md");
const LANGUAGES: [(&str, &str); 4] = [("sh", "curl"), ("python", "Python"), ("ts", "TypeScript"), ("r", "R")];

static BLOCKS: LazyLock<Value> = LazyLock::new(|| {
    LANGUAGES.iter().filter_map(|(fence, name)| Some(json!({ "name": name, "code": block(QUICK_START, fence)? }))).collect()
});

pub async fn show(_: App, _: Request) -> Result<Page, Problem> {
    let content = json!({ "docs_style": assets::DOCS_STYLE.path(), "blocks": *BLOCKS });
    Ok(Page { template: "docs.html", content })
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
    fn the_quick_start_is_shown_in_every_language() {
        let blocks = BLOCKS.as_array().unwrap();
        assert_eq!(blocks.len(), LANGUAGES.len());
        for block in blocks {
            assert!(block["code"].as_str().unwrap().contains("/v1/check"), "{block}");
        }
    }
}
