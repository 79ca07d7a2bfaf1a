//! The result of checking a bundle, in Spanish and English.

use std::fmt;

use crate::domain::identifier::characters::shown;

/// A hostile bundle could have a fault in every byte; more than this is not shown.
const FAULTS_MAX: usize = 1_000;
const QUOTED_MAX: usize = 160;

macro_rules! bilingual {
    ($type:ident { $($(#[$doc:meta])* $variant:ident = $es:literal / $en:literal),* $(,)? }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$doc])* $variant),* }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => concat!($es, " / ", $en)),* })
            }
        }
    };
}

bilingual!(Check {
    Container = "archivo zip tal como lo fija el formato" / "zip laid out as the format fixes it",
    Signature = "firma del manifiesto" / "signature of the manifest",
    Files = "archivos: tamaño y SHA-256" / "files: size and SHA-256",
    Copies = "archivos iguales a case.json" / "files equal to case.json",
    Page = "página caso.html" / "page caso.html",
    Receipts = "recibos firmados" / "signed receipts",
    Sources = "renglones: medicamento, vendedor, período y acto del caso" / "rows: medicine, seller, period and act of the case",
    Digests = "huellas de la base legal" / "digests of the legal basis",
    LawSides = "techos elegidos de nuevo" / "ceilings chosen again",
    Prices = "precios juzgados de nuevo" / "prices judged again",
    Excesses = "excesos por renglón" / "excess of each row",
    Totals = "total y número de reportes" / "total and number of reports",
    History = "pasos de la historia" / "steps of the history",
});

bilingual!(Note {
    NotPinned = "la clave viene en el mismo zip: compárela con la que publica el servicio (--public-key)"
        / "the key comes with the zip itself: compare it with the one the service publishes (--public-key)",
    OtherPage = "caso.html es de otra versión del programa: solo se comprobaron su tamaño y su huella"
        / "caso.html is of another version of the program: only its size and hash were checked",
    OtherReceiptKey = "hay recibos firmados con otra clave: no se comprobaron"
        / "some receipts are signed with another key: they were not checked",
});

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Stated, computed.
    Differs(String, String),
    Missing,
    Malformed,
    /// It must not be there.
    Unexpected,
    Repeated,
    TooBig,
    BadSignature,
    OtherKey,
    /// No price of the row is above its ceiling, or the figures do not fit exact arithmetic.
    NoExcess,
    UnknownVersion(String),
}

/// `place` is a file, or a file and a JSON pointer: `case.json#/evidence/0/excess/amount`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DossierFault {
    pub place: String,
    pub wrong: FaultKind,
}

#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many of each were looked at, right or wrong.
    pub checks: Vec<(Check, u64)>,
    pub faults: Vec<DossierFault>,
    pub notes: Vec<Note>,
    /// The public key that the signature was checked with.
    pub public_key: Option<[u8; 32]>,
}

impl DossierFault {
    pub fn new(place: impl Into<String>, wrong: FaultKind) -> Self {
        Self { place: place.into(), wrong }
    }

    pub(crate) fn differs(place: impl Into<String>, stated: impl fmt::Display, computed: impl fmt::Display) -> Self {
        Self::new(place, FaultKind::Differs(quoted(&stated.to_string()), quoted(&computed.to_string())))
    }
}

/// What a hostile file says is shown cut, and without control characters that a terminal would obey.
fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(QUOTED_MAX).collect();
    let shown = shown(&cut).replace(['\n', '\r', '\t'], "\u{fffd}");
    if cut.len() < text.len() { format!("{shown}…") } else { shown }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs(stated, computed) => {
                write!(f, "dice {stated}, resulta {computed} / states {stated}, comes out as {computed}")
            }
            Self::Missing => f.write_str("falta / is missing"),
            Self::Malformed => f.write_str("no tiene la forma debida / is malformed"),
            Self::Unexpected => f.write_str("no debe estar / must not be there"),
            Self::Repeated => f.write_str("está repetido / is repeated"),
            Self::TooBig => f.write_str("supera los límites del formato / exceeds the limits of the format"),
            Self::BadSignature => f.write_str("la firma no corresponde / the signature does not match"),
            Self::OtherKey => f.write_str("la clave no es la indicada / the key is not the one asked for"),
            Self::NoExcess => f.write_str("ningún precio supera el máximo / no price is above the ceiling"),
            Self::UnknownVersion(version) if version == "1" => f.write_str(
                "es de la regla 1: compruébelo con scripts/verify_dossier.py, que la conoce / it is of rule 1: check it with scripts/verify_dossier.py, which knows it",
            ),
            Self::UnknownVersion(version) => write!(f, "versión desconocida {version} / unknown version {version}"),
        }
    }
}

impl fmt::Display for DossierFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", quoted(&self.place), self.wrong)
    }
}

impl Report {
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    pub(crate) fn did(&mut self, check: Check, more: usize) {
        let more = more as u64;
        match self.checks.iter_mut().find(|(known, _)| *known == check) {
            Some((_, count)) => *count += more,
            None => self.checks.push((check, more)),
        }
    }

    pub fn fault(&mut self, fault: DossierFault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    /// Keeps what is right, notes what is not.
    pub fn take<T>(&mut self, result: Result<T, DossierFault>) -> Option<T> {
        result.map_err(|fault| self.fault(fault)).ok()
    }

    pub fn note(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}
