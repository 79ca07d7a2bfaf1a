//! Public purchases: their lines, figures, releases, and a correction with its answer.

use serde_json::json;

use super::book::{Book, Step};
use crate::purchases;

pub async fn purchases(book: &mut Book) {
    purchases::import(&book.database).await;
    let ana = book.people.drafter.clone();
    book.told(Step::get("list_purchases", "/v1/purchases?market=96&limit=2")).await;
    book.told(Step::get("list_price_dispersion", "/v1/price-dispersion?market=96")).await;
    book.told(Step::get("show_buyer", "/v1/buyers/899999063")).await;
    book.told(Step::get("show_purchase_quality", "/v1/purchase-quality")).await;
    book.told(Step::get("show_contract", "/v1/contracts/CO1.PCCNTR.1")).await;
    let package = book.told(Step::get("list_ocds_releases", "/v1/ocds-releases?limit=1")).await;
    book.show(&package, "/uri", "https://precios.example.org/v1/ocds-releases?limit=1");
    let line = purchases::line_of(&book.server, "70001").await;
    let received =
        book.told(Step::post("correct_purchase", format!("/v1/purchases/{line}/corrections"), &purchases::body())).await;
    let id = received["data"]["correction"].as_str().unwrap().to_owned();
    let ticket = book.show(&received, "/data/ticket", "TMO-0123456789ABCDEF0123456789ABCDEF-0000");
    book.show(&received, "/data/receipt", "eyJhbGciOiJFZERTQSJ9.eyJwZXRpdGlvbiI6InEwIn0.c2lnbmF0dXJl");
    book.show(&received, "/data/correction", "m0123456789ab");
    let path = format!("/v1/purchase-corrections/{id}");
    book.told(Step::get("list_purchase_correction_queue", "/v1/purchase-correction-queue").by(&ana)).await;
    let text = "La línea es de la caja de un lapicero, como dice el comprador; el dato debe corregirlo quien lo publica.";
    let answer = json!({"disposition": "source_must_correct", "text_es": text});
    book.told(Step::post("answer_purchase_correction", format!("{path}/answers"), &answer).by(&ana)).await;
    book.told(Step::get("list_purchase_corrections", "/v1/purchase-corrections?limit=2")).await;
    book.told(Step::get("show_purchase_correction", path.clone())).await;
    book.told(Step::get("show_purchase", format!("/v1/purchases/{line}"))).await;
    book.told(Step::post("withdraw_purchase_correction", format!("{path}/withdrawals"), &json!({"ticket": ticket}))).await;
}
