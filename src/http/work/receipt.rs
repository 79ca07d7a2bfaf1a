//! The receipt of a submission, to be printed: what was delivered and when, its digest, and how anybody can check it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    operation::{Call, read},
    page::{WorkPage, in_colombia, shown},
    visit::Visit,
};
use crate::{
    http::{App, Endpoint, Problem, Request, request::base_url::origin},
    text::hex::sha256,
};

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown("/trabajo/envios/{id}/recibo", show)]
}

async fn show(app: App, request: Request, _: Visit) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let operation = Call { name: "show_submission", path: &[("id", &id)] };
    let mut submission = read(&app, &request, operation, &[]).await?["data"].take();
    let missing = || Problem::not_found(("el recibo", "receipt"), &id);
    let receipt = submission["receipt"].as_str().ok_or_else(missing)?.to_owned();
    let (header, signed) = opened(&receipt).ok_or_else(Problem::internal)?;
    submission["received"] = in_colombia(&submission["received_at"]).into();
    submission["recorded"] = in_colombia(&signed["recorded_at"]).into();
    let content = json!({
        "submission": submission, "receipt": receipt, "digest": sha256(&receipt), "kid": header["kid"],
        "site": origin(&request).unwrap_or_default(),
    });
    Ok(WorkPage::new("work_receipt.html", content))
}

/// Header and content of a compact JWS.
fn opened(receipt: &str) -> Option<(Value, Value)> {
    let mut parts = receipt.split('.').map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok());
    Some((parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_opened() {
        let receipt = format!("{}.{}.x", URL_SAFE_NO_PAD.encode(r#"{"kid":"k1"}"#), URL_SAFE_NO_PAD.encode(r#"{"read":3}"#));
        assert_eq!(opened(&receipt), Some((json!({ "kid": "k1" }), json!({ "read": 3 }))));
        assert_eq!(opened("x.y.z"), None);
    }
}
