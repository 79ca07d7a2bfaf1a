//! Two schemas: is what was accepted still accepted, is what is answered now what was answered then?

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::compare::fields;

/// Whose schema it is: what a client may send, or what it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// All that was accepted must be: the new one is as wide, or wider.
    Asked,
    /// All that is answered was to be expected: the new one is as narrow, or narrower; but more fields are no harm.
    Answered,
}

/// Says nothing about which values are valid.
const WORDS: [&str; 10] =
    ["description", "title", "example", "examples", "deprecated", "readOnly", "writeOnly", "xml", "externalDocs", "$comment"];
/// Looked at one by one below.
const KNOWN: [&str; 9] =
    ["type", "format", "enum", "const", "pattern", "properties", "required", "items", "additionalProperties"];
const LEAST: [&str; 5] = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const MOST: [&str; 5] = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

/// Names the member or parameter of a request without which a form is never answered.
const ONLY_WHEN: &str = "x-only-when";

type Object = Map<String, Value>;

pub struct Schemas<'a> {
    old: &'a Value,
    new: &'a Value,
    /// Pairs of names that are being compared, or are done: a schema may contain itself.
    seen: BTreeMap<(String, String, Side), Vec<String>>,
}

impl<'a> Schemas<'a> {
    pub fn of(old: &'a Value, new: &'a Value) -> Self {
        Self { old, new, seen: BTreeMap::new() }
    }

    pub fn broken(&mut self, old: &Value, new: &Value, side: Side) -> Vec<String> {
        // A name with something beside it is more than that name.
        let bare = |schema: &Value| fields(schema).all(|(name, _)| name == "$ref" || WORDS.contains(&name.as_str()));
        let name = |schema: &Value| schema["$ref"].as_str().filter(|_| bare(schema)).map(str::to_owned);
        let (Some(one), Some(other)) = (name(old), name(new)) else { return self.unions(old, new, side) };
        let key = (one, other, side);
        if let Some(known) = self.seen.get(&key) {
            return known.clone();
        }
        self.seen.insert(key.clone(), Vec::new());
        let found = self.unions(old, new, side);
        self.seen.insert(key, found.clone());
        found
    }

    fn unions(&mut self, old: &Value, new: &Value, side: Side) -> Vec<String> {
        let (old, mut new) = (variants(old, self.old), variants(new, self.new));
        if side == Side::Answered {
            new.retain(|one| !self.is_for_new_questions(one));
        }
        if let ([old], [new]) = (old.as_slice(), new.as_slice()) {
            return self.plain(old, new, side);
        }
        let mut lines = Vec::new();
        // Each of these must find its like among those.
        let these = if side == Side::Asked { &old } else { &new };
        for one in these {
            let tries: Vec<Vec<String>> = match side {
                Side::Asked => new.iter().map(|new| self.plain(one, new, side)).collect(),
                Side::Answered => old.iter().map(|old| self.plain(old, one, side)).collect(),
            };
            if !tries.iter().any(Vec::is_empty) {
                let what = if side == Side::Asked { "is no longer accepted" } else { "may be answered now" };
                lines.push(format!(": {:.200} {what}", Value::Object(one.clone())));
            }
        }
        // A reader may count on each alternative of an answer by name; one that is gone is not answered, which is narrower.
        lines
    }

    /// A form of an answer that is given to those only whose request names a member which the old document does not know: no client of
    /// it ever gets one.
    fn is_for_new_questions(&self, one: &Object) -> bool {
        let asked = one.get(ONLY_WHEN).and_then(Value::as_str);
        asked.is_some_and(|name| !asked_names(self.old).contains(name))
    }

