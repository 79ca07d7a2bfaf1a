//! How lines of purchases are read, of the newest data that was counted.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::Mutex;

/// With the version of the data and the number of labels that it was counted of. One request counts while the others wait.
#[derive(Default)]
pub struct HeldPurchaseQuality(pub Mutex<Option<(i64, i64, Arc<PurchaseQuality>)>>);

#[derive(Clone, Debug, Default)]
pub struct PurchaseQuality {
    pub lines: i64,
    pub counted: i64,
    pub cancelled: i64,
    pub returned: i64,
    /// With a verdict.
    pub decided: i64,
    /// Of those that count, by how well they say what was bought.
    pub described: BTreeMap<String, i64>,
    pub implausible: BTreeMap<String, i64>,
    pub labels: LabelledSample,
}

/// Lines that two people called the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct LabelledSample {
    pub labelled: usize,
    pub settled: usize,
    /// A product, so that it can be looked for among the candidates.
    pub products: usize,
    pub covered: usize,
}
