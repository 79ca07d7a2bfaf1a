//! Why nobody was signed in by a provider. Only the log has the reason; the page says which of the three kinds it is.

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
