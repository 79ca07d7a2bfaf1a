//! The shape of the source tree: nothing goes round in a circle, folders and files stay small, names are the field's.

use std::{collections::BTreeMap, fs};

use super::{circles, source, words};

const LINES_MAX: usize = 500;
/// In one folder.
const RUST_FILES_MAX: usize = 20;
const SQL_FILES_MAX: usize = 40;

/// Folders, of these names, in which more than so many stand.
fn crowded(names: &[String], max: usize) -> Vec<String> {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *folders.entry(name.rsplit_once('/').map_or("", |(folder, _)| folder)).or_default() += 1;
    }
    folders.retain(|_, count| *count > max);
    folders.iter().map(|(folder, count)| format!("src/{folder}: {count}")).collect()
}

fn too_long(name: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LINES_MAX).then(|| format!("src/{name}: {lines} lines"))
}

/// `foo_tests.rs` beside `foo.rs`: a file that has outgrown itself is a folder.
fn tests_beside(names: &[String]) -> Vec<String> {
    let code = |name: &String| name.strip_suffix("_tests.rs").map(|stem| format!("{stem}.rs"));
    names.iter().filter(|name| code(name).is_some_and(|code| names.contains(&code))).cloned().collect()
}

/// In the order of the lists that the test makes.
const RULES: [&str; 8] = [
    "files in circles", "members of circles among folders", "folders of more than 20 Rust files",
    "folders of more than 40 SQL files", "files of more than 500 lines", "forbidden words",
    "type names in more than two modules", "files of tests beside their code",
];

#[test]
fn the_source_tree_keeps_its_shape() {
    let files = source::files();
    let names =
        |extension| source::paths(&source::root(), extension).iter().map(|path| source::name_of(path)).collect::<Vec<_>>();
    let (rust, sql, needs) = (names("rs"), names("sql"), circles::needs(&files));
    let members =
        |circles: Vec<Vec<String>>| circles.iter().flat_map(|circle| circles::described(circle, &needs)).collect::<Vec<_>>();
    let found: [Vec<String>; RULES.len()] = [
        members(circles::circles(&needs)),
        members(circles::folder_circles(&needs)),
        crowded(&rust, RUST_FILES_MAX),
        crowded(&sql, SQL_FILES_MAX),
        rust.iter().filter_map(|name| too_long(name, &fs::read_to_string(source::root().join(name)).unwrap())).collect(),
        words::forbidden(&files, &sql).into_iter().collect(),
        words::common_types(&files),
        tests_beside(&rust),
    ];
    let offenders = RULES.iter().zip(&found).filter(|(_, offenders)| !offenders.is_empty());
    let report: String = offenders.map(|(rule, offenders)| format!("{rule}:\n  {}\n", offenders.join("\n  "))).collect();
    assert!(report.is_empty(), "{report}");
}

#[test]
fn crowds_long_files_and_tests_beside_are_counted() {
    let names = ["a/b.rs", "a/c.rs", "a/c_tests.rs", "a/d/e.rs", "a/d/e_tests/f.rs", "g_tests.rs"].map(str::to_owned);
    assert_eq!(crowded(&names, 2), ["src/a: 3"]);
    assert_eq!(tests_beside(&names), ["a/c_tests.rs"]);
    assert_eq!(too_long("a.rs", &"x\n".repeat(500)), None);
    assert_eq!(too_long("a.rs", &"x\n".repeat(501)).as_deref(), Some("src/a.rs: 501 lines"));
}
