//! Who needs whom: files among each other, and folders with the files beside them, at any depth. What needs itself by way of others is a
//! circle.
//!
//! A path through a re-export leads to the file that defines the item; a re-export alone needs nothing, and neither does `mod x;`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::source::{File, Token, without_tests};

/// From file to file, by name.
pub type Needs = BTreeMap<String, BTreeSet<String>>;

/// A path as it is written, from the root of the crate.
struct Named {
    path: Vec<String>,
    /// Of a `use`: by what name it is known then, and whether to everybody.
    import: Option<(String, bool)>,
}

struct Unit<'a> {
    file: &'a File,
    module: Vec<String>,
    tokens: Vec<Token>,
    /// `mod x;`
    children: HashSet<String>,
}

impl<'a> Unit<'a> {
    fn of(file: &'a File) -> Self {
        let tokens = without_tests(&file.tokens);
        let child = |three: &[Token]| match three {
            [Token::Word(keyword), Token::Word(name), Token::Mark(';')] if keyword == "mod" => Some(name.clone()),
            _ => None,
        };
        let children = tokens.windows(3).filter_map(child).collect();
        Self { file, module: file.module(), tokens, children }
    }

    /// The path from the root, if it is one of this crate. `inside` counts the modules around it in this file.
    fn absolute(&self, written: &[String], inside: usize, aliases: &HashMap<String, Vec<String>>) -> Option<Vec<String>> {
        let supers = written.iter().take_while(|part| *part == "super").count();
        Some(match written.first()?.as_str() {
            "crate" => written[1..].to_vec(),
            "self" => [&self.module[..], &written[1..]].concat(),
            "super" => {
                let up = self.module.len().checked_sub(supers.saturating_sub(inside))?;
                [&self.module[..up], &written[supers..]].concat()
            }
            first if self.children.contains(first) => [&self.module[..], written].concat(),
            first => [&aliases.get(first)?[..], &written[1..]].concat(),
        })
    }

    /// Every path of this crate that the file names.
    fn named(&self, aliases: &HashMap<String, Vec<String>>) -> Vec<Named> {
        let (mut found, mut at, mut depth, mut inline) = (Vec::new(), 0, 0_usize, Vec::new());
        while let Some(token) = self.tokens.get(at) {
            let before = at.checked_sub(1).map(|at| &self.tokens[at]);
            at += 1;
            match (token, self.tokens.get(at)) {
                (Token::Mark('{'), _) => {
                    depth += 1;
                    let is_module = at >= 3 && self.tokens[at - 3] == Token::Word("mod".to_owned());
                    inline.extend(is_module.then_some(depth));
                }
                (Token::Mark('}'), _) => {
                    inline.retain(|known| *known != depth);
                    depth = depth.saturating_sub(1);
                }
                (Token::Word(word), _) if word == "use" => {
                    let is_public = matches!(before, Some(Token::Mark(')'))) || before == Some(&Token::Word("pub".to_owned()));
                    let mut imports = Vec::new();
                    at = tree(&self.tokens, at, &[], &mut imports);
                    for (written, name) in imports {
                        let path = self.absolute(&written, inline.len(), aliases);
                        found.extend(path.map(|path| Named { path, import: Some((name, is_public)) }));
                    }
                }
                (Token::Word(_), Some(Token::Path)) if !matches!(before, Some(Token::Path | Token::Mark('.'))) => {
                    let mut written = Vec::new();
                    at = simple(&self.tokens, at - 1, &mut written);
                    found.extend(self.absolute(&written, inline.len(), aliases).map(|path| Named { path, import: None }));
                }
                _ => {}
            }
        }
        found
    }
}

/// One branch of a `use`: what is written, and the name that it has then.
fn tree(tokens: &[Token], mut at: usize, before: &[String], found: &mut Vec<(Vec<String>, String)>) -> usize {
    let mut written = before.to_vec();
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Path => {}
            Token::Word(word) => {
                if word != "self" || written.is_empty() {
                    written.push(word.clone());
                }
                if tokens.get(at) == Some(&Token::Path) {
                    continue;
                }
                let renamed = match &tokens[at..] {
                    [Token::Word(keyword), Token::Word(name), ..] if keyword == "as" => Some(name.clone()),
                    _ => None,
                };
                at += if renamed.is_some() { 2 } else { 0 };
                let name = renamed.or(written.last().cloned()).unwrap();
                found.push((written, name));
                return at;
            }
            Token::Mark('{') => {
                while tokens.get(at).is_some_and(|token| *token != Token::Mark('}')) {
                    at = tree(tokens, at, &written, found);
                    at += usize::from(tokens.get(at) == Some(&Token::Mark(',')));
                }
                return at + 1;
            }
            _ => {
                written.push("*".to_owned());
                found.push((written, "*".to_owned()));
                return at;
            }
        }
    }
    at
}

