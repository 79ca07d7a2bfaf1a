//! The benefit plan's list that is in force, market by market, as the law uses it.

use std::sync::Arc;

use deadpool_postgres::GenericClient;
use jiff::civil::Date;

use crate::{
    domain::law::{
        financing::{BenefitPlan, ListedFinancing},
        listed::{Coverage, ListedBenefit},
    },
    store::postgres::{
        error::{StoreError, corrupt},
        statements,
    },
};

/// The list, its name, and the day for which it speaks.
pub struct HeldPlan {
    plan: BenefitPlan,
    name: String,
    day: Option<Date>,
}

impl HeldPlan {
    /// `None`: no list of the plan is held. `known`: the newest import that counts, None for all.
    pub async fn load(client: &impl GenericClient, known: Option<i64>) -> Result<Option<Self>, StoreError> {
        let statement = client.prepare_cached(statements::law_benefit_plan).await?;
        let rows = client.query(&statement, &[&known]).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let (name, day) = (first.try_get("name")?, first.try_get("cut_date")?);
        let mut list = Vec::with_capacity(rows.len());
        for row in &rows {
            let coverage: &str = row.try_get("coverage")?;
            list.push(ListedBenefit {
                atc: row.try_get("atc")?,
                ingredient: row.try_get("ingredient")?,
                forms: row.try_get("forms")?,
                note: row.try_get("note")?,
                coverage: Coverage::from_code(coverage).ok_or_else(|| corrupt("benefit_plan_row", coverage))?,
            });
        }
        Ok(Some(Self { plan: BenefitPlan::new(list), name, day }))
    }

    /// What the list says of a market, by its ATC code, else by its ingredient.
    pub fn financing(&self, atc: &str, ingredient: &str) -> Arc<ListedFinancing> {
        let standing = self.plan.financing(atc, ingredient).standing;
        Arc::new(ListedFinancing { standing, list: self.name.clone(), day: self.day })
    }
}
