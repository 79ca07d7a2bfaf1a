//! What a provider says of itself (OpenID Connect Discovery 1.0): read only if it is the provider that was set, and names allowed hosts.

use serde::Deserialize;
use url::Url;

use super::{
    exchange::Exchange,
    fault::ProviderFault::{self, Invalid},
    key_set::ALGORITHMS,
};

#[derive(Deserialize)]
struct WrittenDocument {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    response_types_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// How the client shows its secret at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretPlace {
    Header,
    Form,
}

#[derive(Clone, Debug)]
pub(super) struct ProviderDocument {
    pub authorization: Url,
    pub token: Url,
    pub keys: Url,
    pub secret: SecretPlace,
    /// Its answers to the browser name it (RFC 9207).
    pub names_itself: bool,
}

impl ProviderDocument {
    pub fn read(bytes: &[u8], issuer: &str, exchange: &Exchange) -> Result<Self, ProviderFault> {
        let written: WrittenDocument = serde_json::from_slice(bytes).map_err(|_| Invalid("document_malformed"))?;
        if written.issuer != issuer {
            return Err(Invalid("document_of_other_issuer"));
        }
        require(written.response_types_supported.as_deref(), &["code"], "no_code_flow")?;
        require(written.code_challenge_methods_supported.as_deref(), &["S256"], "no_pkce")?;
        require(written.id_token_signing_alg_values_supported.as_deref(), &ALGORITHMS, "no_known_algorithm")?;
        // RFC 8414: what is not said is `client_secret_basic`.
        let methods = written.token_endpoint_auth_methods_supported.unwrap_or_default();
        let says = |method: &str| methods.iter().any(|other| other == method);
        let in_form = says("client_secret_post") && !says("client_secret_basic");
        Ok(Self {
            authorization: exchange.admit(&written.authorization_endpoint)?,
            token: exchange.admit(&written.token_endpoint)?,
            keys: exchange.admit(&written.jwks_uri)?,
            secret: if in_form { SecretPlace::Form } else { SecretPlace::Header },
            names_itself: written.authorization_response_iss_parameter_supported,
        })
    }
}

/// One of these, where the document says anything of it.
fn require(said: Option<&[String]>, one_of: &[&str], or: &'static str) -> Result<(), ProviderFault> {
    let Some(said) = said else { return Ok(()) };
    if said.iter().any(|one| one_of.contains(&one.as_str())) { Ok(()) } else { Err(Invalid(or)) }
}
