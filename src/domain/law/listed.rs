//! Rows as the publishers' files state them: validated and typed, not yet interpreted.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::channel::CeilingColumn;
use crate::domain::{
    calendar::period::Period,
    identifier::{cum::Cum, ium::Ium},
};

/// One row of an official list of ceilings, whatever its layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListedRow {
    Ceiling(ListedCeiling),
    Market(ListedMarket),
    /// Titular_Estandarizado: a holder's name as registered and as standardised.
    Holder {
        registered: String,
        standard: String,
    },
    /// Agrupaciones_FF: pharmaceutical form + route as registered, and the grouped form of the market.
    FormGroup {
        form: String,
        route: String,
        group: String,
    },
}

/// The statement of a list about one CUM (sheets PMV_CUM, Precio_CUM; every row of the open-data list).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCeiling {
    pub kind: ListedKind,
    pub cum: Cum,
    /// ID MR as text (`96`, `546b`).
    pub market: Option<String>,
    /// `LANTUS - Insulina Glargina 300UI/3ml (100UI/1ml) - Líquido/Sólido - Inyectable x 1 - SANOFI AVENTIS`
    pub description: String,
    /// What stands in each ceiling column that the list has. A workbook's single PMV is one entry, `Institutional`;
    /// which further places it binds is law, hence data, and not decided here.
    pub amounts: Vec<(CeilingColumn, ListedAmount)>,
    pub ips_margin: ListedMargin,
    /// `Circular 10 de 2020`, as printed.
    pub act: String,
    pub valid_from: Date,
    /// Total units of regulation in the pack, where the list states it, with their unit.
    pub regulated_content: Option<(Decimal, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListedKind {
    /// Precio máximo de venta: binds.
    Maximum,
    /// Sheet Precio_CUM: a reference price, or a maximum for a subset; never used to accuse.
    Reference,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedAmount {
    Pesos(Decimal),
    /// The list says in so many words that this column is not regulated.
    NotRegulated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedMargin {
    Pesos(Decimal),
    /// `No aplica ningún margen adicional`.
    DoesNotApply,
    /// The list does not say: the dated margin rules decide.
    Unstated,
}

/// A relevant market's price per unit of regulation (sheets Precio_MercadoRelevante, Precio_MVND).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMarket {
    pub id: String,
    /// One market can stand in several rows (634: two ATC codes).
    pub atc: Option<String>,
    pub ingredient: String,
    /// `Sólido - Oral`; empty when the list folds it into the ingredient (MVND).
    pub form_group: String,
    pub unit_price: Decimal,
    /// Normalised: `mg`, `mcg`, `g`, `UI`, `KUI`, `U`, `l`, `tablet`, `cycle`, `ddd`, `implant`, `syringe`, `dose`.
    pub unit: String,
    pub act: String,
    pub valid_from: Date,
    /// Medicamento vital no disponible.
    pub vital_not_available: bool,
}

/// One row of a published SISMED file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SismedReport {
    pub cum: Cum,
    pub period: Period,
    /// 1 makes or imports, 2 neither.
    pub actor_role: u8,
    pub operation: Operation,
    /// 1 to 5.
    pub transaction: u8,
    pub unit: InvoiceUnit,
    /// `None` where the file has a blank or a zero: missing, never a price of zero.
    pub minimum: Option<Decimal>,
    pub maximum: Option<Decimal>,
    pub units: Option<Decimal>,
    pub value: Option<Decimal>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// CM: compra.
    Purchase,
    /// VN: venta.
    Sale,
    /// RC: recobro.
    Reimbursement,
}

impl Operation {
    pub const ALL: [Self; 3] = [Self::Purchase, Self::Sale, Self::Reimbursement];

    /// The published code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Purchase => "CM",
            Self::Sale => "VN",
            Self::Reimbursement => "RC",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InvoiceUnit {
    /// A: commercial presentation (the pack).
    Pack,
    /// B: primary packaging unit.
    PrimaryPack,
    /// C: minimum dispensing unit.
    DispensingUnit,
    /// D: minimum concentration unit (the unit of regulation).
    RegulatedUnit,
}

/// One row of the Clic Salud thermometer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedThermometer {
    pub expediente: i32,
    pub ingredient: String,
    pub concentration: String,
    pub base_unit: String,
    pub dispensing_unit: String,
    pub brand: String,
    pub maker: String,
    pub description: String,
    pub channel: super::channel::Channel,
    pub price: Decimal,
    /// 1 Bajo, 2 Medio, 3 Alto, where published.
    pub published_level: Option<u8>,
}

/// One row of the CUM catalogue: a presentation x active ingredient x role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPresentation {
    pub cum: Cum,
    pub product: String,
    pub holder: String,
    pub registration: String,
    pub registration_state: String,
    pub description: String,
    /// `Activo` / `Inactivo`.
    pub active: bool,
    pub medical_sample: bool,
    /// cantidadcum and unidad: how much of what the pack holds.
    pub quantity: Option<Decimal>,
    pub quantity_unit: String,
    pub atc: String,
    pub atc_name: String,
    pub route: String,
    pub form: String,
    pub ingredient: String,
    /// cantidad and unidadmedida of the active per `unidadreferencia`.
    pub strength: Option<Decimal>,
    pub strength_unit: String,
    pub strength_reference: String,
    pub role_holder: String,
    pub role: String,
    pub modality: String,
    /// `None` where the catalogue has a blank, or something that is no IUM.
    pub ium: Option<Ium>,
}

