//! The text of an API key: `tmo_live_rep_<id>_<secret>_<checksum>`, so that scanners find leaks and typing errors show at once.

use crate::domain::access::principal::PrincipalKind;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX: &str = "tmo_live";
pub(crate) const ID_CHARS: usize = 10;
/// 43 digits of 62 hold 256 bits.
pub(crate) const SECRET_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;

/// A key as its holder writes it. Printing it shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub kind: PrincipalKind,
    pub id: String,
    pub secret: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an API key: it reads tmo_live_…, and its last six characters check the rest")]
pub struct ParseApiKeyError;

impl ApiKey {
    pub fn parse(text: &str) -> Result<Self, ParseApiKeyError> {
        let (body, checksum) = text.rsplit_once('_').ok_or(ParseApiKeyError)?;
        let parts: Vec<&str> = body.split('_').collect();
        let [tmo, live, kind, id, secret] = parts.as_slice() else { return Err(ParseApiKeyError) };
        let kind = PrincipalKind::ALL.iter().copied().find(|known| short(*known) == *kind).ok_or(ParseApiKeyError)?;
        let whole = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| DIGITS.contains(&byte));
        let fits = format!("{tmo}_{live}") == PREFIX && whole(id, ID_CHARS) && whole(secret, SECRET_CHARS);
        if !fits || checksum != checksum_of(body) {
            return Err(ParseApiKeyError);
        }
        Ok(Self { kind, id: (*id).to_owned(), secret: (*secret).to_owned() })
    }

    /// The whole key: shown once, to its holder.
    pub fn reveal(&self) -> String {
        let body = format!("{PREFIX}_{}_{}_{}", short(self.kind), self.id, self.secret);
        let checksum = checksum_of(&body);
        format!("{body}_{checksum}")
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKey({} {})", self.kind, self.id)
    }
}

fn short(kind: PrincipalKind) -> &'static str {
    &kind.code()[..3]
}

fn checksum_of(body: &str) -> String {
    let mut rest = u64::from(crc32fast::hash(body.as_bytes()));
    let mut digits = [b'0'; CHECKSUM_CHARS];
    for place in digits.iter_mut().rev() {
        *place = digit(rest % 62);
        rest /= 62;
    }
    digits.iter().map(|byte| char::from(*byte)).collect()
}

fn digit(value: u64) -> u8 {
    usize::try_from(value).ok().and_then(|index| DIGITS.get(index)).copied().unwrap_or(b'0')
}

/// `length` digits of 62 from random bytes; bytes that would favour some digits are passed over. `None`: too few bytes.
pub(crate) fn digits_from(random: &[u8], length: usize) -> Option<String> {
    let even = random.iter().filter(|byte| **byte < 248).map(|byte| char::from(digit(u64::from(*byte % 62))));
    let text: String = even.take(length).collect();
    (text.len() == length).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ApiKey {
        ApiKey { kind: PrincipalKind::Reporter, id: "0123456789".to_owned(), secret: "a".repeat(43) }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for kind in PrincipalKind::ALL {
            let key = ApiKey { kind: *kind, ..key() };
            assert_eq!(ApiKey::parse(&key.reveal()), Ok(key));
        }
        assert!(!format!("{:?}", key()).contains("aaaa"));
    }

    #[test]
    fn any_one_wrong_character_is_seen() {
        let right = key().reveal();
        for at in 0..right.len() {
            for wrong in ["x", "Z", "_", "é", ""] {
                let text = format!("{}{wrong}{}", &right[..at], &right[at + 1..]);
                assert!(text == right || ApiKey::parse(&text).is_err(), "{text}");
            }
        }
    }

    #[test]
    fn digits_are_even_or_none() {
        assert_eq!(digits_from(&[0, 61, 62, 247, 248, 255], 4).as_deref(), Some("0z0z"));
        assert_eq!(digits_from(&[255; 100], 1), None);
    }
}
