//! Remembers by ETag which pages of lists have a next page, so that a 304 has the same `Link` as its 200 without a read.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use hyper::header::HeaderValue;

/// The number of hexadecimal digits of the hash.
pub(crate) const TAG_CHARS: usize = 32;

/// A tag without its quotes.
pub type Tag = [u8; TAG_CHARS];

/// A tag is made from the question and the version of the data, so what is remembered under it never changes. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct KnownLinks(Arc<Mutex<HashMap<Tag, Option<HeaderValue>>>>);

/// Some 200 bytes each. When there are more, all are forgotten: the next question for each reads its list once more.
const KNOWN_MAX: usize = 4_096;

impl KnownLinks {
    pub(crate) fn remember(&self, tag: Tag, link: Option<HeaderValue>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(tag, link);
    }

    /// `None` where nothing is known of that page; `Some(None)` for the last page.
    pub fn of(&self, tag: &Tag) -> Option<Option<HeaderValue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(tag).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_bounded() {
        let known = KnownLinks::default();
        let tag = |number: usize| -> Tag { format!("{number:032x}").as_bytes().try_into().unwrap() };
        let link = || Some(HeaderValue::from_static("</v1/acts?cursor=x>; rel=\"next\""));
        (0..=KNOWN_MAX).for_each(|number| known.remember(tag(number), link()));
        assert_eq!(known.of(&tag(0)), None, "forgotten, which only costs a reading");
        assert_eq!(known.of(&tag(KNOWN_MAX)), Some(link()));
        known.remember(tag(1), None);
        assert_eq!(known.of(&tag(1)), Some(None), "a last page");
    }
}
