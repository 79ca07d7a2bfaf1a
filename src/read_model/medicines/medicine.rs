//! `show_medicine` and the catalogue side of `list_medicines`.

use tokio_postgres::Row;

use crate::{
    domain::{
        identifier::{cum::Cum, text::without_accents},
        market::medicine::Medicine,
    },
    read_model::{ReadModel, data_version::DataVersion, search::synonyms, statements},
    store::postgres::error::{StoreError, corrupt},
};

#[derive(Clone, Debug, Default)]
pub struct MedicineFilter {
    /// ATC class or its beginning.
    pub atc: Option<String>,
    /// Patterns of `LIKE`, of which an ingredient must match one: see `ingredient_patterns`.
    pub inn: Option<Vec<String>>,
    pub holder: Option<String>,
    pub regulated: Option<bool>,
    pub form: Option<String>,
    pub strength: Option<String>,
}

/// Part of an ingredient's name, or the beginning of a word that is another name of it. `part` is escaped.
pub fn ingredient_patterns(part: &str) -> Vec<String> {
    let others = synonyms::of_text(part).iter().flat_map(|other| [format!("{other}%"), format!("% {other}%")]);
    [format!("%{}%", without_accents(part))].into_iter().chain(others).collect()
}

impl ReadModel {
    /// With the version that it is of; `None` when no source knows the CUM.
    pub async fn show_medicine(&self, cum: Cum) -> Result<(DataVersion, Option<Medicine>), StoreError> {
        let known_before = self.database.latest_version.get();
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query_by_key(statements::medicine, &[&cum.expediente, &cum.consecutive]).await?;
        let row = rows.first().ok_or_else(|| corrupt("data_version", "no row"))?;
        let is_known = row.try_get::<_, Option<i32>>("expediente")?.is_some();
        let found = if is_known { Some(medicine(row)?.1) } else { None };
        Ok((self.version_beside(row, known_before)?, found))
    }

    /// Those that are sold, in order.
    pub(crate) async fn cums(&self, limit: i64) -> Result<Vec<Cum>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::cums, &[&limit]).await?;
        rows.iter().map(|row| Ok(Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?))).collect()
    }

    /// In order of CUM, after a CUM.
    pub async fn list_medicines(
        &self,
        filter: &MedicineFilter,
        after: Option<Cum>,
        limit: i64,
    ) -> Result<Vec<(Cum, Medicine)>, StoreError> {
        let MedicineFilter { atc, inn, holder, regulated, form, strength } = filter;
        let after = after.unwrap_or(Cum::new(0, 0));
        let mut connection = self.database.read_connection().await?;
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&after.expediente, &after.consecutive, atc, inn, holder, regulated, form, strength, &limit];
        connection.query(statements::medicines_page, params).await?.iter().map(medicine).collect()
    }

    /// Those of `cums` that pass the filter, in the order given.
    pub async fn medicines_in_order(&self, cums: &[Cum], filter: &MedicineFilter) -> Result<Vec<(Cum, Medicine)>, StoreError> {
        let MedicineFilter { atc, inn, holder, regulated, form, strength } = filter;
        let expedientes: Vec<i32> = cums.iter().map(|cum| cum.expediente).collect();
        let consecutives: Vec<i32> = cums.iter().map(|cum| cum.consecutive).collect();
        let mut connection = self.database.read_connection().await?;
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&expedientes, &consecutives, atc, inn, holder, regulated, form, strength];
        connection.query(statements::medicines_among, params).await?.iter().map(medicine).collect()
    }
}

pub fn medicine(row: &Row) -> Result<(Cum, Medicine), StoreError> {
    let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
    let medicine = Medicine {
        brand: row.try_get("brand")?,
        description: row.try_get("description")?,
        holder: row.try_get("holder")?,
        registration: row.try_get("registration")?,
        registration_state: row.try_get("registration_state")?,
        active: row.try_get("active")?,
        medical_sample: row.try_get("medical_sample")?,
        atc: row.try_get("atc")?,
        ingredients: row.try_get("ingredients")?,
        strength: row.try_get("strength")?,
        form: row.try_get("form")?,
        route: row.try_get("route")?,
        form_group: row.try_get("form_group")?,
        market: row.try_get("market")?,
        dispensing_units: row.try_get("dispensing_units")?,
        dispensing_unit: row.try_get("dispensing_unit")?,
        regulated_units: row.try_get("regulated_units")?,
        regulated_unit: row.try_get("regulated_unit")?,
        equivalence_key: row.try_get("equivalence_key")?,
        regulated: row.try_get("regulated")?,
        sources: row.try_get("sources")?,
        iums: row.try_get("iums")?,
    };
    Ok((cum, medicine))
}
