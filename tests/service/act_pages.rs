//! Acts in the work area: a draft from its head to its publication by pages, its list with faults by line, what it would do with other
//! numbers, and that no other site does any of it.

use rust_decimal::Decimal;
use serde_json::Value;
use termometro::store::postgres::database::Database;

use crate::{
    acts_day::{approved, draft},
    client::Answer,
    expected::{Expected, audited, count},
    invoice_checks::{FormPart, form, form_kind},
    pages::text,
    server::Server,
    sessions::{ELSEWHERE, HERE, OURS, cookie, field, is_sign_in, open, post, shown, sign_in},
    stage::{arrive, ceilings_header, upload},
    support,
};

const LANTUS: &str = "19914312-20";
const NEW: &str = "/trabajo/acto-nuevo";
const DAY: &str = "2027 Jan 01 12:00:00 AM";
const HEAD: [(&str, &str); 7] = [
    ("titulo", "Circular 30 de 2026"),
    ("rige_desde", "2027-01-01"),
    ("asunto_es", "Baja una insulina."),
    ("asunto_en", "Lowers an insulin."),
    ("fuente", "Acta 12 de la CNPMDM"),
    ("expedido", ""),
    ("motivo", "vigencia 2027"),
];

/// A list in the open-data layout: CUM, institutional price, first day.
fn list(rows: &[(&str, &str, &str)]) -> String {
    let row = |(cum, amount, day): &(&str, &str, &str)| {
        format!(
            "\"1\",\"96\",\"Insulina Glargina - Líquido/Sólido - Inyectable\",\"{cum}\",\"LANTUS - Insulina Glargina 300UI/3ml \
             (100UI/1ml) - Líquido/Sólido - Inyectable x 1 - SANOFI AVENTIS\",\"300\",\"UI\",\"{amount}\",\"0\",\"No Regulado\",\
             \"No regulado\",\"Circular 30 de 2026\",\"{day}\"\n"
        )
    };
    rows.iter().map(row).fold(format!("{}\n", ceilings_header()), |text, row| text + &row)
}

/// The form of a page, filled in and sent from that page.
async fn filled(server: &Server, cookie: &str, path: &str, typed: &[(&str, &str)]) -> Answer {
    let page = shown(server, cookie, path).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    let fields = [&[("token", &*token), ("una_vez", &*once)][..], typed].concat();
    post(server, path, &format!("{HERE}{OURS}cookie: {cookie}\r\n"), &fields).await
}

async fn sent_with(server: &Server, path: &str, headers: &str, fields: &[(&str, &str)], file: Option<&str>) -> Answer {
    let mut parts: Vec<FormPart<'_>> = fields.iter().map(|(name, value)| (*name, None, value.as_bytes())).collect();
    parts.extend(file.map(|file| ("archivo", Some("lista.csv"), file.as_bytes())));
    let headers = format!("{HERE}{headers}content-type: {}\r\n", form_kind());
    server.send("POST", path, &headers, Some(&form(&parts))).await
}

async fn sent(server: &Server, cookie: &str, path: &str, file: Option<&str>) -> Answer {
    let page = shown(server, cookie, path).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    let fields = [("token", &*token), ("una_vez", &*once)];
    sent_with(server, path, &format!("{OURS}cookie: {cookie}\r\n"), &fields, file).await
}

