//! The page "Revisar una factura o una lista", as a browser without a script uses it.

use super::{FormPart, Item, LANTUS, form, form_kind, invoice};
use crate::{client::Answer, server::Server};

const LIST: &str = "codigo,descripcion,cantidad,vr_unitario,fecha\n19914312-20,LANTUS,10,33053.50,2020-06-15\n19914312-20,LANTUS,10,33052,2020-06-15\n";

pub async fn send(server: &Server, language: &str, parts: &[FormPart<'_>]) -> Answer {
    let headers = format!("content-type: {}\r\naccept: text/html\r\n", form_kind());
    let mut answer = server.send("POST", &format!("/revisar?lang={language}"), &headers, Some(&form(parts))).await;
    answer.body = answer.body.replace("&#x2f;", "/");
    answer
}

pub fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let at = page.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
    page[at..].split("value=\"").nth(1).unwrap().split('"').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_checked_and_downloaded_without_a_script() {
    let server = Server::with_the_sample().await;
    let empty = server.get("/revisar").await;
    assert!(
        empty.status == 200 && empty.body.contains("enctype=\"multipart/form-data\"") && !empty.body.contains("<script"),
        "{}",
        empty.body
    );
    let parts: [FormPart<'_>; 4] = [
        ("archivo", Some("compras.csv"), LIST.as_bytes()),
        ("venta", None, b"3"),
        ("por", None, b"pack"),
        ("que", None, b"resumen"),
    ];
    let page = send(&server, "es", &parts).await;
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")), "{}", page.body);
    for said in [
        "Lo que se encontró", "<b class=\"num\">2</b> renglones", "<b class=\"num\">1</b> por encima del máximo",
        "15</b> por encima en total", "vr_unitario", "precio unitario", "Circular 10 de 2020",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    // The file travels inside the page, so that it can be downloaded without being kept.
    let content = hidden(&page.body, "contenido").to_owned();
    let parts: [FormPart<'_>; 6] = [
        ("archivo", Some(""), b""),
        ("contenido", None, content.as_bytes()),
        ("nombre", None, b"compras.csv"),
        ("venta", None, b"3"),
        ("por", None, b"pack"),
        ("que", None, b"archivo"),
    ];
    let file = send(&server, "es", &parts).await;
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"compras-revisado.csv\""), "{}", file.body);
    assert!(
        file.body.lines().nth(1).unwrap().starts_with("19914312-20,LANTUS,10,33053.50,2020-06-15,por encima,33052.00,1.50"),
        "{}",
        file.body
    );
    let english = send(&server, "en", &[("archivo", Some("compras.csv"), LIST.as_bytes()), ("venta", None, b"3")]).await;
    assert!(english.body.contains("What was found") && english.body.contains("2</b> lines"), "{}", english.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_says_whence_its_sale_and_its_unit_are_known() {
    let server = Server::with_the_sample().await;
    let stated = send(
        &server,
        "es",
        &[
            ("archivo", Some("compras.csv"), LIST.as_bytes()),
            ("venta", None, b"3"),
            ("vendedor", None, b"other"),
            ("por", None, b"pack"),
        ],
    )
    .await;
    for said in [
        "Canal institucional: lo dijo usted al pedir la revisión.",
        "Venta secundaria, de un distribuidor: lo dijo usted al pedir la revisión.",
        "No vende una IPS: lo dijo usted al pedir la revisión.",
        "Precio de la presentación: lo dijo usted al pedir la revisión.",
        "Todo lo que puede ser: una presentación",
        "Precio de la presentación, transacción 3, No vende una IPS: ",
    ] {
        assert!(stated.body.contains(said), "{said}: {}", stated.body);
    }
    let above = Item { price: "99000.00", total: "990000.00", ..LANTUS };
    let file = invoice("FE1", "2020-06-15", &[above]);
    let open = send(&server, "en", &[("archivo", Some("fe1.xml"), file.as_bytes()), ("venta", None, b"3")]).await;
    for said in [
        "Price of the pack: the line says so.",
        "The rest of the sale is not known: it was judged in every way that is possible.",
    ] {
        assert!(open.body.contains(said), "{said}: {}", open.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_are_not_known_are_chosen_by_hand() {
    let server = Server::with_the_sample().await;
    let list = "a,b,c\n19914312-20,33053.50,2020-06-15\n19914312-20,33052,2020-06-15\n";
    let first =
        send(&server, "es", &[("archivo", Some("x.csv"), list.as_bytes()), ("venta", None, b"3"), ("por", None, b"pack")]).await;
    assert!(first.body.contains("name=\"columna.1\""), "{}", first.body);
    let (digest, content) = (hidden(&first.body, "digest").to_owned(), hidden(&first.body, "contenido").to_owned());
    let parts: [FormPart<'_>; 8] = [
        ("contenido", None, content.as_bytes()),
        ("nombre", None, b"x.csv"),
        ("digest", None, digest.as_bytes()),
        ("columna.0", None, b"cum"),
        ("columna.1", None, b"unit_price"),
        ("columna.2", None, b"date"),
        ("venta", None, b"3"),
        ("por", None, b"pack"),
    ];
    let page = send(&server, "es", &parts).await;
    assert!(page.body.contains("<b class=\"num\">1</b> por encima del máximo"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_on_a_page() {
    let server = Server::with_the_sample().await;
    let none = send(&server, "es", &[("archivo", Some(""), b""), ("venta", None, b"3")]).await;
    assert!(none.status == 200 && none.body.contains("Elija un archivo."), "{}", none.body);
    let picture = send(&server, "es", &[("archivo", Some("f.pdf"), b"%PDF-1.7")]).await;
    assert!(picture.status == 415 && picture.body.contains("<html") && picture.body.contains("XML"), "{}", picture.body);
    let hostile = Item { text: "&lt;script&gt;alert(1)&lt;/script&gt;", price: "99000.00", total: "990000.00", ..LANTUS };
    let file = invoice("<!-- -->FE1", "2020-06-15", &[hostile]);
    let page = send(&server, "es", &[("archivo", Some("\u{202e}a<b>.xml"), file.as_bytes()), ("venta", None, b"3")]).await;
    assert!(page.status == 200 && !page.body.contains("<script") && !page.body.contains('\u{202e}'), "{}", page.body);
}
