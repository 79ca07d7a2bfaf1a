//! `POST /v1/checks` as people send it: a verdict or a fault a line, tables in and tables out.

use calamine::Data;
use serde_json::{Value, json};

use crate::{
    acts_day,
    client::Answer,
    expected::{Expected, column, count},
    people::pesos,
    server::Server,
    spreadsheets::{sheet, table},
    stage::arrive,
};

const CUM: &str = "19914312-20";

fn check(cum: &str, amount: &str) -> Value {
    json!({"cum": cum, "price": pesos(amount), "date": "2020-06-15", "transaction": "3"})
}

async fn csv(server: &Server, path: &str, headers: &str, body: &str) -> Answer {
    server.ask("POST", path, &format!("content-type: text/csv\r\n{headers}"), Some(body)).await
}

fn rows(text: &str) -> Vec<Vec<String>> {
    table(text, b',')
}

/// The batch of field case 29: a good line, a bonus line of 0 pesos, and a bar code that is no CUM.
fn batch() -> Value {
    json!([check(CUM, "33052"), check(CUM, "0"), check("7700000000017", "33052")])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_at_fault_is_answered_in_its_place_where_that_is_asked() {
    let server = Server::with_the_sample().await;
    let refused = server.post("/v1/checks", &json!({"checks": batch()})).await.problem(400, "bad_body");
    assert_eq!(column(&refused["errors"], "pointer"), ["/checks/1/price/amount", "/checks/2/cum"]);
    let by_body = server.post("/v1/checks", &json!({"checks": batch(), "on_fault": "report"})).await;
    let prefer = "content-type: application/json\r\nprefer: respond-async, handling=lenient\r\n";
    let body = json!({"checks": batch()}).to_string();
    let by_header = server.ask("POST", "/v1/checks", prefer, Some(&body)).await;
    assert_eq!((by_body.header("preference-applied"), by_header.header("preference-applied")), (None, Some("handling=lenient")));
    for answer in [by_body, by_header] {
        let data = answer.data(200);
        let zero = "un valor de cero no es un precio";
        let fault = json!({"pointer": "/checks/1/price/amount", "code": "malformed_amount", "detail": zero});
        assert_eq!((count(&data), &data[0]["verdict"], &data[1]), (3, &json!("within"), &json!({"fault": [fault]})));
        assert_has!(data[2]["fault"][0], {"pointer": "/checks/2/cum", "code": "malformed_cum"});
    }
    let strict = server.post("/v1/checks", &json!({"checks": batch(), "on_fault": "refuse"})).await;
    assert_eq!(strict.status, 400);
    for (member, value) in [("on_fault", "perhaps"), ("worksheet", "short")] {
        let answer = server.post("/v1/checks", &json!({"checks": [], member: value})).await;
        assert_eq!(answer.fault(400)["pointer"], format!("/{member}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_line_is_named_not_the_first_only() {
    let server = Server::with_the_sample().await;
    let bad = [
        json!({"cum": "x", "price": {"amount": "1,5", "currency": "USD", "per": "box"}, "date": "ayer", "transaction": "9", "seller": "me"}),
        json!({"cum": 5, "price": {"amount": 3.5, "per": "pack"}, "dato": 1}),
        json!("nothing"),
        json!({"cum": "1-1\u{200b}", "price": {"amount": "1", "currency": "COP", "per": "pack"}, "date": "2020-06", "transaction": "1"}),
        check(CUM, "33.052"),
    ];
    let answer = server.post("/v1/checks", &json!({"checks": bad, "on_fault": "report"})).await.json();
    let faults = |line: usize| -> Vec<String> {
        let found = &answer["data"][line]["fault"];
        let prefix = format!("/checks/{line}");
        let place = |pointer: &str| pointer.strip_prefix(&prefix).unwrap_or_else(|| panic!("{found}")).to_owned();
        let all = column(found, "pointer").into_iter().zip(column(found, "code"));
        let mut all: Vec<String> = all.map(|(pointer, code)| format!("{} {code}", place(pointer))).collect();
        all.sort();
        all
    };
    let first = [
        "/cum malformed_cum", "/date malformed_date", "/price/amount malformed_amount", "/price/currency unknown_currency",
        "/price/per unknown_unit", "/seller unknown_seller", "/transaction unknown_transaction",
    ];
    let second = [
        "/cum invalid_value", "/date missing_member", "/dato unknown_member", "/price/amount invalid_value",
        "/price/currency missing_member", "/transaction missing",
    ];
    assert_eq!((faults(0), faults(1)), (first.map(str::to_owned).to_vec(), second.map(str::to_owned).to_vec()));
    assert!(faults(2).contains(&" invalid_value".to_owned()), "{:?}", faults(2));
    assert!(faults(3).contains(&"/cum direction_mark".to_owned()), "{:?}", faults(3));
    assert_eq!(faults(4), ["/price/amount ambiguous_amount"]);
    let many: Vec<Value> = (0..600).map(|_| json!({})).collect();
    let problem = server.post("/v1/checks", &json!({"checks": many})).await.problem(400, "bad_body");
    assert_eq!(count(&problem["errors"]), 1_000, "the first thousand are named");
    assert!(problem["detail"].as_str().unwrap().contains("600 líneas"), "{}", problem["detail"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_that_reads_in_two_ways_is_refused_everywhere() {
    let server = Server::with_the_sample().await;
    for (amount, readings) in [
        ("33.052", ["33052", "33.052"]),
        ("33,052", ["33052", "33.052"]),
        ("1.234", ["1234", "1.234"]),
        ("12.500", ["12500", "12.5"]),
    ] {
        let question = format!("/v1/check?cum={CUM}&amount={amount}&date=2020-06-15&transaction=1&lang=en");
        let fault = server.get(&question).await.fault(400);
        assert_has!(fault, {"code": "ambiguous_amount", "parameter": "amount"}, "{amount}");
        assert!(readings.iter().all(|reading| fault["detail"].as_str().unwrap().contains(reading)), "{fault}");
        let answer = server.post("/v1/checks", &json!({"checks": [check(CUM, amount)]})).await;
        assert_eq!(answer.fault(400)["code"], "ambiguous_amount", "{amount}");
    }
    // 33052.00 is the ceiling; 33.0520 is far below it, and can only be that.
    for (amount, verdict) in
        [("33052.00", "within"), ("33053", "above"), ("33.0520", "within"), ("33.05", "within"), ("1234.567", "within")]
    {
        let found = server.data(&format!("/v1/check?cum={CUM}&amount={amount}&date=2020-06-15&transaction=1")).await;
        assert_eq!(found["verdict"], verdict, "{amount}: {found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_of_law_states_no_amount_that_reads_in_two_ways() {
    let (_, people, server) = arrive("checks_drafts").await;
    let market = |price: &str| {
        json!({"market": "999", "ingredient": "a", "form_group": "b", "unit": "mg",
            "unit_price": {"amount": price, "currency": "COP", "per": "regulated_unit"}})
    };
    let ceiling = |amount: &str, margin: &str, units: &str| json!({"cum": CUM, "column": "institutional", "amount": pesos(amount), "ips_margin": margin, "regulated_units": units, "regulated_unit": "UI"});
    for (ceilings, markets, place) in [
        (json!([ceiling("33.052", "rule", "300")]), json!([]), Some("/ceilings/0/amount/amount")),
        (json!([ceiling("33052", "2,814", "300")]), json!([]), Some("/ceilings/0/ips_margin")),
        (json!([]), json!([market("4.651")]), Some("/markets/0/unit_price/amount")),
        // What a pack holds is no money: nobody writes its thousands with a point.
        (json!([ceiling("33052", "rule", "1.234")]), json!([market("4.6510")]), None),
    ] {
        let mut draft = acts_day::draft("Circular 90 de 2026", "2027-01-01", &[], &[]);
        (draft["ceilings"], draft["markets"]) = (ceilings, markets);
        let answer = server.post_as(&people.drafter, place.unwrap_or("good"), "/v1/act-drafts", &draft).await;
        let Some(place) = place else {
            answer.data(201);
            continue;
        };
        assert_has!(answer.fault(400), {"pointer": place, "code": "ambiguous_amount"});
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn worksheets_are_left_out_where_nobody_wants_them() {
    let server = Server::with_the_sample().await;
    let ask = async |body: Value| server.post("/v1/checks", &body).await.data(200)[0].take();
    let mut expected = ask(json!({"checks": [check(CUM, "171764")]})).await;
    assert_ne!(count(&expected["worksheet"]), 0);
    expected.as_object_mut().unwrap().remove("worksheet");
    let none = ask(json!({"checks": [check(CUM, "171764")], "worksheet": "none"})).await;
    assert_eq!(none, expected, "all the rest is the same");
}

/// Field case 28's file; the answer to each line stands here as worked out by hand: the code of line 1 is a bar code, line 2 costs 0 pesos,
/// line 3 has no code, and the last row is a sum.
const INVOICE: &str = "factura,fecha,codigo,descripcion,cantidad,vr_unitario,vr_total\n\
    FE1,15/06/2020,7700000000017,\"INSULINA GLARGINA 100UI/ML 19914312-020\",10,\"33.052,00\",\"330.520,00\"\n\
    FE1,15/06/2020,19914312-020,BONIFICACION INSULINA GLARGINA,1,0,0\n\
    FE1,15/06/2020,19914312-020,INSULINA GLARGINA,1,\"33.053,50\",\"33.053,50\"\n\
    FE1,15/06/2020,000,TRAMADOL,2,\"1.196,00\",\"2.392,00\"\n\
    TOTAL,,,,13,,\"332.912,00\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_goes_in_and_the_same_invoice_comes_out() {
    let server = Server::with_the_sample().await;
    let answer = csv(&server, "/v1/checks?transaction=3&on_fault=report&format=csv", "", INVOICE).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
    let (sent, got) = (rows(INVOICE), rows(&answer.body));
    assert_eq!(got.len(), sent.len());
    let added =
        ["verdict", "reasons", "ceiling", "unit", "act", "valid_from", "excess", "excess_percent", "other_reading", "fault"];
    assert_eq!(got[0][7..], added.map(str::to_owned));
    for (sent, got) in sent.iter().zip(&got) {
        assert_eq!(sent[..], got[..7], "the caller's own columns are as they were");
        assert!(got.iter().all(|cell| !cell.starts_with(['{', '['])), "{got:?}");
    }
    let cells = |row: usize| got[row][7..].to_vec();
    assert_eq!(cells(1)[..9], vec![""; 9]);
    assert!(cells(1)[9].contains("malformed_cum") && cells(2)[9].contains("un valor de cero no es un precio"), "{:?}", got[1]);
    // 33,053.50 against 33,052.00: 1.50 above, 1.5 / 33052 = 0.0045 %.
    assert_eq!(cells(3)[..8], ["above", "", "33052.00", "pack", "circular-10-2020", "2020-03-28", "1.50", "0.0045"]);
    assert!(cells(4)[9].contains("malformed_cum"));
    assert!(["cum", "date", "amount"].iter().all(|field| cells(5)[9].contains(field)), "a sum is no line: {}", cells(5)[9]);
    let strict = csv(&server, "/v1/checks?transaction=3", "", INVOICE).await.problem(400, "bad_body");
    let pointers = column(&strict["errors"], "pointer");
    for pointer in ["/checks/0/cum", "/checks/1/price/amount", "/checks/3/cum", "/checks/4/cum"] {
        assert!(pointers.contains(&pointer), "{pointer}: {pointers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_read_as_people_have_them() {
    let server = Server::with_the_sample().await;
    let same = [
        ("cum,amount,date,transaction\n19914312-20,171764,2020-06-15,1\n", ""),
        ("CUM;Precio;Fecha;Transacción\n19914312-020;171.764,00;15/06/2020;1\n", ""),
        ("código\tvalor\tfecha\n 19914312 - 20 \t$ 171,764.00\t2020-06-15\n", "&transaction=1"),
        ("expediente;consecutivo;vr_unitario;por\n19914312;20;171764,00;caja\n", "&transaction=1&date=2020-06-15"),
        (
            "sep=;\nCompras de junio;;\ncum;precio;canal;etapa;moneda\n19914312-20;171764;Institucional;primaria;COP\n",
            "&date=2020-06-15",
        ),
    ];
    for (text, query) in same {
        let line = csv(&server, &format!("/v1/checks?worksheet=none{query}"), "", text).await.data(200)[0].take();
        assert_has!(line, {"verdict": "above", "excess_percent": "419.6781", "transaction": "1"}, "{text}");
        assert!(line.get("worksheet").is_none());
    }
    for (text, code) in
        [("a,b\n1,2\n", "missing_column"), ("cum,nota\n1-1,x\n", "missing_column"), ("PK\u{3}\u{4}", "not_text"), ("", "empty")]
    {
        assert_eq!(csv(&server, "/v1/checks", "", text).await.fault(400)["code"], code, "{text}");
    }
    let names = "Precio, Valor, Precio Unitario, Valor Unitario, Vr. Unitario, Precio Unidad, Amount, Unit price";
    for (lang, missing) in
        [("es", "falta la columna del precio; puede llamarse: "), ("en", "the column of the price is missing; it may be named: ")]
    {
        let fault = csv(&server, &format!("/v1/checks?lang={lang}"), "", "cum,nota\n1-1,x\n").await.fault(400);
        assert_eq!(fault["detail"], format!("{missing}{names}"));
    }
    // As an authority published invoices: a medicine above its ceiling, a procedure, and a bar code.
    let invoice = "FechaFact,CUM,Nombre,Cantidad,PrecioUnidad,PrecioTotal\n2020/06/15,19914312-20,INSULINA,2,171764,343528\n\
                   2020/06/15,S20200,SALA,1,256835,256835\n2020/06/15,4104480705151,JARABE,2,26092,52184\n";
    let reported = async |lang: &str, text: &str| {
        csv(&server, &format!("/v1/checks?transaction=1&on_fault=report&lang={lang}"), "", text).await.data(200)
    };
    let lines = reported("es", invoice).await;
    assert_has!(lines[0], {"verdict": "above", "excess_percent": "419.6781"});
    for line in [1, 2] {
        assert_eq!(column(&lines[line]["fault"], "code"), ["malformed_cum"], "{lines}");
    }
    let faults = reported("en", "cum,precio,fecha\n19914312-20,33.052,05/06/2020\n").await[0]["fault"].take();
    assert_eq!(column(&faults, "code"), ["ambiguous_amount", "ambiguous_date"], "{faults}");
    assert!(faults[1]["detail"].as_str().unwrap().contains("2020-06-05 and as 2020-05-06"), "{faults}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_sent_as_json_come_out_as_a_table_too() {
    let server = Server::with_the_sample().await;
    let body = json!({"checks": batch(), "on_fault": "report"});
    let answer = server.post("/v1/checks?format=csv", &body).await;
    let table = rows(&answer.body);
    assert_eq!(
        table[0][..9],
        ["cum", "amount", "currency", "per", "date", "transaction", "channel", "stage", "seller"].map(str::to_owned)
    );
    assert_eq!((table[1][0].as_str(), table[1][9].as_str(), table[1][11].as_str()), (CUM, "within", "33052.00"));
    let excel = server.post("/v1/checks?format=csv&for=excel-es", &body).await;
    assert!(excel.body.starts_with("\u{FEFF}cum;amount;") && excel.body.contains(";33052,00;"), "{}", excel.body);
    let bytes = server.post("/v1/checks?format=xlsx", &body).await.bytes;
    let sheet = sheet(&bytes);
    assert_eq!(sheet.get_value((1, 0)), Some(&Data::String(CUM.to_owned())));
    assert_eq!(sheet.get_value((1, 11)).map(ToString::to_string), Some("33052".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_checks_fit_in_their_longest_form() {
    let server = Server::with_the_sample().await;
    let longest = json!({
        "cum": "0000000000019914312 - 00000000000000000020",
        "price": {"amount": "99999999999999.9999", "currency": "COP", "per": "dispensing_unit"},
        "date": "2020-06-15", "channel": "institutional", "stage": "secondary", "seller": "other",
    });
    let checks = vec![longest; 10_000];
    let body = serde_json::to_string_pretty(&json!({"checks": checks, "worksheet": "none"})).unwrap();
    assert!(body.len() > 3_000_000, "with its line breaks, three times what fitted before: {}", body.len());
    let answer = server.ask("POST", "/v1/checks", "content-type: application/json\r\n", Some(&body)).await;
    assert_eq!(answer.status, 200, "{:.300}", answer.body);
    assert_eq!(answer.body.matches("\"verdict\":\"above\"").count(), 10_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_address_says_must_be_right_also_where_no_line_needs_it() {
    let server = Server::with_the_sample().await;
    let body = json!({"checks": [check(CUM, "33052.00")]});
    for (name, value) in [("transaction", "AAA"), ("transaction", "6"), ("per", "box"), ("date", "junio"), ("seller", "me")] {
        let refused = server.post(&format!("/v1/checks?{name}={value}"), &body).await;
        assert_eq!(refused.fault(400)["parameter"], name, "{name}={value}: {}", refused.body);
    }
    assert_eq!(server.post("/v1/checks?transaction=3&per=pack&date=2021-01&seller=other", &body).await.status, 200);
}