async fn changed(database: &Database) -> [i64; 3] {
    let number = async |sql| support::number(database, sql).await;
    [
        number("SELECT count(*) FROM audit_entry").await,
        number("SELECT count(*) FROM act_draft").await,
        number("SELECT count(*) FROM act_draft_ceiling").await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_is_drafted_filled_approved_by_another_and_published_by_pages() {
    let (database, people, server) = arrive("act_pages_walk").await;
    let ana = sign_in(&server, &people.drafter).await;
    assert!(shown(&server, &ana, "/trabajo/actos").await.body.replace("&#x2f;", "/").contains(NEW));
    assert!(text(&shown(&server, &ana, &format!("{NEW}?lang=en")).await.body).contains("Draft an act"));

    // What is missing and what is wrong is said beside its field, and what was typed stays.
    let missing = filled(&server, &ana, NEW, &[("titulo", "Circular 30 de 2026")]).await;
    assert!(missing.status == 422 && missing.body.contains("href=\"#rige_desde\""), "{}", missing.body);
    assert!(text(&missing.body).contains("Escriba: Motivo del borrador"), "{}", missing.body);
    let mut wrong = HEAD;
    (wrong[1].1, wrong[5].1) = ("enero", "2026-02-30");
    let wrong = filled(&server, &ana, NEW, &wrong).await;
    assert_eq!(wrong.status, 400, "{}", wrong.body);
    for part in ["href=\"#rige_desde\"", "href=\"#expedido\"", "value=\"enero\"", "value=\"Circular 30 de 2026\""] {
        assert!(wrong.body.contains(part), "{part}: {}", wrong.body);
    }
    assert_eq!(changed(&database).await[1], 0);

    // Two clicks on the button are one draft.
    let page = shown(&server, &ana, NEW).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    let fields = [&[("token", &*token), ("una_vez", &*once)][..], &HEAD].concat();
    let mut to = Vec::new();
    for _ in 0..2 {
        let made = post(&server, NEW, &format!("{HERE}{OURS}cookie: {ana}\r\n"), &fields).await;
        assert_eq!(made.status, 303, "{}", made.body);
        to.push(made.header("location").unwrap().split('?').next().unwrap().to_owned());
    }
    assert_eq!((&to[0], changed(&database).await[1]), (&to[1], 1));
    let list_page = &to[0];
    let id = list_page.split('/').nth(3).unwrap();
    let draft_page = format!("/trabajo/actos/{id}");
    assert_eq!(audited(&server, &people.auditor, id).await, ["create_act_draft"]);

    filled_with_its_list(&server, &people.auditor, &ana, id).await;
    let page = text(&shown(&server, &ana, &draft_page).await.body);
    for words in ["Bajan (1)", "Lantus", "Sanofi Aventis", "Insulina Glargina 300UI", "Bajan1", "lo aprueba otra persona"] {
        assert!(page.contains(words), "{words}: {page}");
    }

    let luis = sign_in(&server, &people.approver).await;
    for (step, state) in [("approve", "approved"), ("publish", "published")] {
        let page = shown(&server, &luis, &draft_page).await;
        let digest = field(&page, "contenido");
        let typed = [
            ("contenido", &*digest),
            ("paso", step),
            ("motivo", "revisado contra el acta"),
            ("sin_consulta", "corrección urgente"),
        ];
        let done = filled(&server, &luis, &draft_page, &typed).await;
        assert_eq!(done.status, 303, "{step}: {}", done.body);
        assert_eq!(server.get_as(&people.auditor, &format!("/v1/act-drafts/{id}")).await.data(200)["state"], state);
    }
    assert_has!(server.data("/v1/acts/circular-30-2026").await, {"in_force_from": "2027-01-01", "/publication/version": 1});
    let audit = audited(&server, &people.auditor, id).await;
    assert_eq!(
        audit,
        ["create_act_draft", "upload_draft_list", "upload_draft_list", "approve_act_draft", "publish_act"],
        "as by the API"
    );
    let closed = text(&shown(&server, &ana, list_page).await.body);
    assert!(closed.contains("ya no recibe filas"), "{closed}");
}

/// With a fault, of another act, and as it should be.
async fn filled_with_its_list(server: &Server, auditor: &str, ana: &str, id: &str) {
    let path = format!("/trabajo/actos/{id}/lista");
    let none = sent(server, ana, &path, None).await;
    assert!(none.status == 422 && text(&none.body).contains("Elija un archivo"), "{}", none.body);
    let faulty = list(&[(LANTUS, "30,000.00", DAY), ("19914312-2", "$ x", DAY), ("19914312-21", "5", "2027 Feb 01 12:00:00 AM")]);
    let refused = sent(server, ana, &path, Some(&faulty)).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let page = text(&refused.body);
    for words in [
        "Línea 3: No es un número.",
        "línea 3precio_maximo_de_venta_transaccion_primaria_secundaria_y_final_institucional$ xNo es un número.Solo cifras",
        "línea 4–2027-02-01La fila rige desde 2027-02-01, y el borrador desde 2027-01-01.El mismo primer día",
        "No se añadió ninguna fila",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(refused.body.contains("href=\"#falla-0\"") && refused.body.contains("id=\"falla-0\""), "{}", refused.body);
    let other = list(&[(LANTUS, "30,000.00", DAY)]).replace("Circular 30", "Circular 31");
    let other = sent(server, ana, &path, Some(&other)).await;
    assert!(other.status == 422 && text(&other.body).contains("Ninguna fila del archivo es de Circular 30"), "{}", other.body);
    let ceilings = async || server.get_as(auditor, &format!("/v1/act-drafts/{id}")).await.data(200)["ceilings"].as_i64();
    assert_eq!(ceilings().await, Some(0));
    // Nothing was added three times; the empty file of another act stands in the log, because it was taken.
    assert_eq!(audited(server, auditor, id).await.len(), 2);
    let good = list(&[(LANTUS, "30,000.00", DAY)]);
    let taken = sent(server, ana, &path, Some(&good)).await;
    assert_eq!((taken.status, taken.header("location")), (303, Some(&*format!("/trabajo/actos/{id}?filas=1&lang=es"))));
    assert!(ceilings().await > Some(0));
    let again = sent(server, ana, &path, Some(&good)).await;
    let page = text(&again.body);
    assert!(again.status == 422 && page.contains("línea 2–19914312-20"), "once, and by its line: {page}");
    assert_eq!(page.matches("línea 2–").count(), 1, "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_draft_takes_rows_only_when_its_approval_is_voided() {
    let (_, people, server) = arrive("act_pages_void").await;
    let body = draft("Circular 30 de 2026", "2027-01-01", &[], &[("19914312-21", "institutional", Some("9"))]);
    let id = approved(&server, &people, "void", &body).await;
    let path = format!("/trabajo/actos/{id}/lista");
    let state = async || server.get_as(&people.auditor, &format!("/v1/act-drafts/{id}")).await.data(200)["state"].clone();
    let ana = sign_in(&server, &people.drafter).await;
    let rows = list(&[(LANTUS, "30,000.00", DAY)]);
    let refused = sent(&server, &ana, &path, Some(&rows)).await;
    assert!(refused.status == 422 && refused.body.contains("href=\"#anular\""), "{}", refused.body);
    assert!(text(&refused.body).contains("Lo aprobó Luis Mora"), "{}", refused.body);
    assert_eq!(state().await, "approved");
    let page = shown(&server, &ana, &path).await;
    let [token, once] = ["token", "una_vez"].map(|name| field(&page, name));
    let fields = [("token", &*token), ("una_vez", &*once), ("anular", "1")];
    let taken = sent_with(&server, &path, &format!("{OURS}cookie: {ana}\r\n"), &fields, Some(&rows)).await;
    assert_eq!(taken.status, 303, "{}", taken.body);
    assert_eq!(state().await, "draft");
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_a_list_have_their_line_column_and_value() {
    let (_, people, server) = arrive("act_pages_faults").await;
    let body = draft("Circular 30 de 2026", "2027-01-01", &[], &[]);
    let made = server.post_as(&people.drafter, "d", "/v1/act-drafts", &body).await.data(201);
    let path = format!("/v1/act-drafts/{}/list?lang=en", made["id"].as_str().unwrap());
    let rows = list(&[(LANTUS, "30,000.00", DAY), ("19914312", "5", DAY), ("19914312-2", "0", DAY)]);
    let refused = upload(&server, &people.drafter, "u", &path, "text/csv", rows.as_bytes()).await.problem(422, "unprocessable");
    assert_eq!(count(&refused["errors"]), 2, "{refused}");
    assert_has!(refused["errors"][0], {"line": 3, "column": "cum", "value": "19914312", "code": "not_a_cum", "pointer": "/line/3"});
    assert_has!(refused["errors"][1], {"line": 4, "code": "zero_price", "detail": "A price of zero is no ceiling."});
}

fn pesos(effect: &Value) -> Decimal {
    effect["excess"]["amount"].as_str().unwrap().parse().unwrap()
}

fn reports(effect: &Value, verdict: &str, when: &str) -> u64 {
    let mut all = effect["verdicts"].as_array().unwrap().iter();
    all.find(|one| one["verdict"] == verdict).map_or(0, |one| one[when].as_u64().unwrap())
}

/// Of a first day on which the sample has reports.
#[tokio::test(flavor = "multi_thread")]
async fn a_preview_answers_for_other_numbers_and_the_draft_stays() {
    let (database, people, server) = arrive("act_pages_variant").await;
    let body = draft("Circular 30 de 2026", "2020-05-01", &[], &[(LANTUS, "institutional", Some("30000.00"))]);
    let made = server.post_as(&people.drafter, "d", "/v1/act-drafts", &body).await.data(201);
    let id = made["id"].as_str().unwrap();
    let path = format!("/v1/act-drafts/{id}/preview");
    let before = changed(&database).await;
    let asked = async |query: &str| server.get_as(&people.approver, &format!("{path}{query}")).await;
    let plain = asked("").await.data(200);
    assert_has!(plain, {"variant": null, "digest": made["digest"], "/lowered/0/after/amount": "30000.00"});
    assert_has!(plain, {"by_market": [{"market": "96", "ingredient": plain["by_market"][0]["ingredient"], "rows": 1}]});

    let lower = asked("?percent=-5&markets=96").await.data(200);
    assert_has!(lower, {"variant": {"valid_from": null, "percent": "-5.0000", "markets": ["96"]}, "/counts/lowered": 1});
    assert_has!(lower, {"/lowered/0/before/amount": "33052.00", "/lowered/0/after/amount": "28500.00"});
    assert!(lower["digest"] != made["digest"], "what is not the draft is not taken for it");
    let higher = asked("?percent=10.2").await.data(200);
    assert_has!(higher, {"/counts/raised": 1, "/raised/0/after/amount": "33060.00"});
    for effect in [&plain, &lower, &higher] {
        let sum = |when: &str| effect["verdicts"].as_array().unwrap().iter().map(|one| one[when].as_u64().unwrap()).sum::<u64>();
        let judged = effect["reports"]["judged_again"].as_u64().unwrap();
        assert_eq!((sum("before"), sum("after")), (judged, judged), "{effect}");
    }
    // The lower the ceilings, the more is above them, by more; what was before is the same.
    let above = [&higher, &plain, &lower].map(|effect| reports(effect, "above", "after"));
    assert!(above[0] <= above[1] && above[1] <= above[2] && above[0] < above[2], "{above:?}");
    assert!(pesos(&higher) < pesos(&plain) && pesos(&plain) < pesos(&lower), "{higher} {lower}");
    assert_eq!(reports(&plain, "above", "before"), reports(&lower, "above", "before"));

    // From a day on which nothing was reported yet, nothing changes.
    let later = asked("?valid_from=2027-01-01&percent=0").await.data(200);
    assert_has!(later, {"valid_from": "2027-01-01", "/reports/changed": 0});
    for (query, code) in
        [("?percent=-100", 400), ("?percent=5%25", 400), ("?percent=1e2", 400), ("?markets=", 400), ("?valid_from=enero", 400)]
    {
        asked(query).await.problem(code, "bad_parameter");
    }
    for query in ["?markets=999", "?markets=96,8&percent=1", "?valid_from=2100-06-01"] {
        asked(query).await.problem(422, "unprocessable");
    }
    assert_eq!(asked("").await.data(200), plain);
    assert_eq!(changed(&database).await, before, "nothing is written, not even in the audit log");

    // The page says the same as the API.
    let ana = sign_in(&server, &people.drafter).await;
    let page = format!("/trabajo/actos/{id}/ensayo");
    let shown_page = shown(&server, &ana, &format!("{page}?lang=es&por=-5%2C0+%25&desde=&mercado-96=1")).await;
    let said = format!(" en {} reportes.", reports(&lower, "above", "after"));
    assert!(text(&shown_page.body).contains(&said), "{said}: {}", shown_page.body);
    assert!(shown_page.body.contains("value=\"-5,0 %\"") && shown_page.body.contains(" checked"), "{}", shown_page.body);
    for (query, status, words) in [
        ("por=cinco", 400, "un porcentaje entre"),
        ("desde=enero", 400, "una fecha es AAAA-MM-DD"),
        ("mercado-999=1", 422, "el borrador no nombra el mercado 999"),
    ] {
        let refused = open(&server, &ana, &format!("{page}?{query}")).await;
        assert_eq!(refused.status, status, "{}", refused.body);
        assert!(text(&refused.body).contains(words) && refused.body.contains("name=\"mercado-96\""), "{}", refused.body);
    }
}

/// Each form of an act, sent from elsewhere, with a token that is not its own, and by other methods.
#[tokio::test(flavor = "multi_thread")]
async fn no_other_site_drafts_or_fills_an_act() {
    let (database, people, server) = arrive("act_pages_csrf").await;
    let made = draft("Circular 30 de 2026", "2027-01-01", &[], &[]);
    let made = server.post_as(&people.drafter, "d", "/v1/act-drafts", &made).await.data(201);
    let list_page = format!("/trabajo/actos/{}/lista", made["id"].as_str().unwrap());
    let (old, luis) = (sign_in(&server, &people.drafter).await, sign_in(&server, &people.approver).await);
    let [old_token, luis_token] =
        [field(&shown(&server, &old, NEW).await, "token"), field(&shown(&server, &luis, NEW).await, "token")];
    let again = format!("{HERE}{OURS}cookie: {old}\r\n");
    let ana = cookie(&post(&server, "/trabajo/entrar", &again, &[("llave", &people.drafter)]).await);
    let token = field(&shown(&server, &ana, NEW).await, "token");
    let file = list(&[(LANTUS, "30,000.00", DAY)]);
    let before = changed(&database).await;
    let mut tried = 0;
    let wrong = ["", "x", &old_token, &luis_token].map(|token| (OURS, token, &ana));
    let elsewhere = ELSEWHERE.map(|from| (from, token.as_str(), &ana));
    let ended = [(OURS, old_token.as_str(), &old)];
    for (from, token, cookie) in elsewhere.into_iter().chain(wrong).chain(ended) {
        let headers = format!("{from}cookie: {cookie}\r\n");
        let fields = [&[("token", token), ("una_vez", "1")][..], &HEAD].concat();
        let refused = post(&server, NEW, &format!("{HERE}{headers}"), &fields).await;
        assert_eq!(refused.status, 403, "{from} {token}: {}", refused.body);
        let refused = sent_with(&server, &list_page, &headers, &fields[..2], Some(&file)).await;
        assert_eq!(refused.status, 403, "{from} {token}: {}", refused.body);
        tried += 2;
    }
    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        for path in [NEW, &list_page] {
            let headers = format!("{HERE}{OURS}cookie: {ana}\r\ncontent-length: 0\r\n");
            let path = format!("{path}?token={token}&una_vez=1&titulo=Circular+31+de+2026");
            assert!([200, 405].contains(&server.ask(method, &path, &headers, None).await.status), "{method} {path}");
            tried += 1;
        }
    }
    assert_eq!((changed(&database).await, tried), (before, 38), "nothing has changed");
    // Who may not draft is shown no form, and a cookie of nobody asks for the key.
    let auditor = sign_in(&server, &people.auditor).await;
    for path in [NEW, &list_page] {
        assert_eq!(open(&server, &auditor, path).await.status, 403, "{path}");
        assert!(is_sign_in(&open(&server, "", path).await), "{path}");
    }
    assert!(!shown(&server, &auditor, "/trabajo/actos").await.body.replace("&#x2f;", "/").contains(NEW));
    // What was typed waits for the key, and is shown before it is sent.
    let headers = format!("{HERE}{OURS}cookie: {old}\r\n");
    let fields = [&[("token", &*old_token), ("una_vez", "1")][..], &HEAD].concat();
    let asked = post(&server, NEW, &headers, &fields).await;
    assert!(asked.status == 403 && asked.body.contains("Acta+12"), "{}", asked.body);
    let saved = field(&asked, "guardado");
    let typed = post(
        &server,
        "/trabajo/entrar",
        &format!("{HERE}{OURS}"),
        &[("llave", &people.drafter), ("volver", NEW), ("guardado", &saved)],
    )
    .await;
    assert!(text(&typed.body).contains("Nombre del acto: Circular 30 de 2026"), "{}", typed.body);
}
