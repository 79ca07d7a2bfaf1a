//! The pages of a group of the thermometer and of a relevant market: they say what the API says, and of what is not there a 404.

use serde_json::{Value, json};

use crate::{
    pages::{page, text},
    server::Server,
    stage::{read_model, with},
    support,
};

const GROUP: &str = "/termometro?concentracion=Losartan%2050%20mg&unidad=Tableta&canal=institutional";
const GROUP_DATA: &str = "/v1/thermometer?concentration=Losartan%2050%20mg&unit=Tableta&channel=institutional";

/// Links of a page that begin so, as a browser follows them.
fn links(body: &str, begins: &str) -> Vec<String> {
    let all = body.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
    all.filter(|link| link.starts_with(begins)).collect()
}

/// The page of a group that `/v1/thermometer/groups` lists.
fn page_of(group: &Value) -> String {
    let link = group["link"].as_str().unwrap().replace("/v1/thermometer?concentration=", "/termometro?concentracion=");
    link.replace("&unit=", "&unidad=").replace("&channel=", "&canal=")
}

/// All of `parts` stand in `text`, in this order.
#[track_caller]
fn follow(text: &str, parts: &[String]) {
    let mut rest = text;
    for part in parts {
        let (_, after) = rest.split_once(part.as_str()).unwrap_or_else(|| panic!("{part} does not follow in {text}"));
        rest = after;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_shows_its_quartiles_and_its_products_cheapest_first() {
    let server = Server::with_the_sample().await;
    let group = server.data(GROUP_DATA).await;
    let products = group["comparators"].as_array().unwrap();
    let amounts: Vec<&str> = products.iter().map(|product| product["price"]["amount"].as_str().unwrap()).collect();
    assert_eq!(amounts, ["61.67", "80.15", "119.00", "235.00", "388.83", "414.17", "3399.00"]);
    let quartiles = ["p25", "p50", "p75"].map(|mark| group[mark]["amount"].as_str().unwrap());
    assert_eq!(quartiles, ["99.575", "235.00", "401.50"]);
    for (lang, sentence, order, prices) in [
        (
            "es",
            "7 precios por unidad en el Canal institucional (hospitales, EPS): la cuarta parte son de $ 99,58 o menos, la mitad de \
             $ 235 o menos y tres de cada cuatro de $ 401,50 o menos. Van de $ 61,67 a $ 3.399.",
            "Del más barato al más caro, por unidad",
            ["$ 61,67", "$ 80,15", "$ 119", "$ 235", "$ 388,83", "$ 414,17", "$ 3.399"],
        ),
        (
            "en",
            "7 prices per unit in the Institutional channel (hospitals, insurers): a quarter are COP 99.58 or less, half COP 235 or \
             less, and three in four COP 401.50 or less. They go from COP 61.67 to COP 3,399.",
            "Cheapest first, per unit",
            ["COP 61.67", "COP 80.15", "COP 119", "COP 235", "COP 388.83", "COP 414.17", "COP 3,399"],
        ),
    ] {
        let body = page(&server, &with(GROUP, &format!("lang={lang}"))).await.body;
        let text = text(&body);
        assert!(text.contains(sentence), "{lang}: {text}");
        let row = |(product, price): (&Value, &str)| {
            format!("{} {} {price}", product["brand"].as_str().unwrap(), product["maker"].as_str().unwrap())
        };
        let rows: Vec<String> = products.iter().zip(prices).map(row).collect();
        follow(&text, &[&[order.to_owned()][..], &rows[..]].concat());
        assert!(body.contains("<div class=\"drawing\"><svg"), "{lang}: it is drawn");
        assert!(text.contains(group["list"]["file"].as_str().unwrap()), "{lang}: {text}");
        // Every product of the sample's list is in its catalogue.
        let medicines = links(&body, "/medicamentos/");
        let expedientes: Vec<String> = products.iter().map(|product| product["expediente"].to_string()).collect();
        let linked: Vec<&str> = medicines.iter().map(|link| link["/medicamentos/".len()..].split('-').next().unwrap()).collect();
        assert_eq!(linked, expedientes, "{lang}");
        let data = links(&body, "/v1/thermometer?");
        assert_eq!(server.data(&data[0]).await, group, "{lang}: {data:?}");
        let canonical = links(&body, "https://t/termometro?");
        assert_eq!(canonical, [format!("https://t{GROUP}")], "{lang}: an address without its group leads nowhere");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_group_of_the_list_has_a_page() {
    let server = Server::with_the_sample().await;
    let groups = server.data("/v1/thermometer/groups?limit=1000").await;
    let (mut few, mut alone) = (0, 0);
    for group in groups.as_array().unwrap() {
        let n = group["n"].as_u64().unwrap();
        let text = text(&page(&server, &with(&page_of(group), "lang=es")).await.body);
        let says = match n {
            1 => "Un solo precio por unidad".to_owned(),
            2 | 3 => format!("Solo hay {n} precios por unidad"),
            _ => format!("{n} precios por unidad"),
        };
        assert!(text.contains(&says), "{says} is not in {text}");
        assert_eq!(text.contains("la cuarta parte"), n > 3, "{text}");
        (few, alone) = (few + usize::from(n == 2 || n == 3), alone + usize::from(n == 1));
    }
    assert!(few > 0 && alone > 0, "the sample has groups of every size: {few} {alone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_catalogue_has_is_named_without_a_link() {
    let database = support::database("group_pages_bare").await;
    support::import(&database, termometro::ingest::SourceKind::Thermometer, &support::sample_file("thermometer.csv")).await;
    let server = Server::on(read_model(&database)).await;
    for (lang, why) in [
        ("es", "en nuestros catálogos no hay ningún código CUM de su registro"),
        ("en", "our catalogues hold no CUM code of their registration"),
    ] {
        let body = page(&server, &with(GROUP, &format!("lang={lang}"))).await.body;
        let text = text(&body);
        assert!(links(&body, "/medicamentos/").is_empty(), "{lang}: {body}");
        assert!(text.contains("Losartan Andina Andina") && text.contains(why), "{text}");
        // The search leads there.
        let home = page(&server, &format!("/?q=losartan&lang={lang}")).await.body;
        let groups = links(&home, "/termometro?");
        assert!(groups.contains(&format!("{GROUP}&lang={lang}")), "{groups:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_market_says_its_price_its_act_and_what_does_not_bind() {
    let server = Server::with_the_sample().await;
    let market = &server.data("/v1/markets?q=822").await[0];
    assert_has!(market, {"market": "822", "/unit_price/amount": "2618.41", "valid_from": "2020-03-28", "list_cut_date": "2021-09-03"});
    for (lang, words) in [
        (
            "es",
            [
                "vital no disponible",
                "$ 2.618,41 por mg",
                "Circular 10 de 2020, desde el 28 de marzo de 2020.",
                "La lista llega hasta el 3 de septiembre de 2021.",
                "lo que obliga en una venta se dice en la página de cada medicamento",
                "Aquí no hay ninguna presentación de este mercado.",
            ],
        ),
        (
            "en",
            [
                "vital medicine that is not available", "COP 2,618.41 per mg", "Circular 10 de 2020, since 28 March 2020.",
                "The list reaches up to 3 September 2021.", "what binds a sale is said on each medicine's page",
                "Here is no presentation of this market.",
            ],
        ),
    ] {
        let body = page(&server, &format!("/mercados/822?lang={lang}")).await.body;
        let text = text(&body.replace("&#39;", "'").replace("&#x27;", "'"));
        for words in words {
            assert!(text.contains(words), "{lang}: {words} is not in {text}");
        }
        assert!(links(&body, "/actos/").contains(&format!("/actos/circular-10-2020?lang={lang}")), "{lang}");
        let data = links(&body, "/v1/markets?");
        assert_eq!(&server.data(&data[0]).await[0], market, "{lang}: {data:?}");
        // The search leads there.
        let home = page(&server, &format!("/?q=trientina&lang={lang}")).await.body;
        assert!(links(&home, "/mercados/").contains(&format!("/mercados/822?lang={lang}")), "{lang}: {home}");
    }
    let glargine = &server.data("/v1/markets?q=96").await[0];
    let body = page(&server, "/mercados/96?lang=es").await.body;
    let counted = format!("Aquí hay {} presentaciones de este mercado.", glargine["presentations"]);
    assert!(text(&body).contains(&counted) && !body.contains("vital no disponible"), "{counted}: {body}");
    assert_eq!(page(&server, "/mercados/546B?lang=es").await.status, 200, "case is forgiven");
    let lantus = page(&server, "/medicamentos/19914312-20?lang=es").await.body;
    assert_eq!(links(&lantus, "/mercados/"), ["/mercados/96?lang=es"]);
}

/// A later list has another act's price of one market.
#[tokio::test(flavor = "multi_thread")]
async fn a_market_has_the_price_of_each_act() {
    let database = support::database("group_pages_history").await;
    support::import(&database, termometro::ingest::SourceKind::Ceilings, &support::sample_file("ceilings.xlsx")).await;
    let later = "INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, cut_date)
        VALUES ('ceilings', 'later', repeat('b', 64), 1, '', '', '', '', '', '2021-10-01');
        INSERT INTO market_price (source_file_id, line, market, ingredient, ingredient_folded, form_group, unit_price, unit, act_id, valid_from, vital_not_available)
        SELECT max(id), 1, '822', 'Trientina', 'trientina', '', 3000, 'mg', 'circular-11-2020', '2020-04-01', true FROM source_file";
    database.import_connection().await.unwrap().batch_execute(later).await.unwrap();
    let server = Server::on(read_model(&database)).await;
    let market = &server.data("/v1/markets?q=822").await[0];
    let price = |amount: &str| json!({ "amount": amount, "currency": "COP", "per": "regulated_unit" });
    let says = |amount: &str, act: &str, from: &str, until: &str| json!({ "unit_price": price(amount), "regulated_unit": "mg", "act": act, "valid_from": from, "list_cut_date": until });
    let expected = json!([
        says("3000.00", "circular-11-2020", "2020-04-01", "2021-10-01"),
        says("2618.41", "circular-10-2020", "2020-03-28", "2021-09-03"),
    ]);
    assert_eq!((&market["history"], &market["unit_price"]), (&expected, &price("3000.00")));
    for (lang, rows) in [
        (
            "es",
            [
                "Circular 11 de 2020 $ 3.000 por mg 1 de abril de 2020 1 de octubre de 2021",
                "Circular 10 de 2020 $ 2.618,41 por mg 28 de marzo de 2020 3 de septiembre de 2021",
            ],
        ),
        (
            "en",
            [
                "Circular 11 de 2020 COP 3,000 per mg 1 April 2020 1 October 2021",
                "Circular 10 de 2020 COP 2,618.41 per mg 28 March 2020 3 September 2021",
            ],
        ),
    ] {
        let text = text(&page(&server, &format!("/mercados/822?lang={lang}")).await.body);
        follow(&text, &rows.map(str::to_owned));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_a_page_in_the_reader_s_language() {
    let server = Server::with_the_sample().await;
    let others = [GROUP.replace("Losartan", "Xyzzyq"), GROUP.replace("institutional", "otro"), "/termometro".to_owned()];
    for path in others.into_iter().chain(["/mercados/99999".to_owned(), "/mercados/trientina".to_owned()]) {
        for (lang, title) in [("es", "No se encontró"), ("en", "was not found")] {
            let answer = server.get(&with(&path, &format!("lang={lang}"))).await;
            assert_eq!((answer.status, answer.header("content-type")), (404, Some("text/html; charset=utf-8")), "{path}");
            assert!(answer.body.contains(&format!("<html lang=\"{lang}")), "{path} {lang}");
            assert!(text(&answer.body).contains(title), "{path} {lang}: {}", answer.body);
        }
    }
}
