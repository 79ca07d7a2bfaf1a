//! Rebuilds `medicine`: one row per presentation, from every source, inside the import's transaction.

use std::collections::{BTreeSet, HashMap};

use deadpool_postgres::Transaction;
use tokio_postgres::{Portal, Row, types::Type};

use crate::{
    cells,
    domain::{
        identifier::{cum::Cum, text::fold},
        law::listed::ListedPresentation,
        market::{
            equivalence,
            medicine::{self, FromList, FromThermometer, Medicine, Medicines},
        },
    },
    store::{
        postgres::{copy_writer::CopyWriter, error::StoreError, statements},
        transaction::import::Import,
    },
};

/// Of a source, at once in memory.
const ROWS_AT_ONCE: i32 = 2_000;
const TYPES: &[Type] = &[
    Type::INT4,
    Type::INT4,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::BOOL,
    Type::BOOL,
    Type::TEXT,
    Type::TEXT_ARRAY,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::NUMERIC,
    Type::TEXT,
    Type::NUMERIC,
    Type::TEXT,
    Type::TEXT,
    Type::BOOL,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
];

pub async fn rebuild(import: &Import<'_>) -> Result<(), StoreError> {
    rebuild_in(&import.tx).await
}

/// The same in any transaction under the import lock.
pub async fn rebuild_in(tx: &Transaction<'_>) -> Result<(), StoreError> {
    rebuild_with(tx, cums(tx, statements::medicine_reported).await?).await
}

/// After reports ended: which presentations are named by reports is found out from those that count.
pub async fn rebuild_after_reports_ended(import: &Import<'_>) -> Result<(), StoreError> {
    let reported = cums(&import.tx, statements::reported_products).await?;
    import.tx.execute(statements::clear_reported_products, &[]).await?;
    rebuild_with(&import.tx, reported).await
}

/// Presentation by presentation, from sources that come in its order: of a country's catalogue only some thousand rows are in memory.
async fn rebuild_with(tx: &Transaction<'_>, reported_cums: BTreeSet<Cum>) -> Result<(), StoreError> {
    let groups = form_groups(tx).await?;
    remember_reported(tx, &reported_cums).await?;
    let names = names(tx).await?;
    tx.execute(statements::clear_medicines, &[]).await?;
    let mut catalogue = Pieces::open(tx, statements::medicine_catalogue).await?;
    let mut lists = Pieces::open(tx, statements::medicine_lists).await?;
    let mut reported = reported_cums.into_iter().peekable();
    let mut bulk = CopyWriter::new(statements::copy_medicines, TYPES);
    while let Some(cum) = [catalogue.cum(), lists.cum(), reported.peek().copied()].into_iter().flatten().min() {
        let mut one = Medicines::new();
        let listed = catalogue.take(cum).await?.iter().map(presentation).collect::<Result<Vec<_>, _>>()?;
        add_catalogue(&mut one, &listed, &groups);
        for row in lists.take(cum).await? {
            let listed = from_list(&row)?;
            let parsed = equivalence::read_description(&listed.description);
            medicine::add_list(&mut one, listed, parsed);
        }
        if reported.next_if_eq(&cum).is_some() {
            medicine::add_reported(&mut one, cum, names.get(&cum.expediente));
        }
        for (cum, medicine) in one {
            if bulk.push(row(cum, medicine)) {
                bulk.flush(tx).await?;
            }
        }
    }
    bulk.flush(tx).await
}

/// The rows of a statement that gives them presentation by presentation, fetched some thousand at a time.
struct Pieces<'a> {
    tx: &'a Transaction<'a>,
    portal: Portal,
    fetched: std::vec::IntoIter<Row>,
    next: Option<(Cum, Row)>,
    ended: bool,
}

impl<'a> Pieces<'a> {
    async fn open(tx: &'a Transaction<'a>, sql: &str) -> Result<Self, StoreError> {
        let portal = tx.bind(sql, &[]).await?;
        let mut pieces = Self { tx, portal, fetched: Vec::new().into_iter(), next: None, ended: false };
        pieces.advance().await?;
        Ok(pieces)
    }

    /// Of which presentation the next rows are.
    fn cum(&self) -> Option<Cum> {
        self.next.as_ref().map(|(cum, _)| *cum)
    }

    /// The rows of this presentation, if the next ones are.
    async fn take(&mut self, cum: Cum) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        while let Some((_, row)) = self.next.take_if(|(next, _)| *next == cum) {
            rows.push(row);
            self.advance().await?;
        }
        Ok(rows)
    }

    async fn advance(&mut self) -> Result<(), StoreError> {
        if self.fetched.len() == 0 && !self.ended {
            let rows = self.tx.query_portal(&self.portal, ROWS_AT_ONCE).await?;
            self.ended = rows.is_empty();
            self.fetched = rows.into_iter();
        }
        self.next = match self.fetched.next() {
            Some(row) => Some((Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?), row)),
            None => None,
        };
        Ok(())
    }
}

