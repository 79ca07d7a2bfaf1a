//! The ticket of what somebody sent without an account: shown to whoever sent it, stored as its keyed digest, and of no use when mistyped.

use crate::{
    text::hex::{hex, sha256},
    workflow::common::secrets::Secrets,
};

const PREFIX: &str = "TMO-";
/// 128 bits.
const DIGITS: usize = 32;
const CHECK_DIGITS: usize = 4;

/// The same for the same request: a second try after a lost answer gets it again, and it is stored nowhere.
pub fn of_request(secrets: &Secrets, id: &str, key: &str, digest: &str) -> String {
    let digits = hex(&secrets.mac(&format!("petition ticket:{id}:{key}:{digest}")));
    let digits = digits.get(..DIGITS).unwrap_or_default().to_uppercase();
    format!("{PREFIX}{digits}-{}", check_of(&digits))
}

/// Its one spelling; `None`: mistyped, or no ticket.
pub fn read(text: &str) -> Option<String> {
    let text = text.trim().to_uppercase();
    let (digits, check) = text.strip_prefix(PREFIX)?.split_once('-')?;
    let is_whole = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_whole && check == check_of(digits)).then_some(text)
}

/// As it is stored.
pub fn stored(secrets: &Secrets, ticket: &str) -> [u8; 32] {
    secrets.mac(&format!("petition ticket stored:{ticket}"))
}

pub fn is_stored(secrets: &Secrets, stored: &[u8], ticket: &str) -> bool {
    secrets.is_mac_of(stored, &format!("petition ticket stored:{ticket}"))
}

fn check_of(digits: &str) -> String {
    sha256(digits.as_bytes()).get(..CHECK_DIGITS).unwrap_or_default().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_ticket_is_none() {
        let digits = "0123456789ABCDEF0123456789ABCDEF";
        let ticket = format!("{PREFIX}{digits}-{}", check_of(digits));
        assert_eq!(read(&format!(" {} ", ticket.to_lowercase())).as_deref(), Some(ticket.as_str()));
        for none in ["", "TMO-", "TMO-0123-4567", &ticket.replace("TMO-0", "TMO-1"), &ticket[..ticket.len() - 1]] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
