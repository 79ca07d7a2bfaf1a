//! The presentations of the catalogue, with the columns that the law uses.

use std::collections::HashMap;

use deadpool_postgres::GenericClient;
use futures_util::TryStreamExt;
use rust_decimal::Decimal;
use tokio_postgres::types::ToSql;

use crate::{
    domain::{
        identifier::cum::Cum,
        law::{lawbook::RegulationStatus, market_index::MarketIndex},
    },
    store::postgres::{
        error::{StoreError, corrupt},
        statements,
    },
};

/// What the catalogue says, in order of CUM; what is known of a product's market is kept once for all that share it.
#[derive(Default)]
pub struct Products {
    list: Vec<Product>,
    /// Where the presentations of a registration begin and end.
    places: HashMap<i32, (u32, u32)>,
    pub knowledge: Vec<RegulationStatus>,
}

pub struct Product {
    pub cum: Cum,
    /// Position in `Products::knowledge`.
    pub knowledge: usize,
    pub dispensing_units: Option<Decimal>,
    /// As the newest catalogue that has it says.
    pub medical_sample: bool,
}

impl Products {
    /// Registrations that are not here yet. `None`: more than can be counted.
    pub fn append(&mut self, more: Self) -> Option<()> {
        let before = self.knowledge.len();
        self.knowledge.extend(more.knowledge);
        more.list.into_iter().try_for_each(|product| self.add(Product { knowledge: product.knowledge + before, ..product }))
    }

    pub fn of(&self, expediente: i32) -> &[Product] {
        let place = self.places.get(&expediente).and_then(|(start, end)| self.list.get(*start as usize..*end as usize));
        place.unwrap_or_default()
    }

    /// In order of CUM.
    pub fn all(&self) -> &[Product] {
        &self.list
    }

    pub fn find(&self, cum: Cum) -> Option<&Product> {
        self.of(cum.expediente).iter().find(|product| product.cum == cum)
    }

    pub(super) fn add(&mut self, product: Product) -> Option<()> {
        let at = u32::try_from(self.list.len()).ok()?;
        self.places.entry(product.cum.expediente).or_insert((at, at)).1 = at + 1;
        self.list.push(product);
        Some(())
    }
}

/// Row by row: the whole catalogue at once would be a hundred megabytes.
pub async fn products(
    client: &impl GenericClient,
    markets: &MarketIndex,
    expedientes: Option<Vec<i32>>,
    known: Option<i64>,
) -> Result<Products, StoreError> {
    let sql = if expedientes.is_some() { statements::law_products_of } else { statements::law_products };
    let statement = client.prepare_cached(sql).await?;
    let mut params: Vec<Box<dyn ToSql + Sync + Send>> = Vec::new();
    params.extend(expedientes.map(|some| Box::new(some) as Box<dyn ToSql + Sync + Send>));
    params.push(Box::new(known));
    let mut rows = std::pin::pin!(client.query_raw(&statement, params).await?);
    let mut products = Products::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    while let Some(row) = rows.try_next().await? {
        let ingredients: Vec<String> = row.try_get("ingredients")?;
        let known = markets.knowledge(row.try_get("atc")?, &ingredients);
        let what = if let RegulationStatus::ProvenUnregulated { what } = &known { what.as_str() } else { "" };
        let knowledge = match places.get(what) {
            Some(place) => *place,
            None => {
                places.insert(what.to_owned(), products.knowledge.len());
                products.knowledge.push(known);
                products.knowledge.len() - 1
            }
        };
        let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
        let (dispensing_units, medical_sample) = (row.try_get("dispensing_units")?, row.try_get("medical_sample")?);
        let product = Product { cum, knowledge, dispensing_units, medical_sample };
        products.add(product).ok_or_else(|| corrupt("catalogue_row", "too many rows"))?;
    }
    Ok(products)
}
