//! Rebuilds `medicine`: one row per presentation, from every source, inside the import's transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use deadpool_postgres::Transaction;
use tokio_postgres::{Row, types::Type};

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

async fn rebuild_with(tx: &Transaction<'_>, reported_cums: BTreeSet<Cum>) -> Result<(), StoreError> {
    let mut medicines = Medicines::new();
    catalogue(tx, &mut medicines).await?;
    for row in tx.query(statements::medicine_lists, &[]).await? {
        let listed = from_list(&row)?;
        let parsed = equivalence::read_description(&listed.description);
        medicine::add_list(&mut medicines, listed, parsed);
    }
    reported(tx, &reported_cums, &mut medicines).await?;
    tx.execute(statements::clear_medicines, &[]).await?;
    let mut bulk = CopyWriter::new(statements::copy_medicines, TYPES);
    for (cum, medicine) in medicines {
        if bulk.push(row(cum, medicine)) {
            bulk.flush(tx).await?;
        }
    }
    bulk.flush(tx).await
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

async fn catalogue(tx: &Transaction<'_>, medicines: &mut Medicines) -> Result<(), StoreError> {
    let mut groups: HashMap<(String, String), String> = HashMap::new();
    for row in tx.query(statements::medicine_form_groups, &[]).await? {
        groups.insert((fold(row.try_get("form")?), fold(row.try_get("route")?)), row.try_get("form_group")?);
    }
    let mut presentations: BTreeMap<Cum, Vec<ListedPresentation>> = BTreeMap::new();
    for row in tx.query(statements::medicine_catalogue, &[]).await? {
        let listed = presentation(&row)?;
        presentations.entry(listed.cum).or_default().push(listed);
    }
    for rows in presentations.values() {
        let Some(first) = rows.first() else { continue };
        let group = groups.get(&(fold(&first.form), fold(&first.route))).cloned();
        let key = equivalence::of_presentation(rows, group.as_deref());
        medicine::add_catalogue(medicines, rows, group, key);
    }
    Ok(())
}

async fn reported(tx: &Transaction<'_>, cums: &BTreeSet<Cum>, medicines: &mut Medicines) -> Result<(), StoreError> {
    remember_reported(tx, cums).await?;
    let mut names = HashMap::new();
    for row in tx.query(statements::medicine_names, &[]).await? {
        let expediente: i32 = row.try_get("expediente")?;
        names.insert(expediente, from_thermometer(&row)?);
    }
    for cum in cums {
        medicine::add_reported(medicines, *cum, names.get(&cum.expediente));
    }
    Ok(())
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
