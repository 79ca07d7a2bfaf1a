//! The challenge that a receiver must echo before anything else is sent to it: whoever has not been asked gets no messages.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{text::hex::hex, workflow::common::secrets::Secrets};

/// Of the `webhook-id`, after `msg_`.
const ID_DIGITS: usize = 32;

/// The same at every try: the same id, the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    pub id: String,
    /// What the receiver must send back.
    pub value: String,
    pub body: String,
}

impl Challenge {
    pub fn of(secrets: &Secrets, watch: &str, created_at: Timestamp) -> Self {
        // No secret of an API key has a colon.
        let value = hex(&secrets.mac(&format!("challenge:{watch}")));
        let digits = hex(&secrets.mac(&format!("challenge-id:{watch}")));
        let body =
            json!({"type": "challenge", "timestamp": created_at.to_string(), "data": {"watch": watch, "challenge": value}});
        Self { id: format!("msg_{}", digits.get(..ID_DIGITS).unwrap_or_default()), value, body: body.to_string() }
    }
}

/// Whether an answer is the challenge: as text, or as the member `challenge` of a JSON object.
pub fn is_echo(answer: &[u8], challenge: &str) -> bool {
    let Ok(text) = std::str::from_utf8(answer) else { return false };
    let text = text.trim();
    text == challenge || serde_json::from_str::<Value>(text).is_ok_and(|json| json["challenge"] == challenge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_challenge_itself_is_an_echo() {
        for echo in ["abc123", " abc123\r\n", r#"{"challenge":"abc123"}"#, r#"{"ok":true,"challenge":"abc123"}"#] {
            assert!(is_echo(echo.as_bytes(), "abc123"), "{echo}");
        }
        for other in [
            "", "ok", "abc1234", r#"{"challenge":"abc"}"#, r#"{"type":"challenge","data":{"challenge":"abc123"}}"#,
            "[\"abc123\"]",
        ] {
            assert!(!is_echo(other.as_bytes(), "abc123"), "{other}");
        }
        assert!(!is_echo(&[0xff, 0xfe], "abc123"));
    }
}
