//! A list whose elements are made as they are written, so that one at a time is in memory.

use std::cell::{Cell, RefCell};

use serde::{Serialize, Serializer, ser::Error};

use crate::http::Problem;

/// Written once, as an array. The first element that cannot be made ends it, and is the answer instead.
pub(super) struct InTurn<I> {
    rows: RefCell<Option<I>>,
    failed: Cell<Option<Problem>>,
}

impl<I> InTurn<I> {
    pub(super) fn new(rows: I) -> Self {
        Self { rows: RefCell::new(Some(rows)), failed: Cell::new(None) }
    }

    pub(super) fn failed(&self) -> Option<Problem> {
        self.failed.take()
    }
}

impl<T: Serialize, I: Iterator<Item = Result<T, Problem>>> Serialize for InTurn<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.rows.take().ok_or_else(|| S::Error::custom("a list made in turn is written once"))?;
        serializer.collect_seq(rows.map_while(|row| row.map_err(|problem| self.failed.set(Some(problem))).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_made_one_after_another_and_written_as_a_list() {
        let made = Cell::new(0);
        let list = InTurn::new((0..3).map(|number| {
            made.set(made.get() + 1);
            Ok(number)
        }));
        assert_eq!(made.get(), 0);
        assert_eq!(serde_json::to_string(&list).unwrap(), "[0,1,2]");
        assert!(list.failed().is_none());
        assert!(serde_json::to_string(&list).is_err(), "they are gone");
    }

    #[test]
    fn the_first_that_cannot_be_made_is_the_answer() {
        let list = InTurn::new([Ok(1), Err(Problem::internal()), Ok(3), Err(Problem::overloaded())].into_iter());
        let _ = serde_json::to_string(&list);
        assert_eq!(list.failed().map(|problem| problem.code()), Some("internal"));
    }
}
