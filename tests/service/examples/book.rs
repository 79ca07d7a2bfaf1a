//! The book of examples: a stage with everybody who has a key, and a page for each operation asked on it.

use std::{collections::BTreeMap, io::Cursor, sync::Arc};

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use serde_json::{Map, Value, json};
use termometro::{http::Now, outbound::url_policy::UrlPolicy, read_model::ReadModel, store::postgres::database::Database};

use super::{checks, same::INSTANT};
use crate::{
    people::{self, People},
    server::Server,
    support,
    webhook_receiver::Receiver,
};

/// Monday; the 15 working days after it end on 2026-12-15.
const TODAY: Date = date(2026, 11, 23);
const LATER: Date = date(2026, 12, 16);

pub struct Book {
    pub database: Database,
    pub people: People,
    pub server: Server,
    /// The same service when the term to reply is over.
    pub later: Server,
    pub receiver: Receiver,
    pub pages: BTreeMap<String, Value>,
    /// What this run was given, and what stands for it in every example.
    pub shown: Vec<(String, String)>,
    look: Look,
    /// How many were looked at.
    pub looked: Looked,
    document: &'static Value,
}

/// What each read is also put to, at the moment when it has something to show.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Nothing,
    Csv,
    Tags,
}

#[derive(Default)]
pub struct Looked {
    pub lists: usize,
    pub empty: usize,
    pub public: usize,
    pub guarded: usize,
}

/// A request; its answer is the operation's example.
pub struct Step {
    pub operation: &'static str,
    pub method: &'static str,
    pub path: String,
    pub key: Option<String>,
    pub body: Option<(&'static str, String)>,
}

impl Step {
    pub fn get(operation: &'static str, path: impl Into<String>) -> Self {
        Self { operation, method: "GET", path: path.into(), key: None, body: None }
    }

    pub fn post(operation: &'static str, path: impl Into<String>, body: &Value) -> Self {
        let body = Some(("application/json", body.to_string()));
        Self { method: "POST", body, ..Self::get(operation, path) }
    }

    pub fn send(operation: &'static str, path: impl Into<String>, kind: &'static str, body: String) -> Self {
        Self { method: "POST", body: Some((kind, body)), ..Self::get(operation, path) }
    }

    pub fn bare(operation: &'static str, path: impl Into<String>) -> Self {
        Self { method: "POST", ..Self::get(operation, path) }
    }

    pub fn by(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    /// Headers of the request, as they are sent.
    fn headers(&self) -> Vec<(&'static str, String)> {
        let named = format!("ejemplo-{}", self.operation.replace('_', "-"));
        let mut headers = vec![("x-request-id", named.clone())];
        headers.extend(self.key.iter().map(|key| ("authorization", format!("Bearer {key}"))));
        // Public questions by POST are no deeds, but for what people send.
        let is_once = self.key.is_some()
            || ["create_petition", "create_price_report", "create_comment", "correct_purchase"].contains(&self.operation);
        headers.extend((self.method == "POST" && is_once).then_some(("idempotency-key", named)));
        headers.extend(self.body.iter().map(|(kind, _)| ("content-type", (*kind).to_owned())));
        headers
    }

    pub fn head(&self) -> String {
        self.headers().iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect()
    }
}

fn clock(day: Date) -> Now {
    let instant: Timestamp = format!("{day}T15:00:00Z").parse().unwrap();
    Arc::new(move || (instant, day))
}

impl Book {
    pub async fn open(name: &'static str, look: Look) -> Self {
        let database = people::sample(name).await;
        // As if the sample had come this very day, whatever day the test runs: ages of data are counted from it.
        let arrived = "SET ROLE NONE; UPDATE source_file SET recorded_at = '2026-11-23T14:00:00Z'";
        database.import_connection().await.unwrap().batch_execute(arrived).await.unwrap();
        let people = People::arrive_at(database.clone(), INSTANT.parse().unwrap()).await;
        people.workflow.publish_signing_key().await.unwrap();
        let server = async |day| {
            let workflow = support::workflow(database.clone()).with_targets(UrlPolicy::new(true)).sending_mail(true);
            Server::with_workflow(ReadModel::new(database.clone(), support::MAX_AGE_DAYS), workflow, clock(day)).await
        };
        let (server, later, receiver) = (server(TODAY).await, server(LATER).await, Receiver::with([]).await);
        let mut shown = vec![(receiver.url(), "https://hooks.example.org/termometro".to_owned())];
        let keys = [&people.drafter, &people.approver, &people.auditor, &people.reporter, &people.other_reporter];
        shown.extend(keys.map(|key| (key.clone(), "tmo_live_…".to_owned())));
        let document = super::document();
        Self {
            database,
            people,
            server,
            later,
            receiver,
            pages: BTreeMap::new(),
            shown,
            look,
            looked: Looked::default(),
            document,
        }
    }