    fn plain(&mut self, old: &Object, new: &Object, side: Side) -> Vec<String> {
        let mut lines = Vec::new();
        let (wide, narrow) = if side == Side::Asked { (new, old) } else { (old, new) };
        self.values(wide, narrow, &mut lines);
        if side == Side::Asked && old.get("default") != new.get("default") {
            lines.push(": the default is another one".to_owned());
        }
        let known = |name: &str| {
            WORDS.contains(&name) || KNOWN.contains(&name) || LEAST.contains(&name) || MOST.contains(&name) || name == "default"
        };
        for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
            if !known(name) && old.get(name) != new.get(name) {
                lines.push(format!(": {name} changed, and nobody here knows what that does"));
            }
        }
        self.members(old, new, side, &mut lines);
        lines
    }

    /// Whatever `narrow` allows, `wide` must allow.
    fn values(&self, wide: &Object, narrow: &Object, lines: &mut Vec<String>) {
        let text = |value: Option<&Value>| value.map_or("anything".to_owned(), Value::to_string);
        let mut differ = |name: &str| lines.push(format!(": {name} {} against {}", text(wide.get(name)), text(narrow.get(name))));
        let whole = narrow.get("type") == Some(&json!("integer")) && wide.get("type") == Some(&json!("number"));
        if wide.contains_key("type") && wide.get("type") != narrow.get("type") && !whole {
            differ("type");
        }
        for name in ["format", "pattern"] {
            if wide.contains_key(name) && wide.get(name) != narrow.get(name) && !is_known_wider(narrow.get(name), wide.get(name))
            {
                differ(name);
            }
        }
        for name in LEAST.into_iter().chain(MOST) {
            let Some(limit) = wide.get(name).and_then(Value::as_i64) else { continue };
            let held = narrow.get(name).and_then(Value::as_i64);
            let inside = held.is_some_and(|held| if LEAST.contains(&name) { held >= limit } else { held <= limit });
            if !inside {
                differ(name);
            }
        }
        if let Some(allowed) = choices(wide) {
            let inside = choices(narrow).is_some_and(|given| given.iter().all(|value| allowed.contains(value)));
            if !inside {
                differ(if wide.contains_key("enum") { "enum" } else { "const" });
            }
        }
        let closed = |object: &Object| object.get("additionalProperties") == Some(&json!(false));
        if closed(wide) && !closed(narrow) {
            differ("additionalProperties");
        }
    }

    fn members(&mut self, old: &Object, new: &Object, side: Side, lines: &mut Vec<String>) {
        let empty = json!({});
        let properties = |object: &Object| object.get("properties").cloned().unwrap_or_default();
        let required = |object: &Object| -> BTreeSet<String> {
            let names = object.get("required").and_then(Value::as_array).into_iter().flatten();
            names.map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        let ((before, after), (must, must_now)) = ((properties(old), properties(new)), (required(old), required(new)));
        for (name, schema) in fields(&before) {
            match after.get(name) {
                None => lines.push(format!(".{name}: is gone")),
                Some(other) => lines.extend(self.broken(schema, other, side).into_iter().map(|line| format!(".{name}{line}"))),
            }
        }
        match side {
            Side::Asked => lines.extend(must_now.difference(&must).map(|name| format!(".{name}: is required now"))),
            Side::Answered => lines.extend(must.difference(&must_now).map(|name| format!(".{name}: may be missing now"))),
        }
        let part = |object: &Object, name: &str| object.get(name).filter(|value| value.is_object()).cloned();
        for (name, sign) in [("items", "[]"), ("additionalProperties", ".*")] {
            let (one, other) = (part(old, name), part(new, name));
            if one.is_some() || other.is_some() {
                let (one, other) = (one.unwrap_or_else(|| empty.clone()), other.unwrap_or_else(|| empty.clone()));
                lines.extend(self.broken(&one, &other, side).into_iter().map(|line| format!("{sign}{line}")));
            }
        }
    }
}

