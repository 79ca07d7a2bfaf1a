//! Search over 160,000 presentations: time by kind of query, and of building the index. `SEARCH_LABELS=FILE` writes the labelled
//! queries to that file (`query,cum,kind`), for a comparison with another engine.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "../tests/kit/search.rs"]
mod search_support;

use criterion::{Criterion, criterion_group, criterion_main};
use search_support::{Label, Right, by_hand, entries, is_right, labels, recall};
use std::{collections::BTreeMap, hint::black_box, time::Instant};
use termometro::read_model::search::{builder::build, entry::SearchEntry, index::SearchIndex};

const MEDICINES: u64 = 160_000;

fn search(c: &mut Criterion) {
    let entries = entries(MEDICINES);
    let begun = Instant::now();
    let index = build(entries.iter().cloned()).unwrap();
    println!("built in {:?}; {} KiB", begun.elapsed(), index.bytes() / 1024);
    let mut labels = labels(&entries, 100);
    labels.extend(by_hand().into_iter().filter(|label| entries.iter().any(|entry| is_right(&label.right, entry))));
    if let Ok(path) = std::env::var("SEARCH_LABELS") {
        write(&path, &labels, &entries);
    }
    for (kind, (right, all, _)) in recall(&index, &entries, &labels) {
        println!("{kind}: {right}/{all} among the first ten");
    }
    tails(&index, &labels);
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    labels.iter().for_each(|label| kinds.entry(label.kind).or_default().push(&label.query));
    for generic in
        ["a", "am", "acet", "500 mg tabletas", "acetaminofen 500 mg tabletas genfar", "mg ml g tableta solucion caja oral 10"]
    {
        kinds.insert(generic, vec![generic]);
    }
    for (kind, queries) in kinds {
        let mut turn = queries.iter().cycle();
        c.bench_function(&format!("search/{kind}"), |b| {
            b.iter(|| index.search(black_box(turn.next().unwrap()), 10));
        });
    }
}

/// Every labelled query five times: the middle, and the slowest of a hundred.
fn tails(index: &SearchIndex, labels: &[Label]) {
    let mut times = Vec::new();
    for _ in 0..5 {
        for label in labels {
            let begun = Instant::now();
            black_box(index.search(&label.query, 10));
            times.push((begun.elapsed(), label.query.as_str()));
        }
    }
    times.sort_unstable();
    let all: std::time::Duration = times.iter().map(|(time, _)| *time).sum();
    let at = |thousandth: usize| times[(times.len() - 1) * thousandth / 1_000];
    println!("{} queries: p50 {:?}, p99 {:?}, slowest {:?}; together {all:?}", times.len(), at(500), at(990), at(1_000));
}

fn write(path: &str, labels: &[Label], entries: &[SearchEntry]) {
    let mut file = csv::Writer::from_path(path).unwrap();
    file.write_record(["query", "cum", "kind"]).unwrap();
    for label in labels {
        let cum = match &label.right {
            Right::Product { cum, .. } | Right::Code(cum) => *cum,
            Right::Words(_) => entries.iter().find(|entry| is_right(&label.right, entry)).unwrap().cum,
        };
        file.write_record([label.query.as_str(), &cum.to_string(), label.kind]).unwrap();
    }
    file.flush().unwrap();
}

criterion_group!(benches, search);
criterion_main!(benches);
