//! Our own dated table of what prices of a source are for where its lines do not say it: of a seller, of a kind of document, or of both.

use super::dated_row::{stated, valid_days};
use crate::{
    domain::{
        identifier::nit::Nit,
        invoices::{conventions::UnitConvention, document::DocumentKind},
        reports::source_row::RowFault,
        verdict::comparison::Per,
    },
    ingest::table::{
        columns::{Extras, Layout, columns},
        layout::TableLayout,
        row::Row,
    },
};

columns!(COLUMNS:
    PER required "precio_por" | "price_per",
    SELLER blank "nit_vendedor" | "seller_nit",
    KIND blank "clase_de_documento" | "document_kind",
    FIRST_DAY required "primer_dia" | "first_day",
    LAST_DAY blank "ultimo_dia" | "last_day",
    CITATION required "fuente" | "source",
);

/// Notes are never judged, and a SISMED row states its unit.
const KINDS: &[(&str, DocumentKind)] = &[
    ("factura", DocumentKind::Invoice),
    ("lista de compras", DocumentKind::PurchaseList),
    ("rips", DocumentKind::RipsBill),
    ("invoice", DocumentKind::Invoice),
    ("purchase_list", DocumentKind::PurchaseList),
    ("rips_bill", DocumentKind::RipsBill),
];
const UNITS: &[(&str, Per)] = &[
    ("presentación", Per::Pack),
    ("empaque primario", Per::PrimaryPack),
    ("unidad de dispensación", Per::DispensingUnit),
    ("unidad de regulación", Per::RegulatedUnit),
    ("pack", Per::Pack),
    ("primary_pack", Per::PrimaryPack),
    ("dispensing_unit", Per::DispensingUnit),
    ("regulated_unit", Per::RegulatedUnit),
];

pub const UNIT_CONVENTIONS: TableLayout<UnitConvention> = TableLayout {
    layout: Layout { code: "termometro-unit-conventions", columns: COLUMNS, extras: Extras::Reported },
    days: &[FIRST_DAY, LAST_DAY],
    ..TableLayout::with(read)
};

fn read(row: &Row<'_>) -> Result<UnitConvention, RowFault> {
    let seller: Option<Nit> = match row.whole(SELLER) {
        "" => None,
        nit => Some(nit.parse().map_err(|_| row.fault(SELLER, "not_a_nit"))?),
    };
    let convention = UnitConvention {
        seller,
        kind: stated(row, KIND, KINDS)?,
        per: row.code(PER, UNITS)?,
        valid: valid_days(row, FIRST_DAY, LAST_DAY)?,
        citation: row.required_text(CITATION)?,
    };
    if convention.seller.is_none() && convention.kind.is_none() {
        return Err(row.row_fault("says_nothing"));
    }
    Ok(convention)
}
