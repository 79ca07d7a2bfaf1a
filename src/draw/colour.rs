//! The colours of marks. In a page the stylesheet overrides them by the class of the mark.

/// The colour scheme of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Inside a page, whose stylesheet paints by class.
    Page,
    Light,
    Dark,
    /// An image of its own that follows the reader's setting.
    Auto,
}

/// Colours that people with colour blindness can distinguish, with contrast of 4.5 on their background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    Ink,
    Faint,
    LegalBasis,
    Low,
    Normal,
    High,
    Institutional,
    Commercial,
}

pub(crate) const PAINTS: [Paint; 8] = [
    Paint::Ink,
    Paint::Faint,
    Paint::LegalBasis,
    Paint::Low,
    Paint::Normal,
    Paint::High,
    Paint::Institutional,
    Paint::Commercial,
];

impl Paint {
    pub fn class(self) -> &'static str {
        match self {
            Self::Ink => "p-ink",
            Self::Faint => "p-faint",
            Self::LegalBasis => "p-ground",
            Self::Low => "p-low",
            Self::Normal => "p-normal",
            Self::High => "p-high",
            Self::Institutional => "p-institutional",
            Self::Commercial => "p-commercial",
        }
    }

    pub(crate) fn light(self) -> &'static str {
        match self {
            Self::Ink => "#1b1f24",
            Self::Faint => "#59636e",
            Self::LegalBasis => "#ffffff",
            Self::Low => "#0b5cad",
            Self::Normal => "#5b6470",
            Self::High => "#a34a00",
            Self::Institutional => "#0b5cad",
            Self::Commercial => "#8a3a78",
        }
    }

    pub(crate) fn dark(self) -> &'static str {
        match self {
            Self::Ink => "#e8ecf1",
            Self::Faint => "#a9b4c0",
            Self::LegalBasis => "#14181d",
            Self::Low => "#7db7ff",
            Self::Normal => "#b6bec8",
            Self::High => "#ffb070",
            Self::Institutional => "#7db7ff",
            Self::Commercial => "#e3a5d6",
        }
    }

    pub fn of(self, theme: Theme) -> &'static str {
        if theme == Theme::Dark { self.dark() } else { self.light() }
    }
}
