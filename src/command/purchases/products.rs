//! The products that a text can mean, from published files.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Context;
use clap::Args;

use crate::{
    domain::{
        identifier::cum::Cum,
        item_text::{candidates::CandidateIndex, presentation::ProductRow},
        law::listed::{ListedPresentation, ListedRow},
        market::medicine::{self, Medicine, Medicines},
        reports::source_row::RowOutcome,
    },
    ingest::{read_catalogue, read_ceilings},
    read_model::search::synonyms,
};

#[derive(Debug, Args)]
pub struct ProductFiles {
    /// A list of ceilings, as `termometro import ceilings` reads it; again for another one
    #[arg(long, required = true, value_name = "FILE")]
    ceilings: Vec<PathBuf>,
    /// The registry's catalogue, again for another part; without it only products of the lists are candidates
    #[arg(long, value_name = "FILE")]
    catalogue: Vec<PathBuf>,
}

impl ProductFiles {
    pub fn index(&self) -> anyhow::Result<CandidateIndex> {
        let mut products = self.of_catalogue()?;
        for path in &self.ceilings {
            let mut each = |row: RowOutcome<ListedRow>| {
                if let RowOutcome::Accepted { row: ListedRow::Ceiling(row), .. } = row
                    && let Some(listed) = ProductRow::of_list(row.cum, &row.description)
                {
                    add_listed(&mut products, listed);
                }
                Ok(())
            };
            read_ceilings(path, &|_| {}, &mut each).with_context(|| path.display().to_string())?;
        }
        anyhow::ensure!(!products.is_empty(), "no product could be read from these files");
        Ok(CandidateIndex::build(products.into_values(), &synonyms::pairs()))
    }

    fn of_catalogue(&self) -> anyhow::Result<BTreeMap<Cum, ProductRow>> {
        let mut rows: BTreeMap<Cum, Vec<ListedPresentation>> = BTreeMap::new();
        for path in &self.catalogue {
            let mut each = |row: RowOutcome<ListedPresentation>| {
                if let RowOutcome::Accepted { row, .. } = row {
                    rows.entry(row.cum).or_default().push(row);
                }
                Ok(())
            };
            read_catalogue(path, &|_| {}, &mut each).with_context(|| path.display().to_string())?;
        }
        let mut medicines = Medicines::new();
        for rows in rows.values() {
            medicine::add_catalogue(&mut medicines, rows, None, None);
        }
        Ok(medicines.into_iter().map(|(cum, medicine)| (cum, registered(cum, medicine))).collect())
    }
}

fn registered(cum: Cum, medicine: Medicine) -> ProductRow {
    ProductRow {
        cum,
        brand: medicine.brand,
        description: medicine.description,
        list_description: None,
        holder: medicine.holder,
        registration: medicine.registration,
        ingredients: medicine.ingredients,
        strength: medicine.strength,
        form: medicine.form,
        route: medicine.route,
        form_group: medicine.form_group,
        dispensing_units: medicine.dispensing_units,
        iums: medicine.iums,
        medical_sample: medicine.medical_sample,
    }
}

/// A list adds to what the registry says of a product what its packs hold; of a later list the later description counts.
fn add_listed(products: &mut BTreeMap<Cum, ProductRow>, listed: ProductRow) {
    match products.get_mut(&listed.cum) {
        Some(known) => {
            known.list_description = listed.list_description;
            known.form_group = listed.form_group;
            known.dispensing_units = listed.dispensing_units;
        }
        None => {
            products.insert(listed.cum, listed);
        }
    }
}