/// One row of the benefit plan's list of medicines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedBenefit {
    /// As printed: one code, several with `/` between them, or a group (`A10BD`).
    pub atc: String,
    pub ingredient: String,
    /// Which forms and strengths are meant, in the list's words.
    pub forms: String,
    /// The clarifying text, where there is one.
    pub note: Option<String>,
    pub coverage: Coverage,
}

/// Who pays for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coverage {
    /// Financiado con recursos de la UPC.
    Financed,
    /// No financiado con recursos de la UPC (MIPRES).
    NotFinanced,
    /// Financiación condicionada.
    Conditioned,
    /// Excluido de la financiación con recursos públicos.
    Excluded,
}

impl Coverage {
    pub const ALL: [Self; 4] = [Self::Financed, Self::NotFinanced, Self::Conditioned, Self::Excluded];

    pub fn code(self) -> &'static str {
        match self {
            Self::Financed => "financed",
            Self::NotFinanced => "not_financed",
            Self::Conditioned => "conditioned",
            Self::Excluded => "excluded",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|coverage| coverage.code() == code)
    }
}

/// A CUM that SISPRO knows, whatever its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedCumCode {
    pub cum: Cum,
    pub enabled: bool,
}

/// An IUM that SISPRO knows; the table repeats many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedIumCode {
    pub ium: Ium,
    pub enabled: bool,
}

/// One row of INVIMA's list of what was let in as vital and not available. Who asked, how much and for which diagnosis is not taken over: a row
/// for one patient would tell of that person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAuthorisation {
    pub authorised_on: Date,
    pub request: ImportRequest,
    /// `None` where the list has none (several, or of a plant).
    pub ium: Option<Ium>,
    pub ingredient: AuthorisedIngredient,
    pub second: Option<AuthorisedIngredient>,
    pub form: Option<String>,
    pub brand: Option<String>,
    pub presentation: Option<String>,
}

/// An ingredient in the list's words; it may name several at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorisedIngredient {
    pub name: String,
    pub strength: Option<String>,
    pub unit: Option<String>,
}

/// For whom an authorisation to import was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportRequest {
    /// Paciente específico.
    OnePatient,
    /// Más de un paciente.
    SeveralPatients,
    /// Urgencia clínica.
    ClinicalUrgency,
}

impl ImportRequest {
    pub const ALL: [Self; 3] = [Self::OnePatient, Self::SeveralPatients, Self::ClinicalUrgency];

    pub fn code(self) -> &'static str {
        match self {
            Self::OnePatient => "one_patient",
            Self::SeveralPatients => "several_patients",
            Self::ClinicalUrgency => "clinical_urgency",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|request| request.code() == code)
    }
}

/// Pesos for one dollar of the United States (TRM), and the days for which they hold: both are included, as published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedRate {
    pub rate: Decimal,
    pub first_day: Date,
    pub last_day: Date,
}
