//! Hostile petitions, as data: what each ends with, and what the page of one that is received shows.

use serde_json::{Value, json};

use crate::{
    cases::World,
    client::Answer,
    expected::Expected,
    pages::page,
    people,
    petitions::{body, moderated, sent},
    regulators::fresh,
    server::Server,
    support,
};

/// What it ends with.
enum Ending {
    /// `bad_body`, with the code of its first fault.
    Malformed(&'static str),
    /// `unprocessable`, with the member and the code.
    Refused(&'static str, &'static str),
    /// The page shows this once it is published, and never that.
    Shown(String, &'static str),
}

use Ending::{Malformed, Refused, Shown};

fn shown(text: &str, never: &'static str) -> Ending {
    Shown(text.to_owned(), never)
}

fn quoted(text: &str) -> String {
    json!(text).to_string()
}

/// What it is, the member, its JSON, and how it ends.
type Row = (&'static str, &'static str, String, Ending);

/// The usual body, with this JSON in the place of one member.
fn with(member: &str, value: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (name, usual) in body().as_object().unwrap() {
        let written = if name == member { value.to_owned() } else { usual.to_string() };
        parts.push(format!("\"{name}\":{written}"));
    }
    format!("{{{}}}", parts.join(","))
}

/// One member each.
fn members() -> Vec<Row> {
    let mut rows = malformed();
    rows.extend(refused());
    rows.extend(received());
    rows
}

fn malformed() -> Vec<Row> {
    let raw = |text: &str| text.to_owned();
    vec![
        ("a null character", "reasons", raw(r#""a\u0000b""#), Malformed("control_character")),
        ("an escape character", "reasons", raw(r#""a\u001b[31mb""#), Malformed("control_character")),
        ("a C1 control", "reasons", raw(r#""a\u0085b""#), Malformed("control_character")),
        ("a noncharacter", "reasons", raw(r#""a\ufffeb""#), Malformed("noncharacter")),
        ("lines in a line", "request", raw(r#""Que se revise\nel precio""#), Malformed("control_character")),
        ("a tab in a line", "request", raw(r#""Que se revise\tel precio""#), Malformed("control_character")),
        ("an override of direction in a line", "request", raw(r#""Que se revise \u202eoicerp""#), Malformed("direction_mark")),
        ("an isolate in a line", "request", raw(r#""Que se revise \u2066precio""#), Malformed("direction_mark")),
        ("a zero width space in a line", "request", raw(r#""Que se re\u200bvise el precio""#), Malformed("direction_mark")),
        ("a byte order mark in a line", "request", raw(r#""\ufeffQue se revise el precio""#), Malformed("direction_mark")),
        ("a high surrogate alone", "reasons", raw(r#""a\ud800""#), Malformed("not_json")),
        ("a low surrogate alone", "reasons", raw(r#""a\udc00b""#), Malformed("not_json")),
        ("surrogates the wrong way round", "reasons", raw(r#""\udc00\ud800""#), Malformed("not_json")),
        ("a number for a text", "request", raw("7"), Malformed("invalid_value")),
        ("a truth for a text", "reasons", raw("true"), Malformed("invalid_value")),
        ("nothing for a text", "request", raw("null"), Malformed("invalid_value")),
        ("a list for a text", "reasons", raw(r#"["Subió"]"#), Malformed("invalid_value")),
        ("JSON in the place of a text", "reasons", raw(r#"{"$gt":{"a":[1]}}"#), Malformed("invalid_value")),
        ("a number for a code", "target", raw("19914312"), Malformed("invalid_value")),
        ("a number beyond all", "reasons", raw("1e999"), Malformed("not_json")),
        ("a number of 400 digits", "reasons", "9".repeat(400), Malformed("not_json")),
        ("a number of 23 digits", "reasons", raw("12345678901234567890123"), Malformed("invalid_value")),
        ("JSON many levels deep", "reasons", "[".repeat(10_000), Malformed("not_json")),
        ("no code", "target", quoted("no es un código"), Malformed("malformed_cum")),
        ("SQL for a code", "target", quoted("1-1'; DROP TABLE petition; --"), Malformed("malformed_cum")),
        ("a code of 500 digits", "target", quoted(&"1".repeat(500)), Malformed("malformed_cum")),
        ("digits of another width", "target", quoted("１９９１４３１２-20"), Malformed("malformed_cum")),
        ("a null character in a code", "target", raw(r#""19914312-20\u0000""#), Malformed("control_character")),
    ]
}

fn refused() -> Vec<Row> {
    let personal = || Refused("/reasons", "personal_data");
    vec![
        ("a link", "reasons", quoted("vea https://example.org/x"), Refused("/reasons", "link")),
        ("a link without a scheme", "request", quoted("vea WWW.example.org hoy mismo"), Refused("/request", "link")),
        ("a link that is a script", "reasons", quoted("javascript://%0aalert(1)"), Refused("/reasons", "link")),
        ("a link in markup", "reasons", quoted("<a href=\"http://x.co\">aquí</a>"), Refused("/reasons", "link")),
        ("an e-mail address", "reasons", quoted("soy ana@example.org"), personal()),
        ("a telephone", "reasons", quoted("llámeme al 310-555-1234"), personal()),
        ("a telephone without groups", "reasons", quoted("mi celular: 3105551234."), personal()),
        ("a telephone in the request", "request", quoted("Llamen al 310 555 1234"), Refused("/request", "personal_data")),
        ("an identity card", "reasons", quoted("mi cédula es 52.123.456"), personal()),
        ("an identity card, shortened", "reasons", quoted("Ana, C.C. 1020345678"), personal()),
        ("4,001 characters", "reasons", quoted(&"a".repeat(4_001)), Refused("/reasons", "too_long")),
        ("4,001 faces", "reasons", quoted(&"😀".repeat(4_001)), Refused("/reasons", "too_long")),
        ("too long a request", "request", quoted(&"a".repeat(201)), Refused("/request", "too_long")),
        ("a letter under 250 marks", "request", quoted(&format!("e{}", "\u{301}".repeat(250))), Refused("/request", "too_long")),
        ("too short", "request", quoted("no"), Refused("/request", "too_short")),
        ("nothing", "reasons", quoted(""), Refused("/reasons", "missing")),
        ("blanks alone", "reasons", quoted("  \n\t "), Refused("/reasons", "missing")),
        ("blanks that do not break", "request", quoted(&"\u{a0}\u{3000}".repeat(10)), Refused("/request", "missing")),
        ("no target", "target", "null".to_owned(), Refused("/target", "missing")),
        ("an unknown target", "target", quoted("88888888-9"), Refused("/target", "unknown_target")),
    ]
}

fn received() -> Vec<Row> {
    let marks = "\u{301}\u{327}".repeat(60);
    let raw = |text: &str| text.to_owned();
    vec![
        ("a script", "reasons", quoted("<script>alert(1)</script> & <b>precio</b>"), shown("alert(1)", "<script>alert")),
        ("an image with a script", "reasons", quoted("<img src=x onerror=alert(2)>"), shown("onerror=alert(2)", "<img src=x")),
        ("markup in the request", "request", quoted("<h1>Que se revise</h1>"), shown("Que se revise", "<h1>Que")),
        ("an end of an attribute", "request", quoted("\"><svg onload=alert(3)>"), shown("onload=alert(3)", "<svg onload")),
        ("a template", "reasons", quoted("{{ 7*7 }} {% raw %}"), shown("{{ 7*7 }} {% raw %}", "<p class=\"letter\">49")),
        ("SQL", "reasons", quoted("x'; DROP TABLE petition; --"), shown("DROP TABLE petition; --", "x'; DROP")),
        ("a formula", "reasons", quoted("=1+1 es caro"), shown("=1+1 es caro", "<td>=1+1")),
        ("an override of direction", "reasons", raw(r#""cuesta \u202e001""#), shown("cuesta [U+202E]001", "\u{202e}")),
        ("isolates", "reasons", raw(r#""\u2066precio\u2069 alto""#), shown("[U+2066]precio[U+2069] alto", "\u{2066}")),
        ("a zero width space", "reasons", raw(r#""pre\u200bcio""#), shown("pre[U+200B]cio", "\u{200b}")),
        ("a byte order mark", "reasons", raw(r#""pre\ufeffcio""#), shown("pre[U+FEFF]cio", "\u{feff}")),
        (
            "an address hidden by a mark",
            "reasons",
            raw(r#""ana\u200b@example.org""#),
            shown("ana[U+200B]@example.org", "mailto:ana"),
        ),
        ("right to left", "reasons", quoted("السعر مرتفع"), shown("\u{2068}السعر مرتفع\u{2069}", "\u{202b}")),
        ("two scripts in a word", "reasons", quoted("el рrесiо subió"), shown("el рrесiо subió", "el precio subió")),
        ("a pile of marks", "reasons", quoted(&format!("Z{marks}algo")), Shown(format!("Z{marks}algo"), "\u{fffd}")),
        ("faces", "reasons", quoted("😀 👩\u{200d}👧 caro"), shown("😀 👩\u{200d}👧 caro", "\u{fffd}")),
        ("a pair of surrogates", "reasons", raw(r#""\ud83d\ude00 caro""#), shown("😀 caro", "\u{fffd}")),
        ("breaks of other systems", "reasons", raw(r#""una\r\notra\rfin""#), shown("una\notra\nfin", "una\r")),
    ]
}

/// Whole bodies, and the code of their fault.
fn bodies() -> Vec<(&'static str, String, &'static str)> {
    let usual = body().to_string();
    let opened = usual.strip_suffix('}').unwrap();
    let mut short: Value = body();
    short.as_object_mut().unwrap().remove("reasons");
    vec![
        ("nothing at all", String::new(), "not_json"),
        ("a list", "[]".to_owned(), "invalid_value"),
        ("a text", "\"hola\"".to_owned(), "invalid_value"),
        ("not closed", opened.to_owned(), "not_json"),
        ("something after it", format!("{usual} {usual}"), "not_json"),
        ("a byte order mark before it", format!("\u{feff}{usual}"), "not_json"),
        ("a comment", usual.replacen('{', "{/* x */", 1), "not_json"),
        ("a member twice", format!("{opened},\"reasons\":\"Otra\"}}"), "duplicate_member"),
        ("a member twice, spelled otherwise", format!("{opened},\"re\\u0061sons\":\"Otra\"}}"), "duplicate_member"),
        ("a member more", format!("{opened},\"name\":\"Ana\"}}"), "unknown_member"),
        ("a member of scripts", format!("{opened},\"__proto__\":{{}}}}"), "unknown_member"),
        ("a member less", short.to_string(), "missing_member"),
    ]
}

async fn raw(server: &Server, key: &str, body: &str) -> Answer {
    let headers = format!("idempotency-key: {key}\r\ncontent-type: application/json\r\n");
    server.ask("POST", "/v1/petitions", &headers, Some(body)).await
}

async fn kept(world: &World) -> i64 {
    support::number(&world.database, "SELECT count(*) FROM petition").await
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_petitions_end_as_specified() {
    let world = World::on(people::sample("petition_hostile").await).await;
    let mut received = 0;
    for (what, member, value, ending) in members() {
        let answer = raw(&world.now, &fresh(), &with(member, &value)).await;
        match ending {
            Malformed(code) => {
                assert_eq!(answer.status, 400, "{what}: {}", answer.body);
                assert_eq!(answer.problem(400, "bad_body")["errors"][0]["code"], code, "{what}: {}", answer.body);
            }
            Refused(pointer, code) => {
                assert_eq!(answer.status, 422, "{what}: {}", answer.body);
                let fault = answer.problem(422, "unprocessable")["errors"][0].clone();
                assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)), "{what}: {fault}");
            }
            Shown(text, never) => {
                assert_eq!(answer.status, 201, "{what}: {}", answer.body);
                received += 1;
                let id = answer.data(201)["petition"].as_str().unwrap().to_owned();
                let before = page(&world.now, &format!("/peticiones/{id}")).await;
                assert!(!before.body.contains(&text), "{what}: not read yet");
                moderated(&world, &id, true, None).await.data(200);
                let after = page(&world.now, &format!("/peticiones/{id}")).await;
                assert!(after.body.contains(&text) && !after.body.contains(never), "{what}: {}", after.body);
            }
        }
        assert_eq!(kept(&world).await, received, "{what}");
    }
    for (what, body, code) in bodies() {
        let answer = raw(&world.now, &fresh(), &body).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.body);
        assert_eq!(answer.problem(400, "bad_body")["errors"][0]["code"], code, "{what}: {}", answer.body);
    }
    raw(&world.now, &fresh(), &with("subject", "\"lower_all\"")).await.problem(400, "bad_body");
    assert_eq!(kept(&world).await, received);
}

#[tokio::test(flavor = "multi_thread")]
async fn replays_and_wrong_tickets_change_nothing() {
    let world = World::on(people::sample("petition_replays").await).await;
    let once = fresh();
    let first = sent(&world.now, &once, &body()).await.data(201);
    let usual = body().to_string();
    assert_eq!(raw(&world.now, &once, &usual).await.data(201), first, "the same again");
    for (what, other) in [
        ("another text", with("reasons", "\"Otras razones\"")),
        ("a blank more", format!("{usual} ")),
        ("a hostile text", with("reasons", "\"<script>alert(1)</script>\"")),
    ] {
        assert_eq!(raw(&world.now, &once, &other).await.status, 422, "{what}");
        raw(&world.now, &once, &other).await.problem(422, "idempotency_key_reused");
    }
    for key in ["", "dos palabras", &"k".repeat(201)] {
        raw(&world.now, key, &usual).await.bad_parameter("Idempotency-Key", "idempotency_key");
    }
    let second = sent(&world.now, &fresh(), &body()).await.data(201);
    assert_ne!((&first["petition"], &first["ticket"]), (&second["petition"], &second["ticket"]));
    assert_eq!(kept(&world).await, 2);

    let id = first["petition"].as_str().unwrap();
    let whole = first["ticket"].as_str().unwrap();
    let path = format!("/v1/petitions/{id}/withdrawals");
    for (what, ticket) in [
        ("nothing", String::new()),
        ("its beginning alone", "TMO-".to_owned()),
        ("a digit less", whole[..whole.len() - 1].to_owned()),
        ("a digit more", format!("{whole}0")),
        ("much too long", "T".repeat(10_000)),
        ("twice itself", format!("{whole}{whole}")),
        ("of another petition", second["ticket"].as_str().unwrap().to_owned()),
        ("SQL", "' OR '1'='1".to_owned()),
    ] {
        let answer = world.now.post(&path, &json!({"ticket": ticket})).await;
        assert_eq!(answer.status, 404, "{what}: {}", answer.body);
        answer.problem(404, "not_found");
    }
    for ticket in [json!(7), Value::Null, json!([whole]), json!(format!("{whole}\u{0}"))] {
        world.now.post(&path, &json!({"ticket": ticket})).await.problem(400, "bad_body");
    }
    world.now.post("/v1/petitions/q000000000000/withdrawals", &json!({"ticket": whole})).await.problem(404, "not_found");
    let states = "SELECT count(*) FROM petition WHERE state = 'received'";
    assert_eq!(support::number(&world.database, states).await, 2);
    world.now.post(&path, &json!({"ticket": whole})).await.data(200);
    assert_eq!(support::number(&world.database, states).await, 1);
}
