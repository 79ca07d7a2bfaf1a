//! What people and regulators do with petitions: receive, support, publish or withhold, answer, contest, withdraw.

pub(crate) mod deciding;
pub(crate) mod holding;
pub(crate) mod receiving;
pub(crate) mod supporting;
