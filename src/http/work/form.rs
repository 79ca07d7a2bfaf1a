//! What a person typed into a form, as a browser sends it.

use hyper::header::CONTENT_TYPE;
use url::form_urlencoded;

use crate::http::{Problem, Request};

const FORM_BYTES_MAX: usize = 256 * 1024;
const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// What belongs to one sending of a form and is never carried over to another.
const OF_ONE_SENDING: [&str; 2] = [TOKEN, ONCE];
/// The field that says which session's page the form stood in.
pub const TOKEN: &str = "token";
/// The field that makes two clicks one step.
pub const ONCE: &str = "una_vez";

/// Fields in the order of the form.
#[derive(Clone, Debug, Default)]
pub struct FormFields(Vec<(String, String)>);

impl FormFields {
    /// # Errors
    /// When the body is no form, or too large for one.
    pub async fn read(request: &mut Request) -> Result<Self, Problem> {
        let kind = request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM_TYPE)) {
            let detail = ("se espera un formulario", "a form is expected");
            return Err(Problem::unsupported_media_type(detail).closing());
        }
        Ok(Self::parse(&request.body(FORM_BYTES_MAX).await?))
    }

    /// Browsers end lines with CR and LF: here a line break is a line feed.
    fn parse(bytes: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(bytes);
        Self(pairs.map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n"))).collect())
    }

    /// The first of this name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value.as_str())
    }

    /// All of this name, as boxes that were checked send it.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
    }

    pub fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| !OF_ONE_SENDING.contains(name))
    }

    /// What was typed, as one text that a hidden field can hold.
    pub fn saved(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.typed()).finish()
    }

    /// The opposite of [`FormFields::saved`].
    pub fn restored(saved: &str) -> Self {
        Self::parse(saved.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_and_what_is_of_one_sending_does_not() {
        let sent = FormFields::parse(b"token=x&una_vez=y&paso=notified&motivo=l%C3%ADnea+1%0D%0A%22l%C3%ADnea%22+%26+2");
        assert_eq!((sent.get("token"), sent.get("motivo"), sent.get("otro")), ("x", "línea 1\n\"línea\" & 2", ""));
        let again = FormFields::restored(&sent.saved());
        let typed: Vec<_> = again.typed().collect();
        assert_eq!(typed, [("paso", "notified"), ("motivo", "línea 1\n\"línea\" & 2")]);
        assert_eq!((again.get("token"), again.get("una_vez")), ("", ""));
        assert_eq!(FormFields::parse(b"caso=c1&token=x&caso=c2").all("caso"), ["c1", "c2"]);
    }
}
