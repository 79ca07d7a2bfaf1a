//! Who pays (channel), at which step of the chain (stage), and the SISMED transaction codes that stand for the pairs.

use std::{fmt, str::FromStr};

/// Canal: institutional is paid with public money, commercial with private money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    Institutional,
    Commercial,
}

/// Etapa: primary (maker or importer sells), secondary (a distributor sells), final (sale to the user).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    Primary,
    Secondary,
    Final,
}

/// One sale's place: a channel and a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    pub channel: Channel,
    pub stage: Stage,
}

/// The three ceiling columns of the official lists; each binds a fixed set of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CeilingColumn {
    /// Transacción primaria, secundaria y final institucional.
    Institutional,
    /// Transacción primaria y secundaria comercial.
    CommercialWholesale,
    /// Transacción final comercial: the sale at the counter.
    CommercialFinal,
}

impl Place {
    pub const ALL: [Self; 6] = [
        Self::new(Channel::Institutional, Stage::Primary),
        Self::new(Channel::Institutional, Stage::Secondary),
        Self::new(Channel::Institutional, Stage::Final),
        Self::new(Channel::Commercial, Stage::Primary),
        Self::new(Channel::Commercial, Stage::Secondary),
        Self::new(Channel::Commercial, Stage::Final),
    ];

    pub const fn new(channel: Channel, stage: Stage) -> Self {
        Self { channel, stage }
    }

    /// SISMED transaction codes: 1 primaria institucional, 2 primaria comercial, 3 secundaria institucional,
    /// 4 secundaria comercial, 5 final institucional.
    pub fn from_transaction(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::new(Channel::Institutional, Stage::Primary),
            2 => Self::new(Channel::Commercial, Stage::Primary),
            3 => Self::new(Channel::Institutional, Stage::Secondary),
            4 => Self::new(Channel::Commercial, Stage::Secondary),
            5 => Self::new(Channel::Institutional, Stage::Final),
            _ => return None,
        })
    }

    /// The counter sale (final commercial) has no SISMED transaction: it is not reported.
    pub fn transaction(self) -> Option<u8> {
        Some(match (self.channel, self.stage) {
            (Channel::Institutional, Stage::Primary) => 1,
            (Channel::Commercial, Stage::Primary) => 2,
            (Channel::Institutional, Stage::Secondary) => 3,
            (Channel::Commercial, Stage::Secondary) => 4,
            (Channel::Institutional, Stage::Final) => 5,
            (Channel::Commercial, Stage::Final) => return None,
        })
    }

    /// The only place where an IPS sells, and so where its margin may be added.
    pub(crate) fn is_final_institutional(self) -> bool {
        self == Self::new(Channel::Institutional, Stage::Final)
    }

    pub fn column(self) -> CeilingColumn {
        match (self.channel, self.stage) {
            (Channel::Institutional, _) => CeilingColumn::Institutional,
            (Channel::Commercial, Stage::Final) => CeilingColumn::CommercialFinal,
            (Channel::Commercial, _) => CeilingColumn::CommercialWholesale,
        }
    }
}

impl CeilingColumn {
    pub fn channel(self) -> Channel {
        match self {
            Self::Institutional => Channel::Institutional,
            Self::CommercialWholesale | Self::CommercialFinal => Channel::Commercial,
        }
    }

    /// The stages of its channel that it binds, along the chain.
    pub(crate) fn stages(self) -> impl Iterator<Item = Stage> {
        Place::ALL.into_iter().filter(move |place| place.column() == self).map(|place| place.stage)
    }
}

macro_rules! codes {
    ($type:ident { $($variant:ident = $code:literal),* $(,)? }) => {
        impl $type {
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
        }
        impl FromStr for $type {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($code => Ok(Self::$variant),)* _ => Err(()) }
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

codes!(Channel { Institutional = "institutional", Commercial = "commercial" });
codes!(Stage { Primary = "primary", Secondary = "secondary", Final = "final" });
codes!(CeilingColumn {
    Institutional = "institutional",
    CommercialWholesale = "commercial_wholesale",
    CommercialFinal = "commercial_final",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transactions_and_places_map_both_ways() {
        for code in 1..=5 {
            assert_eq!(Place::from_transaction(code).and_then(Place::transaction), Some(code));
        }
        assert_eq!(Place::from_transaction(0), None);
        assert_eq!(Place::from_transaction(6), None);
        assert_eq!(Place::ALL.iter().filter(|place| place.transaction().is_none()).count(), 1);
    }

    #[test]
    fn columns_follow_the_published_headers() {
        let columns: Vec<_> = (1..=5).filter_map(Place::from_transaction).map(Place::column).collect();
        use CeilingColumn::{CommercialWholesale as C, Institutional as I};
        assert_eq!(columns, [I, C, I, C, I]);
    }

    #[test]
    fn a_column_binds_the_stages_of_one_channel() {
        for (code, channel, stages) in [
            ("institutional", "institutional", vec!["primary", "secondary", "final"]),
            ("commercial_wholesale", "commercial", vec!["primary", "secondary"]),
            ("commercial_final", "commercial", vec!["final"]),
        ] {
            let column: CeilingColumn = code.parse().unwrap();
            assert_eq!(column.channel().code(), channel);
            assert_eq!(column.stages().map(Stage::code).collect::<Vec<_>>(), stages);
            assert!(Place::ALL.iter().all(|place| place.column() != column || place.channel == column.channel()));
        }
        for unknown in ["", "counter", "Institutional", "institutional "] {
            assert_eq!(unknown.parse::<CeilingColumn>(), Err(()), "{unknown}");
        }
    }
}
