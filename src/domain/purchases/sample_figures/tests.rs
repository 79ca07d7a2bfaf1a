//! Figures of small samples, worked out by hand.

use super::*;
use crate::domain::{identifier::cum::Cum, item_text::line_reason::LineReason};

fn label(text: &str, labeller: &str, truth: &str) -> SampleLabel {
    SampleLabel::read([text, labeller, truth, "2026-12-01"]).unwrap()
}

#[test]
fn kappa_is_that_of_cohen() {
    // 50 lines: both yes 20, both no 15, yes and no 5, no and yes 10. Alike 0.7, by chance 0.5.
    let times = |count: usize, pair: (&'static str, &'static str)| vec![pair; count];
    let pairs = [times(20, ("y", "y")), times(15, ("n", "n")), times(5, ("y", "n")), times(10, ("n", "y"))].concat();
    let kappa = Kappa::of(&pairs).unwrap();
    assert_eq!((kappa.to_string(), kappa.rounded()), ("2/5".to_owned(), "0.4".parse().ok()));
    // Less than chance: they never agree.
    let kappa = Kappa::of(&[("a", "b"), ("b", "a")]).unwrap();
    assert_eq!((kappa.to_string(), kappa.rounded()), ("-1/1".to_owned(), "-1".parse().ok()));
    // Agreed in all: one. Alike 2 of 3, by chance 1·1 + 1·1 of 9: (6 − 2) / (9 − 2).
    assert_eq!(Kappa::of(&[("a", "a"), ("b", "b")]).unwrap().to_string(), "1/1");
    assert_eq!(Kappa::of(&[("a", "a"), ("b", "b"), ("c", "d")]).unwrap().to_string(), "4/7");
    assert_eq!(Kappa::of(&[("a", "a"), ("a", "a")]), None);
    assert_eq!(Kappa::of::<&str>(&[]), None);
}

#[test]
fn the_two_who_labelled_most_are_compared() {
    let labels = [
        label("one", "ana", "1-1"),
        label("one", "luz", "1-1"),
        label("two", "ana", "cannot_tell"),
        label("two", "luz", "not_a_medicine"),
        label("two", "third", "not_a_medicine"),
        label("three", "ana", "2-1"),
        // What luz said first was a slip.
        label("three", "luz", "2-2"),
        label("three", "luz", "2-1"),
    ];
    let texts = by_text(&labels);
    let found = agreement(&texts).unwrap();
    assert_eq!((found.labellers, found.lines, found.alike), (["ana".to_owned(), "luz".to_owned()], 3, 2));
    // Alike 2 of 3; by chance 1·1 (1-1) + 1·1 (2-1) + 0: (6 − 2) / (9 − 2).
    assert_eq!(found.kappa.unwrap().to_string(), "4/7");
    assert_eq!(truth_of(&texts["two"]), Some(&SampleTruth::NotAMedicine), "a third decides");
    assert_eq!(agreement(&by_text(&labels[..1])), None);
}

#[test]
fn coverage_and_wrong_sets_are_counted() {
    let mut labels = Vec::new();
    for (text, truth) in [
        ("covered", "1-1 1-2"),
        ("half", "1-1 9-9"),
        ("service", "not_a_medicine"),
        ("known service", "not_a_medicine"),
        ("empty", "1-1"),
        ("unclear", "cannot_tell"),
    ] {
        labels.extend(["ana", "luz"].map(|labeller| label(text, labeller, truth)));
    }
    labels.extend([label("open", "ana", "1-1"), label("open", "luz", "1-2"), label("alone", "ana", "1-1")]);
    let candidates = |text: &str| {
        let (cums, fault) = match text {
            "known service" => (vec![], Some(LineReason::NotAMedicine)),
            "empty" => (vec![], Some(LineReason::MatchEmpty)),
            _ => (vec![Cum::new(1, 1), Cum::new(1, 2), Cum::new(1, 3)], None),
        };
        TextCandidates { cums, fault }
    };
    let found = SampleFigures::of(&by_text(&labels), candidates);
    let wanted = SampleFigures {
        labelled: 8,
        settled: 6,
        differing: 1,
        products: 3,
        not_a_medicine: 2,
        cannot_tell: 1,
        covered: 1,
        decidable: 3,
        wrong: 2,
    };
    assert_eq!(found, wanted);
}
