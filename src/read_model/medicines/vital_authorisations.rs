//! `list_vital_authorisations`: what INVIMA let in as vital and not available, as the list that counts has it.

use jiff::civil::Date;
use tokio_postgres::Row;

use crate::{
    domain::{
        identifier::ium::Ium,
        law::listed::{AuthorisedIngredient, ImportRequest, ListedAuthorisation},
    },
    read_model::{
        ReadModel,
        source_rows::{self, CeilingSource},
        statements,
    },
    store::postgres::error::{StoreError, corrupt},
};

#[derive(Clone, Debug, Default)]
pub struct AuthorisationFilter {
    /// Of a presentation: its IUM, and the key of the names of its ingredients.
    pub medicine: Option<(Vec<String>, String)>,
    /// This one or those below it.
    pub ium: Option<Ium>,
    /// Folded, as they follow each other in its names.
    pub words: Option<String>,
}

#[derive(Clone, Debug)]
pub struct AuthorisationView {
    pub listed: ListedAuthorisation,
    /// It has an IUM of the presentation asked for; without one nothing but the names of the ingredients agree.
    pub same_ium: bool,
    /// The day that the list speaks for.
    pub list_day: Option<Date>,
    pub source: CeilingSource,
}

impl ReadModel {
    /// `start`: how many come before.
    pub async fn list_vital_authorisations(
        &self,
        filter: &AuthorisationFilter,
        start: usize,
        limit: i64,
    ) -> Result<Vec<AuthorisationView>, StoreError> {
        let (iums, key) = filter.medicine.as_ref().map(|(iums, key)| (iums, key.as_str())).unzip();
        // Without names nothing agrees by them.
        let key = key.filter(|key| !key.is_empty());
        let (ium, words) = (filter.ium.as_ref().map(Ium::as_str), filter.words.as_deref());
        let start = i64::try_from(start).unwrap_or(i64::MAX);
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::vital_authorisations, &[&iums, &key, &ium, &words, &start, &limit]).await?;
        rows.iter().map(view).collect()
    }
}

fn view(row: &Row) -> Result<AuthorisationView, StoreError> {
    let (request, ium): (&str, Option<&str>) = (row.try_get("request")?, row.try_get("ium")?);
    let second: Option<String> = row.try_get("second_ingredient")?;
    let second = match second {
        Some(name) => {
            Some(AuthorisedIngredient { name, strength: row.try_get("second_strength")?, unit: row.try_get("second_unit")? })
        }
        None => None,
    };
    let ingredient = AuthorisedIngredient {
        name: row.try_get("ingredient")?,
        strength: row.try_get("strength")?,
        unit: row.try_get("strength_unit")?,
    };
    Ok(AuthorisationView {
        listed: ListedAuthorisation {
            authorised_on: row.try_get("authorised_on")?,
            request: ImportRequest::from_code(request).ok_or_else(|| corrupt("vital_authorisation", request))?,
            ium: ium.map(|ium| ium.parse().map_err(|_| corrupt("vital_authorisation", ium))).transpose()?,
            ingredient,
            second,
            form: row.try_get("form")?,
            brand: row.try_get("brand")?,
            presentation: row.try_get("presentation")?,
        },
        same_ium: row.try_get("same_ium")?,
        list_day: row.try_get("cut_date")?,
        source: source_rows::row_of_file(row)?,
    })
}
