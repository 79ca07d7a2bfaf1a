//! A query string of plain characters, read without copying; anything that would have to be decoded or refused is `None`.

/// No operation that is answered from memory has more parameters.
const PAIRS_MAX: usize = 10;

pub struct Pairs<'a> {
    list: [(&'a str, &'a str); PAIRS_MAX],
    length: usize,
}

impl<'a> Pairs<'a> {
    pub fn read(raw: &'a str, known: &[&str]) -> Option<Self> {
        let mut pairs = Self { list: [("", ""); PAIRS_MAX], length: 0 };
        for part in raw.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=')?;
            let plain = !value.is_empty() && value.bytes().all(is_unreserved);
            if !plain || !known.contains(&name) || pairs.get(name).is_some() {
                return None;
            }
            *pairs.list.get_mut(pairs.length)? = (name, value);
            pairs.length += 1;
        }
        Some(pairs)
    }

    fn all(&self) -> &[(&'a str, &'a str)] {
        &self.list[..self.length]
    }

    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.all().iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    /// As `QueryPairs::canonical`, without one parameter.
    pub fn canonical(&self, except: &str) -> String {
        let mut sorted = self.list;
        let sorted = &mut sorted[..self.length];
        sorted.sort_unstable();
        let mut text = String::new();
        for (name, value) in sorted.iter().filter(|(name, _)| *name != except) {
            if text.is_empty() {
                text.reserve(128);
            } else {
                text.push('&');
            }
            text.push_str(name);
            text.push('=');
            text.push_str(value);
        }
        text
    }
}

/// Written by `QueryPairs::canonical` as it is.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::query::QueryPairs;

    #[test]
    fn what_is_read_is_read_as_the_router_reads_it() {
        for raw in ["b=2&a=1&lang=en", "a=19914312-20&", "", "a=x~y_z.w"] {
            let known: Vec<String> = ["a", "b", "lang"].map(str::to_owned).to_vec();
            let slow = QueryPairs::parse(raw, Some(&known)).unwrap();
            let quick = Pairs::read(raw, &["a", "b", "lang"]).unwrap();
            assert_eq!(quick.canonical("lang"), slow.canonical(&["lang", "format"]), "{raw}");
            assert_eq!(quick.get("a"), slow.get("a"), "{raw}");
        }
        for raw in ["a", "a=", "a=%31", "a=1+2", "a=1&a=1", "c=1", "a=ñ"] {
            assert!(Pairs::read(raw, &["a", "b"]).is_none(), "{raw}");
        }
    }
}