/// Presentations that new reports name; the same as a rebuild would make of them, without one. Answers those that are new or newly described.
pub async fn add_reported(tx: &Transaction<'_>, cums: &BTreeSet<Cum>) -> Result<BTreeSet<Cum>, StoreError> {
    remember_reported(tx, cums).await?;
    let (expedientes, consecutives) = numbers(cums);
    cums_of(&tx.query(statements::add_reported_medicines, &[&expedientes, &consecutives]).await?)
}

async fn remember_reported(tx: &Transaction<'_>, cums: &BTreeSet<Cum>) -> Result<(), StoreError> {
    let (expedientes, consecutives) = numbers(cums);
    tx.execute(statements::insert_reported_products, &[&expedientes, &consecutives]).await?;
    Ok(())
}

fn numbers(cums: &BTreeSet<Cum>) -> (Vec<i32>, Vec<i32>) {
    cums.iter().map(|cum| (cum.expediente, cum.consecutive)).unzip()
}

async fn cums(tx: &Transaction<'_>, statement: &str) -> Result<BTreeSet<Cum>, StoreError> {
    cums_of(&tx.query(statement, &[]).await?)
}

fn cums_of(rows: &[Row]) -> Result<BTreeSet<Cum>, StoreError> {
    rows.iter().map(|row| Ok(Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?))).collect()
}

/// By folded form and route.
type FormGroups = HashMap<(String, String), String>;

async fn form_groups(tx: &Transaction<'_>) -> Result<FormGroups, StoreError> {
    let mut groups = FormGroups::new();
    for row in tx.query(statements::medicine_form_groups, &[]).await? {
        groups.insert((fold(row.try_get("form")?), fold(row.try_get("route")?)), row.try_get("form_group")?);
    }
    Ok(groups)
}

/// `rows`: those of one presentation.
fn add_catalogue(medicines: &mut Medicines, rows: &[ListedPresentation], groups: &FormGroups) {
    let Some(first) = rows.first() else { return };
    let group = groups.get(&(fold(&first.form), fold(&first.route))).cloned();
    let key = equivalence::of_presentation(rows, group.as_deref());
    medicine::add_catalogue(medicines, rows, group, key);
}

/// By registration.
async fn names(tx: &Transaction<'_>) -> Result<HashMap<i32, FromThermometer>, StoreError> {
    let rows = tx.query(statements::medicine_names, &[]).await?;
    rows.iter().map(|row| Ok((row.try_get("expediente")?, from_thermometer(row)?))).collect()
}

fn from_list(row: &Row) -> Result<FromList, StoreError> {
    Ok(FromList {
        cum: Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?),
        description: row.try_get("description")?,
        market: row.try_get("market")?,
        binds: row.try_get::<_, &str>("kind")? == "maximum",
        atc: row.try_get("atc")?,
        dispensing_units: row.try_get("dispensing_units")?,
        regulated_units: row.try_get("regulated_units")?,
        regulated_unit: row.try_get("regulated_unit")?,
    })
}

fn from_thermometer(row: &Row) -> Result<FromThermometer, StoreError> {
    Ok(FromThermometer {
        brand: row.try_get("brand")?,
        ingredient: row.try_get("ingredient")?,
        maker: row.try_get("maker")?,
        concentration: row.try_get("concentration")?,
        dispensing_unit: row.try_get("dispensing_unit")?,
        description: row.try_get("description")?,
    })
}

fn presentation(row: &Row) -> Result<ListedPresentation, StoreError> {
    Ok(ListedPresentation {
        cum: Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?),
        product: row.try_get("product")?,
        holder: row.try_get("holder")?,
        registration: row.try_get("registration")?,
        registration_state: row.try_get("registration_state")?,
        description: row.try_get("description")?,
        active: row.try_get("active")?,
        medical_sample: row.try_get("medical_sample")?,
        ium: row.try_get::<_, Option<&str>>("ium")?.and_then(|ium| ium.parse().ok()),
        quantity: row.try_get("quantity")?,
        quantity_unit: row.try_get("quantity_unit")?,
        atc: row.try_get("atc")?,
        atc_name: row.try_get("atc_name")?,
        route: row.try_get("route")?,
        form: row.try_get("form")?,
        ingredient: row.try_get("ingredient")?,
        strength: row.try_get("strength")?,
        strength_unit: row.try_get("strength_unit")?,
        strength_reference: row.try_get("strength_reference")?,
        role_holder: row.try_get("role_holder")?,
        role: row.try_get("role")?,
        modality: row.try_get("modality")?,
    })
}

fn row(cum: Cum, medicine: Medicine) -> Vec<crate::store::postgres::copy_writer::CopyValue> {
    cells![
        cum.expediente, cum.consecutive, medicine.brand, medicine.description, medicine.holder, medicine.registration,
        medicine.registration_state, medicine.active, medicine.medical_sample, medicine.atc, medicine.ingredients,
        medicine.strength, medicine.form, medicine.route, medicine.form_group, medicine.market, medicine.dispensing_units,
        medicine.dispensing_unit, medicine.regulated_units, medicine.regulated_unit, medicine.equivalence_key,
        medicine.regulated, medicine.sources, medicine.iums,
    ]
}
