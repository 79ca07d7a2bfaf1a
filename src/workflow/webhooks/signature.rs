//! Signs a message as in Standard Webhooks: HMAC-SHA-256 over id, instant and body, with a secret shared with the receiver.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::workflow::common::secrets::Secrets;

pub type WebhookSecret = [u8; 32];

impl Secrets {
    /// The secret of a watch. It is stored nowhere: who has the database and not the pepper cannot sign.
    pub fn webhook_secret(&self, watch: &str, generation: i32) -> WebhookSecret {
        // No secret of an API key has a colon.
        self.mac(&format!("watch:{watch}:{generation}"))
    }
}

/// As the receiver's library wants it.
pub fn reveal(secret: &WebhookSecret) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// The value of `webhook-signature`: one signature a secret, the newest first.
pub fn signatures(secrets: &[WebhookSecret], id: &str, seconds: i64, body: &str) -> String {
    let signed: Vec<String> = secrets.iter().map(|secret| format!("v1,{}", sign(secret, id, seconds, body))).collect();
    signed.join(" ")
}

fn sign(secret: &WebhookSecret, id: &str, seconds: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of the Standard Webhooks libraries (its secret has 24 bytes).
    #[test]
    fn the_published_vector() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(br#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#);
        assert_eq!(STANDARD.encode(mac.finalize().into_bytes()), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        // Our own reader reads the same text.
        let key = [7; 32];
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(br#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#);
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        assert_eq!(signatures(&[key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#), expected);
    }
}