fn simple(tokens: &[Token], mut at: usize, written: &mut Vec<String>) -> usize {
    while let Some(Token::Word(word)) = tokens.get(at) {
        written.push(word.clone());
        at += 1;
        if tokens.get(at) != Some(&Token::Path) {
            break;
        }
        at += 1;
    }
    at
}

type Modules<'a> = HashMap<Vec<String>, &'a str>;
type Exports = HashMap<(Vec<String>, String), Vec<String>>;

/// The file that defines what the path names.
fn resolve<'a>(path: &[String], modules: &Modules<'a>, exports: &Exports, steps: usize) -> Option<&'a str> {
    let length = (1..=path.len()).rev().find(|length| modules.contains_key(&path[..*length]))?;
    if let Some(item) = path.get(length).filter(|_| steps > 0)
        && let Some(target) = exports.get(&(path[..length].to_vec(), item.clone()))
    {
        return resolve(&[&target[..], &path[length + 1..]].concat(), modules, exports, steps - 1);
    }
    modules.get(&path[..length]).copied()
}

/// Every path of this crate that the file names, without its `crate::`.
pub fn named_by(file: &File) -> Vec<String> {
    Unit::of(file).named(&HashMap::new()).into_iter().map(|named| named.path.join("::")).collect()
}

pub fn needs(files: &[File]) -> Needs {
    let units: Vec<Unit> = files.iter().filter(|file| file.name != "main.rs" && !file.is_test()).map(Unit::of).collect();
    let modules: Modules = units.iter().map(|unit| (unit.module.clone(), unit.file.name.as_str())).collect();
    let mut exports = Exports::new();
    for unit in &units {
        for Named { path, import } in unit.named(&HashMap::new()) {
            if let Some((name, true)) = import {
                exports.insert((unit.module.clone(), name), path);
            }
        }
    }
    units.iter().map(|unit| (unit.file.name.clone(), needs_of(unit, &modules, &exports))).collect()
}

fn needs_of(unit: &Unit, modules: &Modules, exports: &Exports) -> BTreeSet<String> {
    // A module that is imported is needed for what is taken from it, which may be defined elsewhere.
    let is_module = |path: &[String]| modules.contains_key(path);
    let imports = unit.named(&HashMap::new()).into_iter().filter_map(|named| Some((named.import?.0, named.path)));
    let aliases: HashMap<String, Vec<String>> = imports.filter(|(_, path)| is_module(path)).collect();
    let mut taken = HashSet::new();
    let mut paths = Vec::new();
    let mentioned = |name: &String| unit.tokens.iter().filter(|token| **token == Token::Word(name.clone())).count() > 1;
    for Named { path, import } in unit.named(&aliases) {
        match import {
            None => {
                taken.extend((1..path.len()).map(|length| path[..length].to_vec()));
                paths.push(path);
            }
            Some((name, true)) if !mentioned(&name) => {}
            Some(_) => paths.push(path),
        }
    }
    let needed = paths.iter().filter(|path| !(is_module(path) && taken.contains(*path)));
    let found = needed.filter_map(|path| resolve(path, modules, exports, 8));
    found.filter(|name| *name != unit.file.name).map(str::to_owned).collect()
}

