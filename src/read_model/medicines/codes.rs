//! `show_code`: what the tables of codes, the lists and the catalogue have of one CUM or IUM.

use crate::{
    domain::identifier::{
        code_list::{CodeStanding, Listing, MedicineCode},
        cum::Cum,
        ium::Ium,
    },
    read_model::{ReadModel, statements},
    store::{
        catalogue::law_codes::{CUM_CODES, HeldCodeList, IUM_CODES},
        postgres::{connections::ReadConnection, error::StoreError},
    },
};

#[derive(Clone, Debug, Default)]
pub struct CodeView {
    pub code: String,
    /// `CUM` or `IUM`.
    pub kind: &'static str,
    /// `None`: no table of codes of this kind is held.
    pub standing: Option<CodeStanding>,
    /// A list of ceilings or the catalogue has it.
    pub in_our_lists: bool,
    pub medicines: Vec<Cum>,
    pub more_medicines: bool,
    /// Of a CUM.
    pub iums: Vec<String>,
}

const MEDICINES_MAX: usize = 1_000;
/// What says that a product is known, beside reports.
const LISTS: [&str; 2] = ["catalogue", "ceilings"];

impl ReadModel {
    pub async fn show_code(&self, code: &MedicineCode) -> Result<CodeView, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let view = match code {
            MedicineCode::Cum(cum) => of_cum(&mut connection, *cum).await?,
            MedicineCode::Ium(ium) => of_ium(&mut connection, ium).await?,
        };
        connection.end_snapshot().await?;
        Ok(view)
    }
}

impl ReadModel {
    /// The presentations to which the newest catalogue that has them gives an IUM, or any below it; in order of CUM.
    pub async fn medicines_of_ium(&self, ium: &Ium, limit: usize) -> Result<Vec<Cum>, StoreError> {
        let mut connection = self.database.read_connection().await?;
        medicines_of(&mut connection, ium, limit).await
    }
}

async fn medicines_of(connection: &mut ReadConnection, ium: &Ium, limit: usize) -> Result<Vec<Cum>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = connection.query(statements::medicines_of_ium, &[&ium.as_str(), &limit]).await?;
    rows.iter().map(|row| Ok(Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?))).collect()
}

async fn of_cum(connection: &mut ReadConnection, cum: Cum) -> Result<CodeView, StoreError> {
    let held = HeldCodeList::newest(connection.client()?, CUM_CODES, None).await?;
    let file = held.as_ref().map(|held| held.file);
    let mut view = CodeView { code: cum.to_string(), kind: "CUM", ..CodeView::default() };
    if let Some(row) = connection.query_opt(statements::code_of_cum, &[&cum.expediente, &cum.consecutive, &file]).await? {
        let listing = Listing::of(row.try_get("enabled")?);
        view.standing = held.map(|held| CodeStanding { list: held.list, listing });
        let sources: Option<Vec<String>> = row.try_get("sources")?;
        view.in_our_lists = sources.iter().flatten().any(|source| LISTS.contains(&source.as_str()));
        view.medicines.extend(sources.map(|_| cum));
        view.iums = row.try_get("iums")?;
    }
    Ok(view)
}

async fn of_ium(connection: &mut ReadConnection, ium: &Ium) -> Result<CodeView, StoreError> {
    let code = ium.as_str();
    let mut view = CodeView { code: code.to_owned(), kind: "IUM", ..CodeView::default() };
    if let Some(held) = HeldCodeList::newest(connection.client()?, IUM_CODES, None).await? {
        let row = connection.query_opt(statements::code_of_ium, &[&code, &held.file]).await?;
        let enabled = row.map(|row| row.try_get::<_, Option<bool>>("enabled")).transpose()?.flatten();
        view.standing = Some(CodeStanding { list: held.list, listing: Listing::of(enabled) });
    }
    view.medicines = medicines_of(connection, ium, MEDICINES_MAX + 1).await?;
    view.more_medicines = view.medicines.len() > MEDICINES_MAX;
    view.medicines.truncate(MEDICINES_MAX);
    view.in_our_lists = !view.medicines.is_empty();
    Ok(view)
}
