//! What prices of a source are for where its lines do not say it, by a dated table: of a seller, of a kind of document, or of both.

use std::{collections::HashMap, sync::Arc};

use super::{
    document::{DocumentKind, InvoiceDocument},
    settled::SETTLED,
};
use crate::domain::{
    calendar::{period::Period, valid_days::ValidDays},
    identifier::nit::Nit,
    verdict::comparison::Per,
};

/// A row of the table: it names a seller, a kind, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitConvention {
    pub seller: Option<Nit>,
    pub kind: Option<DocumentKind>,
    pub per: Per,
    pub valid: ValidDays,
    /// Where that was read.
    pub citation: String,
}

/// Whence the unit of a line that states none is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConventionOrigin {
    Request,
    Table(Arc<UnitConvention>),
    /// Settled for this very text.
    Settled,
}

impl ConventionOrigin {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Table(_) => "convention_table",
            Self::Settled => SETTLED,
        }
    }
}

/// A convention as it applies to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedConvention {
    pub per: Per,
    pub origin: ConventionOrigin,
}

/// The rows of some sellers, and those that name none.
#[derive(Clone, Debug, Default)]
pub struct ConventionTable(HashMap<Option<Nit>, Vec<Arc<UnitConvention>>>);

impl ConventionTable {
    pub fn new(rows: impl IntoIterator<Item = UnitConvention>) -> Self {
        let mut table = Self::default();
        for row in rows {
            table.0.entry(row.seller).or_default().push(Arc::new(row));
        }
        table
    }

    /// What the request says comes first; then the table in all of the period: of seller and kind, of the seller, of the kind. Of the first of
    /// them that has rows all must agree.
    pub fn applied(&self, stated: Option<Per>, document: &InvoiceDocument, period: Option<Period>) -> Option<AppliedConvention> {
        if let Some(per) = stated {
            return Some(AppliedConvention { per, origin: ConventionOrigin::Request });
        }
        let (seller, kind, period) = (document.seller, Some(document.kind), period?);
        let own = seller.into_iter().flat_map(|seller| [(Some(seller), kind), (Some(seller), None)]);
        let mut found = own.chain([(None, kind)]).map(|(seller, kind)| self.rows(seller, kind, period));
        let rows = found.find(|rows| !rows.is_empty())?;
        let first = rows.first()?;
        let agreed = rows.iter().all(|row| row.per == first.per);
        agreed.then(|| AppliedConvention { per: first.per, origin: ConventionOrigin::Table(Arc::clone(first)) })
    }

    fn rows(&self, seller: Option<Nit>, kind: Option<DocumentKind>, period: Period) -> Vec<&Arc<UnitConvention>> {
        let of_seller = self.0.get(&seller).map(Vec::as_slice).unwrap_or_default();
        of_seller.iter().filter(|row| row.kind == kind && row.valid.hold_throughout(period)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn row(seller: Option<&str>, kind: Option<DocumentKind>, per: Per, from: i16) -> UnitConvention {
        let valid = ValidDays { from: date(from, 1, 1), until: None };
        UnitConvention { seller: seller.map(|nit| nit.parse().unwrap()), kind, per, valid, citation: "x".to_owned() }
    }

    #[test]
    fn the_nearest_rows_decide_and_must_agree() {
        const SELLER: &str = "860002964";
        let table = ConventionTable::new([
            row(None, Some(DocumentKind::RipsBill), Per::DispensingUnit, 2020),
            row(Some(SELLER), None, Per::Pack, 2020),
            row(Some(SELLER), Some(DocumentKind::PurchaseList), Per::PrimaryPack, 2020),
            row(Some(SELLER), Some(DocumentKind::PurchaseList), Per::Pack, 2022),
        ]);
        let applied = |seller: Option<&str>, kind, day: &str, stated| {
            let mut document = InvoiceDocument::new("a".into(), kind);
            document.seller = seller.map(|nit| nit.parse().unwrap());
            let found = table.applied(stated, &document, Period::parse(day).ok());
            found.map(|found| (found.per, found.origin.code()))
        };
        let by_table = |per| Some((per, "convention_table"));
        assert_eq!(applied(None, DocumentKind::RipsBill, "2020-06-15", None), by_table(Per::DispensingUnit));
        assert_eq!(applied(Some(SELLER), DocumentKind::RipsBill, "2020-06-15", None), by_table(Per::Pack));
        assert_eq!(applied(Some(SELLER), DocumentKind::PurchaseList, "2020-06-15", None), by_table(Per::PrimaryPack));
        assert_eq!(applied(Some(SELLER), DocumentKind::PurchaseList, "2022-06-15", None), None, "two that differ");
        assert_eq!(applied(None, DocumentKind::Invoice, "2020-06-15", None), None);
        assert_eq!(applied(Some(SELLER), DocumentKind::Invoice, "2019-06-15", None), None);
        let stated = Some(Per::RegulatedUnit);
        assert_eq!(applied(None, DocumentKind::RipsBill, "2020-06-15", stated), Some((Per::RegulatedUnit, "request")));
    }
}
