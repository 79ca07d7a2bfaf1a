//! The keys of a provider (RFC 7517), and whether one of them signed a token (RFC 7515).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;

use super::fault::ProviderFault::{self, Invalid};

/// Those that a key can have, by the names of RFC 7518, RFC 8037 and RFC 9864.
pub(super) const ALGORITHMS: [&str; 4] = ["ES256", "EdDSA", "Ed25519", "RS256"];
const KEYS_MAX: usize = 100;

#[derive(Deserialize)]
struct WrittenSet {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct WrittenKey {
    kty: String,
    crv: Option<String>,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    Es256(Vec<u8>),
    Ed25519(Vec<u8>),
    Rs256 { modulus: Vec<u8>, exponent: Vec<u8> },
}

#[derive(Clone, Debug)]
struct VerificationKey {
    kid: Option<String>,
    material: Material,
}

/// The keys of one provider that are for signatures which can be checked here.
#[derive(Clone, Debug, Default)]
pub(super) struct KeySet(Vec<VerificationKey>);

impl KeySet {
    pub fn read(bytes: &[u8]) -> Result<Self, ProviderFault> {
        let written: WrittenSet = serde_json::from_slice(bytes).map_err(|_| Invalid("keys_malformed"))?;
        if written.keys.len() > KEYS_MAX {
            return Err(Invalid("keys_malformed"));
        }
        // Keys of other kinds stand beside them: they are passed over (RFC 7517, 5).
        Ok(Self(written.keys.into_iter().filter_map(|key| readable(serde_json::from_value(key).ok()?)).collect()))
    }

    /// Whether there is a key for a token that says this of itself.
    pub fn has(&self, algorithm: &str, kid: Option<&str>) -> bool {
        self.find(algorithm, kid).is_some()
    }

    /// Whether the key that the token names made this signature.
    pub fn verify(&self, (algorithm, kid): (&str, Option<&str>), signed: &[u8], signature: &[u8]) -> Result<(), ProviderFault> {
        let key = self.find(algorithm, kid).ok_or(Invalid("unknown_key"))?;
        let verified = match &key.material {
            Material::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature),
            Material::Ed25519(point) => UnparsedPublicKey::new(&ED25519, point).verify(signed, signature),
            Material::Rs256 { modulus, exponent } => {
                RsaPublicKeyComponents { n: modulus, e: exponent }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
        };
        verified.map_err(|_| Invalid("bad_signature"))
    }

    /// By name and algorithm; a token without a name is of the only key of its algorithm.
    fn find(&self, algorithm: &str, kid: Option<&str>) -> Option<&VerificationKey> {
        let mut fitting =
            self.0.iter().filter(|key| key.material.is_of(algorithm) && (kid.is_none() || key.kid.as_deref() == kid));
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Some(key),
            _ => None,
        }
    }
}

impl Material {
    fn is_of(&self, algorithm: &str) -> bool {
        match self {
            Self::Es256(_) => algorithm == "ES256",
            Self::Ed25519(_) => algorithm == "EdDSA" || algorithm == "Ed25519",
            Self::Rs256 { .. } => algorithm == "RS256",
        }
    }
}

fn readable(key: WrittenKey) -> Option<VerificationKey> {
    if key.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let material = match (key.kty.as_str(), key.crv.as_deref()) {
        ("EC", Some("P-256")) => {
            let point = [vec![4], coordinate(key.x.as_deref())?, coordinate(key.y.as_deref())?].concat();
            Material::Es256(point)
        }
        ("OKP", Some("Ed25519")) => Material::Ed25519(coordinate(key.x.as_deref())?),
        ("RSA", None) => Material::Rs256 { modulus: decoded(key.n.as_deref())?, exponent: decoded(key.e.as_deref())? },
        _ => return None,
    };
    if key.alg.as_deref().is_some_and(|algorithm| !material.is_of(algorithm)) {
        return None;
    }
    Some(VerificationKey { kid: key.kid, material })
}

fn decoded(text: Option<&str>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?).ok()
}

fn coordinate(text: Option<&str>) -> Option<Vec<u8>> {
    decoded(text).filter(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    fn check(keys: &str, algorithm: &str, kid: Option<&str>, token: &str) -> Result<(), ProviderFault> {
        let set = KeySet::read(format!("{{\"keys\":[{keys}]}}").as_bytes())?;
        let (signed, signature) = token.rsplit_once('.').unwrap();
        set.verify((algorithm, kid), signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
    }

    /// RFC 7515, A.2 and A.3; RFC 8037, A.4.
    #[test]
    fn the_examples_of_the_standards_are_verified_and_nothing_else() {
        let rsa = r#"{"kty":"RSA","kid":"r","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}"#;
        let ec = r#"{"kty":"EC","crv":"P-256","kid":"e","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
        let okp = r#"{"kty":"OKP","crv":"Ed25519","kid":"o","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        let of_rsa = format!(
            "eyJhbGciOiJSUzI1NiJ9.{PAYLOAD}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        );
        let of_ec = format!(
            "eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        );
        let of_okp = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let all = [rsa, ec, okp].join(",");
        for (algorithm, kid, token) in
            [("RS256", "r", of_rsa.as_str()), ("ES256", "e", &of_ec), ("EdDSA", "o", of_okp), ("Ed25519", "o", of_okp)]
        {
            assert_eq!(check(&all, algorithm, Some(kid), token), Ok(()), "{algorithm}");
            assert_eq!(check(&all, algorithm, None, token), Ok(()), "{algorithm}: the only key of its algorithm");
            let other = token.replacen("eyJ", "eyK", 1);
            assert_eq!(check(&all, algorithm, Some(kid), &other), Err(Invalid("bad_signature")), "{algorithm}");
        }
        // A token does not choose another algorithm for a key, and no key is for none or for a shared secret.
        for (algorithm, kid) in [
            ("ES256", "r"),
            ("RS256", "e"),
            ("EdDSA", "e"),
            ("none", "e"),
            ("HS256", "r"),
            ("PS256", "r"),
            ("ES256", "x"),
            ("es256", "e"),
        ] {
            assert_eq!(check(&all, algorithm, Some(kid), &of_ec), Err(Invalid("unknown_key")), "{algorithm} {kid}");
        }
        // Two keys that fit are none.
        assert_eq!(check(&format!("{ec},{ec}"), "ES256", Some("e"), &of_ec), Err(Invalid("unknown_key")));
    }

    #[test]
    fn keys_for_something_else_are_passed_over() {
        let set = |key: &str| KeySet::read(format!("{{\"keys\":[{key}]}}").as_bytes()).map(|set| set.0.len());
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        assert_eq!(set(&format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","use":"sig","alg":"EdDSA"}}"#)), Ok(1));
        for other in [
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","use":"enc"}}"#),
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","alg":"ES256"}}"#),
            format!(r#"{{"kty":"OKP","crv":"X25519","x":"{x}"}}"#),
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}"}}"#),
            format!(r#"{{"kty":"oct","k":"{x}"}}"#),
            r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#.to_owned(),
            r#"{"kty":1}"#.to_owned(),
            "7".to_owned(),
        ] {
            assert_eq!(set(&other), Ok(0), "{other}");
        }
        for bad in ["", "[]", "{}", "{\"keys\":7}", "<html>"] {
            assert!(KeySet::read(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(KeySet::read(format!("{{\"keys\":[{}1]}}", "1,".repeat(KEYS_MAX)).as_bytes()).is_err());
    }
}
