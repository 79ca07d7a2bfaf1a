//! The address of a mailbox as the program takes it: nothing in it could end a header, begin another address or mean a command.

use std::fmt;

const BYTES_MAX: usize = 254;
const LOCAL_BYTES_MAX: usize = 64;
const LABEL_BYTES_MAX: usize = 63;

#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress(String);

impl MailAddress {
    /// ASCII alone: no quotes, comments, address literals or names before it.
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_{|}~-".contains(&byte);
        let fits = (1..=LOCAL_BYTES_MAX).contains(&local.len()) && text.len() <= BYTES_MAX;
        let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        let is_label = |label: &str| {
            let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            inner && (1..=LABEL_BYTES_MAX).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
        };
        let is_domain = domain.contains('.') && domain.split('.').all(is_label);
        (fits && dots && local.bytes().all(is_local) && is_domain).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// It is personal data: no log has it.
impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailAddress(…@{})", self.domain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_more_than_an_address_is_none() {
        for good in ["ana@example.org", "a.b+c@sub.example.co", "o'neil_1@ex-ample.org", "A@B.co"] {
            assert_eq!(MailAddress::parse(good).unwrap().as_str(), good);
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "", "ana", "@example.org", "ana@", "ana@example", "a@b@example.org", "ana@example.org\r\nBcc: x@example.org",
            "ana@example.org\n", " ana@example.org", "ana @example.org", "<ana@example.org>", "\"ana\"@example.org",
            "ana@[127.0.0.1]", "ana,eva@example.org", "aná@example.org", "ana@exämple.org", ".ana@example.org",
            "ana.@example.org", "a..b@example.org", "ana@-example.org", "ana@example..org", "ana@.org", "ana@example.org.",
            "ana\0@example.org", "ana;@example.org", &long,
        ] {
            assert!(MailAddress::parse(bad).is_none(), "{bad:?}");
        }
        let address = MailAddress::parse("ana@example.org").unwrap();
        assert_eq!((format!("{address:?}").as_str(), address.domain()), ("MailAddress(…@example.org)", "example.org"));
    }
}
