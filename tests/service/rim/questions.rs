//! Parameters in paths and queries: strict, and every fault named.

use super::support::Server;

#[tokio::test]
async fn path_parameters_are_decoded_strictly() {
    let server = Server::start().await;
    assert_eq!(server.get("/v1/things/%31").await.body, "\"thing 1 for 127.0.0.1\"");
    for (value, code) in [
        ("abc", "invalid_value"),
        ("-1", "invalid_value"),
        ("..", "invalid_value"),
        ("1;x=2", "invalid_value"),
        ("%2F", "invalid_value"),
        ("%zz", "invalid_encoding"),
        ("%ff", "invalid_encoding"),
        ("%C0%AF", "invalid_encoding"),
        ("%00", "control_character"),
        ("%0d%0aset-cookie:x", "control_character"),
    ] {
        server.get(&format!("/v1/things/{value}")).await.bad_parameter("number", code);
    }
}

#[tokio::test]
async fn query_parameters_are_refused_by_name() {
    let server = Server::start().await;
    for (query, name, code) in [
        ("limit=1&limit=2", "limit", "duplicate_parameter"),
        ("limit=1&l%69mit=2", "limit", "duplicate_parameter"),
        ("limit=", "limit", "empty_value"),
        ("limit", "limit", "empty_value"),
        ("limit=x", "limit", "invalid_value"),
        ("limit=-1", "limit", "invalid_value"),
        ("limit=%2B1", "limit", "invalid_value"),
        ("limit=4294967296", "limit", "invalid_value"),
        ("limit=1001", "limit", "limit_too_large"),
        ("year=1e3", "year", "invalid_value"),
        ("name=%ff", "name", "invalid_encoding"),
        ("name=%", "name", "invalid_encoding"),
        ("name=%00", "name", "control_character"),
        ("cursor=abc", "cursor", "invalid_cursor"),
        ("lang=fr", "lang", "invalid_value"),
        ("format=xml", "format", "invalid_value"),
        ("%ff=1", "%ff", "invalid_encoding"),
    ] {
        server.get(&format!("/v1/things?{query}")).await.bad_parameter(name, code);
    }
    let detail = server.get("/v1/things?limt=1&lang=en").await.bad_parameter("limt", "unknown_parameter");
    assert_eq!(detail, "unknown; did you mean \"limit\"?");
    let several = server.get("/v1/things?a=1&limit=&limit=3").await.problem(400, "bad_parameter");
    assert_eq!(several["errors"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn good_queries_are_answered() {
    let server = Server::start().await;
    for query in ["", "limit=0", "year=12", "name=1&limit=3", "&limit=2&", "name=a+b", "lang=en", "format=json", "name=%C3%B1"] {
        assert_eq!(server.get(&format!("/v1/things?{query}")).await.status, 200, "{query}");
    }
    assert_eq!(server.get("/v1/things?limit=0").await.json()["data"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn following_the_links_gives_every_row_once() {
    let server = Server::start().await;
    let mut target = "/v1/things?limit=7".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = server.get(&target).await;
        seen.extend(page.json()["data"].as_array().unwrap().iter().map(|thing| thing.as_str().unwrap().to_owned()));
        let Some(link) = page.header("link") else { break };
        target = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned();
    }
    assert_eq!(seen, (0..20).map(|number| number.to_string()).collect::<Vec<_>>());
    let cursor = target.split("cursor=").nth(1).unwrap();
    server.get(&format!("/v1/things?name=1&cursor={cursor}")).await.bad_parameter("cursor", "invalid_cursor");
}

#[tokio::test]
async fn problems_speak_the_language_asked_for() {
    let server = Server::start().await;
    let title = |response: crate::client::Answer| response.json()["title"].as_str().unwrap().to_owned();
    assert_eq!(title(server.get("/nope").await), "Esa ruta no existe");
    assert_eq!(title(server.ask("GET", "/nope", "accept-language: en-GB, es;q=0.5\r\n", None).await), "No such route");
    assert_eq!(title(server.ask("GET", "/nope?lang=es", "accept-language: en\r\n", None).await), "Esa ruta no existe");
    let missing = server.get("/v1/things/99?lang=en").await.problem(404, "not_found");
    assert_eq!(missing["detail"], "there is no thing \"99\"");
}
