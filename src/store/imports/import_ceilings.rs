//! Imports an official list of ceilings. What a workbook's single PMV binds is looked up, not assumed.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::types::Type;

use crate::{
    cells,
    domain::{
        identifier::{cum::Cum, text::fold},
        law::{
            act::{act_id, sample_act_id, sample_title},
            listed::{ListedAmount, ListedCeiling, ListedKind, ListedMargin, ListedMarket, ListedRow},
        },
        market::strength,
        reports::source_row::RowFault,
    },
    store::{
        catalogue::workbook_bindings::Bindings,
        postgres::{copy_writer::CopyWriter, error::StoreError, statements},
        transaction::import::Import,
    },
};

pub struct CeilingImport {
    ceilings: CopyWriter,
    markets: CopyWriter,
    holders: CopyWriter,
    groups: CopyWriter,
    bindings: Bindings,
    acts: HashSet<String>,
    /// Nearly always one row each; a list may state two prices.
    seen: HashMap<(ListedKind, Cum), Vec<ListedCeiling>>,
    /// Acts of invented lists have names of their own.
    sample: bool,
    today: Date,
    /// The first day of the newest act that has begun: an act may begin after its list is published.
    pub newest_act: Option<Date>,
}

pub const CEILING_TYPES: &[Type] = &[
    Type::INT8,
    Type::TEXT,
    Type::INT8,
    Type::TEXT,
    Type::INT4,
    Type::INT4,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::NUMERIC,
    Type::TEXT,
    Type::NUMERIC,
    Type::TEXT,
    Type::DATE,
    Type::NUMERIC,
    Type::NUMERIC,
    Type::TEXT,
];
pub const MARKET_TYPES: &[Type] = &[
    Type::INT8,
    Type::TEXT,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::NUMERIC,
    Type::TEXT,
    Type::TEXT,
    Type::DATE,
    Type::BOOL,
];
const CONTENTS_AT_ONCE: usize = 5_000;

impl CeilingImport {
    pub async fn begin(import: &Import<'_>, sample: bool, today: Date) -> Result<Self, StoreError> {
        Ok(Self {
            ceilings: CopyWriter::new(statements::copy_ceilings, CEILING_TYPES),
            markets: CopyWriter::new(statements::copy_market_prices, MARKET_TYPES),
            holders: CopyWriter::new(statements::copy_holder_standards, &[Type::INT8, Type::INT8, Type::TEXT, Type::TEXT]),
            groups: CopyWriter::new(statements::copy_form_groups, &[Type::INT8, Type::INT8, Type::TEXT, Type::TEXT, Type::TEXT]),
            bindings: Bindings::load(&import.tx).await?,
            acts: HashSet::new(),
            seen: HashMap::new(),
            sample,
            today,
            newest_act: None,
        })
    }

    pub async fn take(&mut self, import: &mut Import<'_>, line: u64, row: ListedRow) -> Result<(), StoreError> {
        let (file, at) = (import.file, i64::try_from(line).unwrap_or(i64::MAX));
        let full = match row {
            ListedRow::Ceiling(ceiling) => {
                let earlier = self.seen.entry((ceiling.kind, ceiling.cum)).or_default();
                if earlier.contains(&ceiling) {
                    return import.quarantined(repeated(line, &ceiling)).await;
                }
                earlier.push(ceiling.clone());
                self.ceiling(import, at, ceiling).await?
            }
            ListedRow::Market(market) => self.market(import, at, market).await?,
            ListedRow::Holder { registered, standard } => self.holders.push(cells![file, at, registered, standard]),
            ListedRow::FormGroup { form, route, group } => self.groups.push(cells![file, at, form, route, group]),
        };
        if full {
            self.flush(import).await?;
        }
        import.accepted();
        Ok(())
    }

