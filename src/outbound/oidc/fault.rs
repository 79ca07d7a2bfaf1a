//! Why nobody was signed in by a provider. Only the log says the word; a person is told which of the three it is.

/// Each with one word for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderFault {
    /// The person, or the provider, said no.
    Denied(&'static str),
    /// It could not be spoken to.
    Unavailable(&'static str),
    /// What it answered does not hold.
    Invalid(&'static str),
}