    /// Asks, keeps the page, and returns what was answered.
    pub async fn told(&mut self, step: Step) -> Value {
        let answer =
            self.server.ask(step.method, &step.path, &step.head(), step.body.as_ref().map(|(_, body)| body.as_str())).await;
        assert!((200..300).contains(&answer.status), "{}: {} {}", step.operation, answer.status, answer.body);
        let kind = answer.header("content-type").unwrap().split(';').next().unwrap().to_owned();
        let json = kind == "application/json" || kind.ends_with("+json");
        let body = if json { answer.json() } else { Value::String(answer.body.clone()) };
        let mut response = json!({"status": answer.status, "content_type": kind, "body": body});
        if self.offers_csv(step.operation) {
            let separator = if step.path.contains('?') { '&' } else { '?' };
            let (path, body) = (format!("{}{separator}format=csv", step.path), step.body.as_ref().map(|(_, body)| body.as_str()));
            let csv = self.server.ask(step.method, &path, &step.head(), body).await;
            assert_eq!((csv.status, csv.header("content-type").unwrap().split(';').next()), (200, Some("text/csv")));
            response["csv"] = csv.body.into();
        }
        match self.look {
            Look::Csv if step.method == "GET" && body["data"].is_array() => checks::as_csv(self, &step).await,
            Look::Tags if step.method == "GET" => checks::tags(self, &step).await,
            _ => {}
        }
        self.keep(&step, response);
        body
    }

    /// The same of an archive: its example names what is in it.
    pub async fn told_archive(&mut self, step: Step) {
        let answer = self.server.ask("GET", &step.path, &step.head(), None).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/zip")), "{}", answer.body);
        let archive = zip::ZipArchive::new(Cursor::new(&answer.bytes)).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        let response = json!({"status": 200, "content_type": "application/zip", "body": names});
        self.keep(&step, response);
    }

    /// A deed between two examples.
    pub async fn done(&self, server: &Server, deed: &str, key: &str, path: &str, body: &Value) -> Value {
        let answer = server.post_as(key, deed, path, body).await;
        assert!((200..300).contains(&answer.status), "{deed}: {} {}", answer.status, answer.body);
        answer.json()
    }

    /// From here on `stands` is shown where this run has the string at `pointer`.
    pub fn show(&mut self, answer: &Value, pointer: &str, stands: &str) -> String {
        let real = answer.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {answer}")).to_owned();
        assert!(real.len() > 6, "{real} may stand anywhere");
        self.shown.push((real.clone(), stands.to_owned()));
        real
    }

    pub fn offers_csv(&self, operation: &str) -> bool {
        let (_, one) = self.operation(operation);
        // Where files of every kind are answered, there is nothing to choose.
        let content = &one["responses"]["200"]["content"];
        !content["text/csv"].is_null() && !content["application/json"].is_null() && content["application/x-ndjson"].is_null()
    }

    /// Template and text of an operation.
    pub fn operation(&self, operation: &str) -> (&str, &Value) {
        let paths = self.document["paths"].as_object().unwrap();
        let mut all =
            paths.iter().flat_map(|(path, item)| item.as_object().unwrap().values().map(move |one| (path.as_str(), one)));
        all.find(|(_, one)| one["operationId"] == operation).unwrap_or_else(|| panic!("{operation} is not in the document"))
    }

    fn keep(&mut self, step: &Step, response: Value) {
        let headers: Map<String, Value> = step
            .headers()
            .into_iter()
            .filter(|(name, _)| *name != "content-type")
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let mut request = json!({"method": step.method, "path": step.path, "headers": headers});
        if let Some((kind, body)) = &step.body {
            request["content_type"] = (*kind).into();
            request["body"] =
                if *kind == "application/json" { serde_json::from_str(body).unwrap() } else { body.as_str().into() };
        }
        let page = json!({"request": request, "response": response});
        assert!(self.pages.insert(step.operation.to_owned(), page).is_none(), "{} twice", step.operation);
    }
}
