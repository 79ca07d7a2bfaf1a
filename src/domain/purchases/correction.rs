//! What anybody may say that a line of a purchase is, and what is answered to it.

macro_rules! codes {
    ($(#[$about:meta])* $name:ident: $($variant:ident $code:literal),*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($variant),* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

codes! {
    /// Who writes, by their own word.
    CorrectionSender: Buyer "buyer", Seller "seller", Other "other"
}

codes! {
    /// What the authority answers.
    CorrectionDisposition: Accepted "accepted", NotAccepted "not_accepted", SourceMustCorrect "source_must_correct"
}

codes! {
    /// Where a correction stands.
    CorrectionState: Received "received", Answered "answered", Withdrawn "withdrawn"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for state in CorrectionState::ALL {
            assert_eq!(CorrectionState::from_code(state.code()), Some(*state));
        }
        assert_eq!(CorrectionSender::from_code("buyer"), Some(CorrectionSender::Buyer));
        assert_eq!(CorrectionDisposition::from_code("price_will_be_reviewed"), None);
    }
}