/// Groups in which each needs every other, by way of whom ever.
pub fn circles(needs: &Needs) -> Vec<Vec<String>> {
    let reach = |from: &String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(next) = open.pop() {
            open.extend(needs.get(next).into_iter().flatten().filter(|name| seen.insert((*name).clone())));
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> = needs.keys().map(|name| (name, reach(name))).collect();
    let mut circles = BTreeSet::new();
    for (name, seen) in &reached {
        let circle: Vec<String> =
            seen.iter().filter(|other| reached.get(other).is_some_and(|back| back.contains(*name))).cloned().collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

/// Of every folder: what stands in it, files and folders, as who needs whom. Circles with no folder in them are the files' own.
pub fn folder_circles(needs: &Needs) -> Vec<Vec<String>> {
    let folders: BTreeSet<&str> = needs.keys().flat_map(|name| name.match_indices('/').map(|(end, _)| &name[..end])).collect();
    let mut found = Vec::new();
    for folder in folders.iter().copied().chain([""]) {
        let child = |name: &str| {
            let inner = if folder.is_empty() { name } else { name.strip_prefix(folder)?.strip_prefix('/')? };
            let end = name.len() - inner.len() + inner.find('/').unwrap_or(inner.len());
            Some(name[..end].to_owned())
        };
        let mut inner = Needs::new();
        for (name, others) in needs {
            if let Some(from) = child(name) {
                let others = others.iter().filter_map(|other| child(other)).filter(|other| *other != from);
                inner.entry(from.clone()).or_default().extend(others);
            }
        }
        found.extend(circles(&inner).into_iter().filter(|circle| circle.iter().any(|name| folders.contains(name.as_str()))));
    }
    found
}

/// Each member of a circle, with those of the others that it needs.
pub fn described(circle: &[String], needs: &Needs) -> Vec<String> {
    let belongs = |name: &String, member: &String| name == member || name.starts_with(&format!("{member}/"));
    let inside = |member: &String, name: &String| circle.iter().any(|other| other != member && belongs(name, other));
    let of = |member: &String| {
        let pairs = needs.iter().filter(|(name, _)| belongs(name, member)).flat_map(|(name, others)| {
            let others = others.iter().filter(|other| inside(member, other));
            others.map(move |other| if name == member { other.clone() } else { format!("{name} -> {other}") })
        });
        format!("{member}: {}", pairs.collect::<Vec<_>>().join(", "))
    };
    circle.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs_among(files: &[(&str, &str)]) -> Needs {
        needs(&files.iter().map(|(name, text)| File::new(name, text)).collect::<Vec<_>>())
    }

    #[test]
    fn paths_lead_to_files_however_they_are_written() {
        let needs = needs_among(&[
            ("lib.rs", "pub mod a; mod b;"),
            ("a/mod.rs", "mod c; pub mod d; pub use c::Seen; pub(crate) use d::Used; fn f(_: Used) {}"),
            ("a/c.rs", "use crate::{b::{self, X as Y}, a::d::{e, f}}; fn g() { b::h() }"),
            ("a/d.rs", "use super::Seen; mod inner { use super::super::c; } // use crate::b;\n const X: &str = \"crate::b\";"),
            ("b.rs", "use super::a; fn i() { a::Seen::new(); crate::a::d::k() } #[cfg(test)] mod tests { use crate::nothing; }"),
        ]);
        let of = |name: &str| needs[name].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(of("lib.rs"), [""; 0]);
        assert_eq!(of("a/mod.rs"), ["a/d.rs"], "a re-export that is used here too");
        assert_eq!(of("a/c.rs"), ["a/d.rs", "b.rs"]);
        assert_eq!(of("a/d.rs"), ["a/c.rs"]);
        assert_eq!(of("b.rs"), ["a/c.rs", "a/d.rs"], "through the re-export");
    }

    #[test]
    fn circles_are_found_by_name() {
        let needs = needs_among(&[
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "use crate::c::C;"),
            ("c.rs", "use crate::a::A;"),
            ("d.rs", "use crate::a::A;"),
        ]);
        assert_eq!(circles(&needs), [["a.rs", "b.rs", "c.rs"]]);
        assert!(folder_circles(&needs).is_empty(), "there is no folder");
    }

    #[test]
    fn folders_make_circles_where_files_make_none() {
        let needs = needs_among(&[
            ("x/a/one.rs", "use crate::x::b::one::B;"),
            ("x/b/one.rs", ""),
            ("x/b/two.rs", "use crate::x::a::two::A;"),
            ("x/a/two.rs", ""),
            ("y/mod.rs", "use crate::x::a::two::A;"),
            ("x/c.rs", "use crate::x::d::low::D;"),
            ("x/d/low.rs", ""),
            ("x/d/high.rs", "use crate::x::c::C;"),
        ]);
        assert!(circles(&needs).is_empty());
        assert_eq!(folder_circles(&needs), [["x/a", "x/b"], ["x/c.rs", "x/d"]]);
    }
}