/// Patterns that were widened: what the first accepts, the second does. A test tries it.
pub const WIDER: [(&str, &str); 3] = [
    // Line breaks and tabs, where a person writes prose.
    (
        r"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$",
        r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$",
    ),
    (r"^[^\u0000-\u001F\u007F-\u009F]*$", r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$"),
    // What a watch may be told of.
    ("^(ceiling|product)$", "^(ceiling|product|feed)$"),
];

fn is_known_wider(narrow: Option<&Value>, wide: Option<&Value>) -> bool {
    let (Some(narrow), Some(wide)) = (narrow.and_then(Value::as_str), wide.and_then(Value::as_str)) else { return false };
    WIDER.contains(&(narrow, wide))
}

#[test]
fn what_is_said_to_be_wider_is() {
    let validator = |pattern: &str| jsonschema::validator_for(&json!({"type": "string", "pattern": pattern})).unwrap();
    // Every character of the first plane that a pattern names, alone and between letters.
    let letters = (0..0x300).chain(0x2000..0x2100).chain(0xFDD0..0xFE00).filter_map(char::from_u32);
    let texts = letters.flat_map(|letter| [letter.to_string(), format!("a{letter}b"), format!(" {letter} ")]);
    let texts: Vec<String> =
        texts.chain(["".to_owned(), "dos palabras".to_owned(), "feed".to_owned(), "a\nb\tc\r\nd".to_owned()]).collect();
    for (narrow, wide) in WIDER {
        let (narrower, wider) = (validator(narrow), validator(wide));
        let both = texts.iter().map(|text| json!(text)).map(|text| (narrower.is_valid(&text), wider.is_valid(&text)));
        assert!(both.clone().all(|(narrower, wider)| !narrower || wider), "{wide}");
        assert!(both.filter(|(narrower, wider)| *wider && !narrower).count() > 0, "{wide} accepts no more than {narrow}");
    }
}

/// Every parameter, and every member of a request's body however deep it lies.
fn asked_names(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for operation in document["paths"].as_object().into_iter().flatten().flat_map(|(_, item)| fields(item)).map(|(_, one)| one) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        names.extend(parameters.filter_map(|parameter| parameter["name"].as_str()).map(str::to_owned));
        for (_, content) in fields(&operation["requestBody"]["content"]) {
            members(&content["schema"], document, &mut names);
        }
    }
    names
}

fn members(schema: &Value, document: &Value, names: &mut BTreeSet<String>) {
    for one in variants(schema, document) {
        for (name, member) in one.get("properties").into_iter().flat_map(fields) {
            if names.insert(name.clone()) {
                members(member, document, names);
            }
        }
        if let Some(items) = one.get("items").filter(|items| items.is_object()) {
            members(items, document, names);
        }
    }
}

/// The values that are allowed at all, where they are named.
fn choices(object: &Object) -> Option<Vec<Value>> {
    object.get("enum").and_then(Value::as_array).cloned().or_else(|| object.get("const").map(|value| vec![value.clone()]))
}

/// The alternatives of a schema, each without `$ref`, union or list of types at its top.
fn variants(schema: &Value, document: &Value) -> Vec<Object> {
    let Some(object) = schema.as_object() else { return vec![Object::new()] };
    if let Some(name) = object.get("$ref").and_then(Value::as_str) {
        let named = document.pointer(&name[1..]).unwrap_or_else(|| panic!("{name} is not in the document"));
        let beside: Object = object.iter().filter(|(name, _)| *name != "$ref").map(|(n, v)| (n.clone(), v.clone())).collect();
        return variants(named, document).iter().map(|one| merged(one, &beside)).collect();
    }
    for union in ["oneOf", "anyOf"] {
        if let Some(branches) = object.get(union).and_then(Value::as_array) {
            return branches.iter().flat_map(|branch| variants(branch, document)).collect();
        }
    }
    if let Some(parts) = object.get("allOf").and_then(Value::as_array) {
        let mut whole: Vec<Object> =
            vec![object.iter().filter(|(name, _)| *name != "allOf").map(|(n, v)| (n.clone(), v.clone())).collect()];
        for part in parts {
            let part = variants(part, document);
            whole = whole.iter().flat_map(|one| part.iter().map(|other| merged(one, other))).collect();
        }
        return whole;
    }
    match object.get("type").and_then(Value::as_array) {
        None => vec![object.clone()],
        Some(types) => types.iter().map(|kind| of_type(object, kind)).collect(),
    }
}

/// Of a list of types one; null has no pattern.
fn of_type(object: &Object, kind: &Value) -> Object {
    if kind == "null" {
        return json!({"type": "null"}).as_object().unwrap().clone();
    }
    let mut one = object.clone();
    one.insert("type".to_owned(), kind.clone());
    if let Some(values) = one.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|value| !value.is_null());
    }
    one
}

fn merged(one: &Object, other: &Object) -> Object {
    let mut whole = one.clone();
    for (name, value) in other {
        match (name.as_str(), whole.get_mut(name)) {
            ("properties", Some(Value::Object(fields))) => fields.extend(value.as_object().unwrap().clone()),
            ("required", Some(Value::Array(names))) => names.extend(value.as_array().unwrap().clone()),
            _ => {
                whole.insert(name.clone(), value.clone());
            }
        }
    }
    whole
}
