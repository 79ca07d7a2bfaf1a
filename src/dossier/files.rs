//! The parts of `case.json` that are also files of their own: the act, the source rows, the worksheets of each row.

use serde_json::{Value, json};

use super::{
    json::Node,
    report::{DossierFault, FaultKind},
};

pub(crate) const README: &str = "LEAME.txt";
pub(crate) const CASE: &str = "case.json";
pub const PAGE: &str = "caso.html";
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const SIGNATURE: &str = "manifest.jws";
pub(crate) const PUBLIC_KEY: &str = "public-key.json";

/// Name and content, in the order of the zip.
pub fn copies(content: &Value) -> Result<Vec<(String, Value)>, DossierFault> {
    let root = Node::root(content, CASE);
    let act = root.get("case")?.get("act")?;
    let id = act.get("id")?;
    let name = id.text()?;
    if name.is_empty() || name.len() > 100 || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        return Err(id.malformed());
    }
    let mut files = vec![(format!("actos/{name}.json"), act.value.clone())];
    let rows = root.get("evidence")?.items()?;
    let numbers = rows.iter().map(|row| row.get("number")?.integer()).collect::<Result<Vec<_>, _>>()?;
    for (row, number) in rows.iter().zip(&numbers) {
        let part = json!({"number": number, "source": row.get("source")?.value, "reported": row.get("reported")?.value});
        files.push((format!("filas/{number}.json"), part));
    }
    for (row, number) in rows.iter().zip(&numbers) {
        files.push((format!("hojas/{number}.json"), json!({"number": number, "prices": row.get("prices")?.value})));
    }
    Ok(files)
}

/// What the bundle is about, for the manifest.
pub fn text<'a>(content: &'a Value, pointer: &str) -> Result<&'a str, DossierFault> {
    let wrong = |wrong| DossierFault::new(format!("{CASE}#{pointer}"), wrong);
    content.pointer(pointer).ok_or_else(|| wrong(FaultKind::Missing))?.as_str().ok_or_else(|| wrong(FaultKind::Malformed))
}