    async fn ceiling(&mut self, import: &Import<'_>, line: i64, row: ListedCeiling) -> Result<bool, StoreError> {
        let act = self.act(import, &row.act, row.valid_from).await?;
        let description = strength::parse(&row.description);
        let dispensing_units = description.as_ref().map(|parsed| parsed.dispensing_units);
        let (margin_kind, margin) = match row.ips_margin {
            ListedMargin::Pesos(pesos) => ("pesos", Some(pesos)),
            ListedMargin::DoesNotApply => ("none", None),
            ListedMargin::Unstated => ("rule", None),
        };
        let (kind, sheet) = match row.kind {
            ListedKind::Maximum => ("maximum", "PMV_CUM"),
            ListedKind::Reference => ("reference", "Precio_CUM"),
        };
        let (content, unit) = row.regulated_content.clone().unzip();
        let mut full = false;
        for (column, amount) in self.bindings.bound(&act_id(&row.act), &row) {
            let amount = match amount {
                ListedAmount::Pesos(pesos) => Some(pesos),
                ListedAmount::NotRegulated => None,
            };
            full = self.ceilings.push(cells![
                import.file,
                sheet,
                line,
                kind,
                row.cum.expediente,
                row.cum.consecutive,
                row.market.clone(),
                row.description.clone(),
                column.code(),
                amount,
                margin_kind,
                margin,
                act.clone(),
                row.valid_from,
                dispensing_units,
                content,
                unit.clone(),
            ]);
        }
        Ok(full)
    }

    async fn market(&mut self, import: &Import<'_>, line: i64, row: ListedMarket) -> Result<bool, StoreError> {
        let act = self.act(import, &row.act, row.valid_from).await?;
        let sheet = if row.vital_not_available { "Precio_MVND" } else { "Precio_MercadoRelevante" };
        let folded = fold(&row.ingredient);
        Ok(self.markets.push(cells![
            import.file, sheet, line, row.id, row.atc, row.ingredient, folded, row.form_group, row.unit_price, row.unit, act,
            row.valid_from, row.vital_not_available,
        ]))
    }

    async fn act(&mut self, import: &Import<'_>, printed: &str, valid_from: Date) -> Result<String, StoreError> {
        let id = if self.sample { sample_act_id(printed) } else { act_id(printed) };
        self.newest_act = self.newest_act.max(Some(valid_from).filter(|day| *day <= self.today));
        if self.acts.insert(id.clone()) {
            let printed = printed.trim();
            if self.sample {
                let title = sample_title(printed);
                import.tx.execute(statements::insert_sample_act, &[&id, &title, &valid_from]).await?;
            } else {
                import
                    .tx
                    .execute(statements::insert_act_if_missing, &[&id, &printed, &valid_from, &"lista oficial importada"])
                    .await?;
            }
        }
        Ok(id)
    }

    pub async fn flush(&mut self, import: &Import<'_>) -> Result<(), StoreError> {
        self.ceilings.flush(&import.tx).await?;
        self.markets.flush(&import.tx).await?;
        self.holders.flush(&import.tx).await?;
        self.groups.flush(&import.tx).await
    }

    /// Where a list does not state the content of a pack in the market's unit, the description may: computed once, here.
    pub async fn fill_contents(&self, import: &Import<'_>) -> Result<(), StoreError> {
        let (mut ids, mut contents, mut units) = (Vec::new(), Vec::<Decimal>::new(), Vec::new());
        for row in import.tx.query(statements::ceilings_without_content, &[&import.file]).await? {
            let (description, ingredient): (&str, &str) = (row.try_get("description")?, row.try_get("ingredient")?);
            let unit: String = row.try_get("unit")?;
            let parsed = strength::parse(description);
            if let Some(content) = parsed.and_then(|parsed| strength::regulated_content(&parsed, ingredient, &unit)) {
                ids.push(row.try_get::<_, i64>("id")?);
                contents.push(content);
                units.push(unit);
            }
        }
        for start in (0..ids.len()).step_by(CONTENTS_AT_ONCE) {
            let end = (start + CONTENTS_AT_ONCE).min(ids.len());
            let (ids, contents, units) = (&ids[start..end], &contents[start..end], &units[start..end]);
            import.tx.execute(statements::set_ceiling_content, &[&ids, &contents, &units]).await?;
        }
        Ok(())
    }
}

/// The very same row again states nothing new. One that says something else is kept beside the first: then the list states two prices,
/// and the one more favourable to the seller binds.
fn repeated(line: u64, row: &ListedCeiling) -> RowFault {
    let (column, value) = (Some("CUM".to_owned()), row.cum.to_string());
    RowFault { sheet: None, line, column, value, reason: "cum_repeated_in_list" }
}
