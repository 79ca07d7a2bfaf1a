//! The newest table of CUM codes, for registrations that no other source has.

use std::{collections::HashMap, sync::Arc};

use deadpool_postgres::GenericClient;
use tokio_postgres::Row;

use crate::{
    domain::identifier::{
        code_list::{CodeList, CodeStanding, Listing},
        cum::Cum,
    },
    store::postgres::{error::StoreError, statements},
};

/// A table of codes and its file.
#[derive(Clone)]
pub struct HeldCodeList {
    pub file: i64,
    pub list: Arc<CodeList>,
}

/// Registrations that were looked up; one without any code in the table has an empty list.
#[derive(Default)]
pub struct CodesById(HashMap<i32, Vec<(i32, bool)>>);

/// Kinds of source file.
pub const CUM_CODES: &str = "cum_codes";
pub const IUM_CODES: &str = "ium_codes";

impl HeldCodeList {
    /// The one that counts by the day it speaks for; `known` is the newest import that counts, None for all.
    pub async fn newest(client: &impl GenericClient, kind: &str, known: Option<i64>) -> Result<Option<Self>, StoreError> {
        let statement = client.prepare_cached(statements::law_code_list).await?;
        let row = client.query_opt(&statement, &[&kind, &known]).await?;
        row.as_ref().map(Self::of).transpose()
    }

    /// From a row of `law_code_list`.
    pub fn of(row: &Row) -> Result<Self, StoreError> {
        let list = CodeList { name: row.try_get("name")?, day: row.try_get("cut_date")? };
        Ok(Self { file: row.try_get("id")?, list: Arc::new(list) })
    }
}

impl CodesById {
    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn has_looked_up(&self, expediente: i32) -> bool {
        self.0.contains_key(&expediente)
    }

    /// `expedientes`: each once.
    pub async fn look_up(
        &mut self,
        client: &impl GenericClient,
        held: &HeldCodeList,
        expedientes: Vec<i32>,
    ) -> Result<(), StoreError> {
        if expedientes.is_empty() {
            return Ok(());
        }
        let statement = client.prepare_cached(statements::law_codes_of).await?;
        for row in client.query(&statement, &[&held.file, &expedientes]).await? {
            let code = (row.try_get("consecutive")?, row.try_get("enabled")?);
            self.0.entry(row.try_get("expediente")?).or_default().push(code);
        }
        for expediente in expedientes {
            self.0.entry(expediente).or_default();
        }
        Ok(())
    }

    /// `None`: its registration was not looked up.
    pub fn standing(&self, held: &HeldCodeList, cum: Cum) -> Option<CodeStanding> {
        let known = self.0.get(&cum.expediente)?;
        let enabled = known.iter().find(|(consecutive, _)| *consecutive == cum.consecutive).map(|(_, enabled)| *enabled);
        Some(CodeStanding { list: held.list.clone(), listing: Listing::of(enabled) })
    }
}
