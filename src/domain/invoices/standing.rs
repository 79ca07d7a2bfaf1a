//! What the other lines of a batch say about one line.

use rust_decimal::Decimal;

/// Lines of one document with the same code, or the same text where they have none, are one item: a note and a bonus name the item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineStanding {
    /// Units of the item that came back.
    pub returned: Decimal,
    /// Pesos by which notes lower and raise what the item cost.
    pub credited: Decimal,
    pub debited: Decimal,
    /// Units and pesos of all lines of the item that are paid for; zero for a line that stands alone.
    pub item_units: Decimal,
    pub item_total: Decimal,
    /// Units of the item that were given away, and what was written for them.
    pub bonus_units: Decimal,
    pub bonus_total: Decimal,
    /// Nothing of the sale is left.
    pub reversed: bool,
    /// A note on this document has a line that fits none of its items, or one whose lines have several prices, or lacks a figure.
    pub note_not_matched: bool,
    /// Another file of the batch has the same document.
    pub repeated: bool,
}

impl LineStanding {
    /// Of a line that nothing else is known about.
    pub fn alone() -> Self {
        Self::default()
    }
}
