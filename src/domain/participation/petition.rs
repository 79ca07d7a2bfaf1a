//! What a petition may be about, what may be answered, and which words are not kept.

/// The term of the law in which a petition is answered.
pub const PETITION_TERM: &str = "petition_answer";

codes! {
    /// What is wanted.
    PetitionSubject: ReviewMarket "review_market", ReviewProduct "review_product", IncludeInControl "include_in_control",
    MissingEquivalent "missing_equivalent", CorrectError "correct_error"
}

codes! {
    /// What the authority answers.
    Disposition: PriceWillBeReviewed "price_will_be_reviewed", NoGround "no_ground", OutsideCompetence "outside_competence",
    AlreadyDecided "already_decided"
}

codes! {
    /// Where a petition stands.
    PetitionState: Received "received", Published "published", Withheld "withheld", Answered "answered", Contested "contested",
    Withdrawn "withdrawn"
}

impl PetitionSubject {
    /// Whether it is about one market or product that has to be named.
    pub fn needs_target(self) -> bool {
        matches!(self, Self::ReviewMarket | Self::ReviewProduct)
    }
}

impl PetitionState {
    /// Whether the authority owes an answer.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Published | Self::Withheld | Self::Contested)
    }

    /// Whether everybody may read its words.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Published | Self::Answered | Self::Contested)
    }

    pub fn takes_supports(self) -> bool {
        matches!(self, Self::Published | Self::Contested)
    }
}

/// What nobody should leave in a text that everybody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwanted {
    /// An address of the web.
    Link,
    /// A way to reach a person.
    PersonalData,
}

/// The worst of it in a text: first what identifies a person. A code of a medicine is no telephone.
pub fn unwanted(text: &str) -> Option<Unwanted> {
    let folded = text.to_lowercase();
    let near_sign = |at: usize| {
        let before = folded[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        before && folded[at + 1..].chars().next().is_some_and(char::is_alphanumeric)
    };
    let has_mail = folded.match_indices('@').any(|(at, _)| near_sign(at));
    if has_mail || has_mobile(&folded) || has_identity_card(&folded) {
        return Some(Unwanted::PersonalData);
    }
    ["://", "www."].iter().any(|mark| folded.contains(mark)).then_some(Unwanted::Link)
}

/// Ten digits that begin with a 3, however they are grouped.
fn has_mobile(text: &str) -> bool {
    let mut digits = String::new();
    for letter in text.chars().chain(std::iter::once('x')) {
        if letter.is_ascii_digit() {
            digits.push(letter);
        } else if !matches!(letter, ' ' | '-') || digits.is_empty() {
            if digits.len() == 10 && digits.starts_with('3') {
                return true;
            }
            digits.clear();
        }
    }
    false
}

/// The words for an identity card, and soon after them six to ten digits, however they are grouped; a hyphen after them is of a medicine's code.
fn has_identity_card(text: &str) -> bool {
    const BETWEEN_CHARS_MAX: usize = 30;
    let is_number = |rest: &str| {
        let Some(from) = rest.find(|letter: char| letter.is_ascii_digit()) else { return false };
        let number = &rest[from..];
        let end = number.find(|letter: char| !letter.is_ascii_digit() && !" .,".contains(letter)).unwrap_or(number.len());
        let digits = number[..end].bytes().filter(u8::is_ascii_digit).count();
        rest[..from].chars().count() <= BETWEEN_CHARS_MAX && (6..=10).contains(&digits) && !number[end..].starts_with('-')
    };
    let cards = ["cédula", "cedula", "c.c."];
    cards.iter().any(|card| text.match_indices(card).any(|(at, _)| is_number(&text[at + card.len()..])))
}

/// One spelling of the way to reach a person: an address without its tag, or a telephone by its digits. `None`: neither.
pub fn canonical_contact(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    if let Some((name, host)) = text.split_once('@') {
        let name = name.split('+').next().unwrap_or_default();
        let plain = |part: &str, more: &str| {
            !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || more.contains(letter))
        };
        let is_host = plain(host, ".-") && host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
        return (plain(name, "._-") && is_host && text.len() <= 200).then(|| format!("{name}@{host}"));
    }
    let is_telephone = text.chars().all(|letter| letter.is_ascii_digit() || " +-()".contains(letter));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("57").filter(|rest| rest.len() == 10).unwrap_or(&digits);
    (is_telephone && digits.len() == 10).then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_identifies_a_person_is_found_and_codes_of_medicines_are_not() {
        for (text, found) in [
            ("Revisen el CUM 20145979-10 y el mercado 418", None),
            ("El precio subió de 48900 a 61200 pesos @ la caja", None),
            ("escríbanme a ana@example.org", Some(Unwanted::PersonalData)),
            ("mi celular es 310 555 1234", Some(Unwanted::PersonalData)),
            ("3105551234", Some(Unwanted::PersonalData)),
            ("mi cédula de ciudadanía es la No. 52.123.456 de Bogotá", Some(Unwanted::PersonalData)),
            ("C.C. 1020345678", Some(Unwanted::PersonalData)),
            ("cedula 79 123 456", Some(Unwanted::PersonalData)),
            ("sin cédula no me venden el CUM de esta caja, que según la etiqueta es 20145979-10", None),
            ("piden la cédula y cuesta 48.900", None),
            ("la ampolla de 5 c.c. cuesta 3", None),
            ("la ampolla de 5 c.c. del CUM 19914312-20", None),
            ("vean https://example.org", Some(Unwanted::Link)),
            ("vean WWW.example.org", Some(Unwanted::Link)),
            ("vean https://example.org o ana@example.org", Some(Unwanted::PersonalData)),
        ] {
            assert_eq!(unwanted(text), found, "{text}");
        }
    }

    #[test]
    fn one_person_has_one_spelling() {
        for same in ["Ana.Ruiz@Example.org", " ana.ruiz+dos@example.org "] {
            assert_eq!(canonical_contact(same).as_deref(), Some("ana.ruiz@example.org"));
        }
        for same in ["310 555 1234", "+57 (310) 555-1234", "3105551234"] {
            assert_eq!(canonical_contact(same).as_deref(), Some("3105551234"));
        }
        for none in ["", "ana", "@", "ana@", "ana@local", "+x@example.org", "12345", "a b@example.org", "ana@example.org."] {
            assert_eq!(canonical_contact(none), None, "{none}");
        }
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for subject in PetitionSubject::ALL {
            assert_eq!(PetitionSubject::from_code(subject.code()), Some(*subject));
        }
        assert!(PetitionState::Withheld.is_open() && !PetitionState::Withheld.is_public());
        assert!(!PetitionState::Answered.is_open() && !PetitionState::Answered.takes_supports());
        assert_eq!(Disposition::from_code("accepted"), None);
    }
}
