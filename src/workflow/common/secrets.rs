//! Secrets that the database must not hold: the pepper of the keys and the signing key, in two files that only the owner can read.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::Path,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{error::WorkflowError, random};
use crate::text::hex::{hex, sha256};

const SECRET_BYTES: usize = 32;

pub struct Secrets {
    pepper: [u8; SECRET_BYTES],
    /// Says under which pepper a key was stored, and nothing about it.
    pub pepper_id: String,
    signing: SigningKey,
    /// Names the signing key in every signature.
    pub kid: String,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets(pepper {}, signing key {})", self.pepper_id, self.kid)
    }
}

impl Secrets {
    /// Reads both, or makes them at the first start: there is no default that every installation would share.
    ///
    /// # Errors
    /// When the folder cannot be used, or others can read a secret.
    pub fn open_or_create(folder: &Path) -> Result<Self, WorkflowError> {
        let fault = |error| WorkflowError::machine("the folder of secrets (TERMOMETRO_SECRETS_DIR) cannot be used", error);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fault)?;
        let pepper = secret(&folder.join("pepper"))?;
        let signing = SigningKey::from_bytes(&secret(&folder.join("signing-key"))?);
        Ok(Self::new(pepper, signing))
    }

    /// Reads both; `None` where one of them is missing. Nothing is made.
    ///
    /// # Errors
    /// As [`Secrets::open_or_create`].
    pub fn open(folder: &Path) -> Result<Option<Self>, WorkflowError> {
        let there = |name: &str| folder.join(name).try_exists();
        let fault = |error| WorkflowError::machine("the folder of secrets (TERMOMETRO_SECRETS_DIR) cannot be used", error);
        if there("pepper").map_err(fault)? && there("signing-key").map_err(fault)? {
            Self::open_or_create(folder).map(Some)
        } else {
            Ok(None)
        }
    }

    fn new(pepper: [u8; SECRET_BYTES], signing: SigningKey) -> Self {
        let name = |bytes: &[u8]| sha256(bytes)[..16].to_owned();
        let pepper_id = name(&[b"pepper".as_slice(), &pepper].concat());
        let kid = name(signing.verifying_key().as_bytes());
        Self { pepper, pepper_id, signing, kid }
    }

    /// The form in which a key's secret is stored: of no use without the pepper.
    pub(crate) fn mac(&self, secret: &str) -> [u8; 32] {
        self.keyed(secret).finalize().into_bytes().into()
    }

    /// In constant time.
    pub(crate) fn is_mac_of(&self, mac: &[u8], secret: &str) -> bool {
        self.keyed(secret).verify_slice(mac).is_ok()
    }

    fn keyed(&self, secret: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.pepper).expect("HMAC takes a key of any length");
        mac.update(secret.as_bytes());
        mac
    }

    pub fn public_key(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }

    /// A compact JWS (RFC 7515, EdDSA) over exactly these bytes.
    pub fn sign(&self, payload: &[u8]) -> String {
        let header = format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, self.kid);
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = self.signing.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// Written beside and linked into place: of two programs that start at once, both read the one that was first.
fn secret(path: &Path) -> Result<[u8; SECRET_BYTES], WorkflowError> {
    if !path.exists() {
        let mut fresh = [0; SECRET_BYTES];
        random::fill(&mut fresh)?;
        let beside = path.with_extension(format!("{}.{}", std::process::id(), random::digits(6)?));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        file.write_all(hex(&fresh).as_bytes())?;
        file.sync_all()?;
        let linked = fs::hard_link(&beside, path);
        fs::remove_file(&beside)?;
        linked.or_else(|error| if error.kind() == io::ErrorKind::AlreadyExists { Ok(()) } else { Err(error) })?;
    }
    if fs::metadata(path)?.mode() & 0o077 != 0 {
        return Err(WorkflowError::machine("a secret is readable by others", format!("chmod 600 {}", path.display())));
    }
    let text = fs::read_to_string(path)?;
    let malformed = || WorkflowError::machine("a secret is not 64 hexadecimal digits", path.display().to_string());
    let text = text.trim();
    let digits = text.len() == 2 * SECRET_BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut bytes = [0; SECRET_BYTES];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let pair = digits.then(|| u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()).flatten();
        *byte = pair.ok_or_else(malformed)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn secrets_are_made_once_kept_and_never_shared() {
        let folder = std::env::temp_dir().join(format!("termometro-secrets-{}", random::digits(8).unwrap()));
        assert!(Secrets::open(&folder).unwrap().is_none() && !folder.exists());
        let first = Secrets::open_or_create(&folder).unwrap();
        assert_eq!(Secrets::open(&folder).unwrap().unwrap().pepper_id, first.pepper_id);
        let again = Secrets::open_or_create(&folder).unwrap();
        assert_eq!((first.mac("s"), first.public_key()), (again.mac("s"), again.public_key()));
        assert!(again.is_mac_of(&first.mac("s"), "s") && !again.is_mac_of(&first.mac("s"), "t"));
        fs::set_permissions(folder.join("pepper"), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(Secrets::open_or_create(&folder).is_err());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_signed_can_be_checked_with_the_public_half() {
        let secrets = Secrets::new([1; 32], SigningKey::from_bytes(&[2; 32]));
        let jws = secrets.sign(b"{}");
        let (signed, signature) = jws.rsplit_once('.').unwrap();
        let signature = ed25519_dalek::Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        let key = ed25519_dalek::VerifyingKey::from_bytes(&secrets.public_key()).unwrap();
        assert!(key.verify_strict(signed.as_bytes(), &signature).is_ok());
        assert!(key.verify_strict(b"other", &signature).is_err());
    }
}
