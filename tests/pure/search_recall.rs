//! Recall at ten over a generated catalogue: the right product, however it was typed. By rule and by hand, each kind told.

use crate::kit::search::{by_hand, entries, is_right, labels, recall};
use termometro::read_model::search::builder::build;

const MEDICINES: u64 = 20_000;
/// Of a thousand.
const RECALL_MIN: usize = 980;

#[test]
fn the_right_product_is_among_the_first_ten() {
    let entries = entries(MEDICINES);
    let index = build(entries.iter().cloned()).unwrap();
    let mut hand = by_hand();
    let all_by_hand = hand.len();
    // The generated market of this size lacks some: those cannot be found and are told, not counted.
    hand.retain(|label| entries.iter().any(|entry| is_right(&label.right, entry)));
    println!("by hand: {} of {all_by_hand} are on this market", hand.len());
    assert!(hand.len() >= 60);
    for labels in [labels(&entries, 150), hand] {
        let kinds = recall(&index, &entries, &labels);
        for (kind, (right, all, missed)) in &kinds {
            println!("{kind}: {right}/{all}; missed {:?}", &missed[..missed.len().min(12)]);
        }
        let (right, all) = kinds.values().fold((0, 0), |(right, all), kind| (right + kind.0, all + kind.1));
        println!("together: {right}/{all}");
        assert!(right * 1_000 >= all * RECALL_MIN, "{right} of {all}");
    }
}
