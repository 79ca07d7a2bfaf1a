//! Two documents, operation by operation: what a client of the old one would miss in the new one.
//!
//! Knows OpenAPI 3.1 as this project writes it. What it does not know, and differs, it reports: doubt fails.

use serde_json::{Map, Value, json};

use super::schema::{Schemas, Side};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// One line for each thing that breaks; none when the new document serves every client of the old one.
pub fn broken(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Found { schemas: Schemas::of(old, new), lines: Vec::new() };
    let servers = |document: &Value| document["servers"].as_array().cloned().unwrap_or_default();
    for server in servers(old) {
        if !servers(new).iter().any(|other| other["url"] == server["url"]) {
            found.line("servers", format!("{} is gone", server["url"]));
        }
    }
    for (name, scheme) in fields(&old["components"]["securitySchemes"]) {
        let other = &new["components"]["securitySchemes"][name];
        if ["type", "scheme", "in", "name", "flows"].iter().any(|part| scheme[part] != other[part]) {
            found.line(name, "the security scheme changed".to_owned());
        }
    }
    for (path, item) in fields(&old["paths"]) {
        for method in METHODS.into_iter().filter(|method| item[method].is_object()) {
            let at = format!("{} {path}", method.to_uppercase());
            match &new["paths"][path][method] {
                operation if operation.is_object() => found.operation(&at, &item[method], operation, (item, &new["paths"][path])),
                _ => found.line(&at, "is gone".to_owned()),
            }
        }
    }
    found.lines
}

pub fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

struct Found<'a> {
    schemas: Schemas<'a>,
    lines: Vec<String>,
}

impl<'a> Found<'a> {
    fn line(&mut self, at: &str, what: String) {
        self.lines.push(format!("{at}: {what}"));
    }

    fn operation(&mut self, at: &str, old: &'a Value, new: &'a Value, items: (&'a Value, &'a Value)) {
        if old["operationId"] != new["operationId"] {
            self.line(at, format!("the operation is no longer named {}", old["operationId"]));
        }
        self.parameters(at, (old, items.0), (new, items.1));
        self.body(at, &old["requestBody"], &new["requestBody"]);
        self.security(at, &old["security"], &new["security"]);
        for (status, response) in fields(&old["responses"]) {
            let at = format!("{at} {status}");
            match new["responses"].get(status) {
                None => self.line(&at, "is no longer answered".to_owned()),
                Some(other) => {
                    self.content(&at, &response["content"], &other["content"], Side::Answered);
                    for (name, _) in fields(&response["headers"]) {
                        if other["headers"].get(name).is_none() {
                            self.line(&at, format!("the header {name} is gone"));
                        }
                    }
                }
            }
        }
        for (status, _) in fields(&new["responses"]) {
            if status.starts_with('2') && old["responses"].get(status).is_none() {
                self.line(at, format!("succeeds with {status}, which no client knows"));
            }
        }
    }

    fn parameters(&mut self, at: &str, old: (&'a Value, &'a Value), new: (&'a Value, &'a Value)) {
        let all = |(operation, item): (&'a Value, &'a Value)| -> Vec<&'a Value> {
            [&operation["parameters"], &item["parameters"]].into_iter().filter_map(Value::as_array).flatten().collect()
        };
        let (old, new) = (all(old), all(new));
        let same = |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
        for parameter in &old {
            let at = format!("{at} {}", parameter["name"]);
            let Some(other) = new.iter().find(|other| same(parameter, other)) else {
                self.line(&at, "the parameter is gone".to_owned());
                continue;
            };
            if parameter["required"] != true && other["required"] == true {
                self.line(&at, "is required now".to_owned());
            }
            for part in ["style", "explode", "allowReserved", "content"] {
                if parameter[part] != other[part] {
                    self.line(&at, format!("{part} changed"));
                }
            }
            self.schema(&at, &parameter["schema"], &other["schema"], Side::Asked);
        }
        for parameter in new.iter().filter(|new| new["required"] == true && !old.iter().any(|old| same(old, new))) {
            self.line(at, format!("requires a new parameter {}", parameter["name"]));
        }
    }

    fn body(&mut self, at: &str, old: &'a Value, new: &'a Value) {
        if old["required"] != true && new["required"] == true {
            self.line(at, "requires a body".to_owned());
        }
        if old.is_object() {
            self.content(&format!("{at} body"), &old["content"], &new["content"], Side::Asked);
        }
    }

    fn content(&mut self, at: &str, old: &'a Value, new: &'a Value, side: Side) {
        for (kind, content) in fields(old) {
            match new.get(kind) {
                None => self.line(at, format!("{kind} is gone")),
                Some(other) => self.schema(at, &content["schema"], &other["schema"], side),
            }
        }
    }

    fn schema(&mut self, at: &str, old: &'a Value, new: &'a Value, side: Side) {
        self.lines.extend(self.schemas.broken(old, new, side).into_iter().map(|line| format!("{at}{line}")));
    }

    /// Whoever was let in is let in: each old alternative holds all that some new one asks for.
    fn security(&mut self, at: &str, old: &Value, new: &Value) {
        let nothing = json!([{}]);
        let alternatives = |value: &Value| -> Vec<Map<String, Value>> {
            let value = if value.as_array().is_some_and(|list| !list.is_empty()) { value } else { &nothing };
            value.as_array().unwrap().iter().map(|one| one.as_object().unwrap().clone()).collect()
        };
        let holds = |held: &Map<String, Value>, asked: &Map<String, Value>| {
            asked.iter().all(|(scheme, scopes)| {
                let held = held.get(scheme).and_then(Value::as_array);
                held.is_some_and(|held| scopes.as_array().unwrap().iter().all(|scope| held.contains(scope)))
            })
        };
        let new = alternatives(new);
        for held in alternatives(old) {
            if !new.iter().any(|asked| holds(&held, asked)) {
                self.line(at, format!("is closed to who came with {}", Value::Object(held)));
            }
        }
    }
}
