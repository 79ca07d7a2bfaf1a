//! Writes a published act: its ceilings become law rows, the superseded validities end, and no two acts bind the same sale on one day.

use std::collections::{BTreeMap, BTreeSet};

use deadpool_postgres::Transaction;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::act_drafts::{StoredDraft, margin_columns};
use crate::{
    cells,
    domain::{
        identifier::{cum::Cum, text::fold},
        law::{
            act_draft::{DraftCeiling, DraftMarket},
            channel::{CeilingColumn, Place},
            rules::IpsMargin,
        },
        market::strength,
    },
    store::{
        imports::import_ceilings::{CEILING_TYPES, MARKET_TYPES},
        postgres::{
            copy_writer::CopyWriter,
            error::{StoreError, corrupt},
            statements,
        },
        transaction::import::Import,
    },
};

/// Another act binds the same sales.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    pub act: String,
    /// `cum:19914312-20` or `market:96`.
    pub subject: String,
    pub place: String,
    pub valid_from: Date,
}

/// The ceilings in force on the new act's first day, of all that the new act or one that it supersedes names.
#[derive(Clone, Debug, Default)]
pub struct InForce {
    /// Amount (`None`: not bound) and the act that states it.
    pub ceilings: BTreeMap<(Cum, CeilingColumn), (Option<Decimal>, String)>,
    /// Markets whose price is that of a superseded act.
    pub superseded_markets: Vec<String>,
}

/// Subject, channel and stage of everything that binds, in parallel lists.
struct Bound {
    subjects: Vec<String>,
    channels: Vec<&'static str>,
    stages: Vec<&'static str>,
}

pub async fn in_force(tx: &Transaction<'_>, stored: &StoredDraft) -> Result<InForce, StoreError> {
    let head = &stored.draft.head;
    let mut found = InForce::default();
    let expedientes: Vec<i32> = stored.draft.ceilings.iter().map(|row| row.cum.expediente).collect();
    for row in tx.query(statements::ceilings_in_force, &[&head.valid_from, &head.supersedes, &expedientes]).await? {
        let column: &str = row.try_get("column_code")?;
        let column: CeilingColumn = column.parse().map_err(|()| corrupt("ceiling", column))?;
        let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
        found.ceilings.insert((cum, column), (row.try_get("amount")?, row.try_get("act_id")?));
    }
    for row in tx.query(statements::markets_in_force, &[&head.valid_from, &head.supersedes]).await? {
        found.superseded_markets.push(row.try_get("market")?);
    }
    Ok(found)
}

impl InForce {
    /// The rows that end what the superseded acts bind and the new one does not name.
    pub fn withdrawn(&self, stored: &StoredDraft) -> Vec<DraftCeiling> {
        let named: BTreeSet<(Cum, CeilingColumn)> = stored.draft.ceilings.iter().map(|row| (row.cum, row.column)).collect();
        let superseded = |act: &String| stored.draft.head.supersedes.contains(act);
        let gone =
            self.ceilings.iter().filter(|(key, (amount, act))| amount.is_some() && superseded(act) && !named.contains(key));
        let ended = gone.map(|((cum, column), _)| DraftCeiling {
            line: 1,
            cum: *cum,
            column: *column,
            amount: None,
            margin: IpsMargin::None,
            market: None,
            description: String::new(),
            content: None,
        });
        ended.collect()
    }

    /// Markets that end with the superseded acts.
    pub fn withdrawn_markets(&self, stored: &StoredDraft) -> Vec<String> {
        let named: BTreeSet<&str> = stored.draft.markets.iter().map(|row| row.market.as_str()).collect();
        self.superseded_markets.iter().filter(|market| !named.contains(market.as_str())).cloned().collect()
    }
}

/// An act to be superseded that begins only after the new one: its own rows would win from that day on.
pub async fn superseded_act_starts_later(
    tx: &Transaction<'_>,
    stored: &StoredDraft,
) -> Result<Option<(String, Date)>, StoreError> {
    let head = &stored.draft.head;
    let row = tx.query_opt(statements::begins_later, &[&head.supersedes, &head.valid_from]).await?;
    row.map(|row| Ok((row.try_get("act_id")?, row.try_get("valid_from")?))).transpose()
}

/// Ends what is superseded. Then asks, before the constraint has to, who else binds there.
pub async fn end_superseded_and_find_overlap(
    tx: &Transaction<'_>,
    stored: &StoredDraft,
    import: i64,
) -> Result<Option<Overlap>, StoreError> {
    let head = &stored.draft.head;
    tx.execute(statements::cut_validities, &[&head.supersedes, &head.valid_from, &import]).await?;
    let Bound { subjects, channels, stages } = bound(stored);
    let row = tx.query_opt(statements::validity_overlaps, &[&subjects, &channels, &stages, &head.valid_from]).await?;
    if let Some(row) = row {
        let (channel, stage): (&str, &str) = (row.try_get("channel")?, row.try_get("stage")?);
        let (act, subject) = (row.try_get("act_id")?, row.try_get("subject")?);
        return Ok(Some(Overlap { act, subject, place: format!("{channel}/{stage}"), valid_from: row.try_get("valid_from")? }));
    }
    let keys: Vec<(i32, i32, &str)> =
        stored.draft.ceilings.iter().map(|row| (row.cum.expediente, row.cum.consecutive, row.column.code())).collect();
    let (expedientes, consecutives): (Vec<i32>, Vec<i32>) = keys.iter().map(|key| (key.0, key.1)).unzip();
    let columns: Vec<&str> = keys.iter().map(|key| key.2).collect();
    let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&expedientes, &consecutives, &columns, &head.valid_from, &head.act_id];
    let Some(row) = tx.query_opt(statements::listed_overlaps, params).await? else { return Ok(None) };
    let cum = Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?);
    let (act, place) = (row.try_get("act_id")?, row.try_get("column_code")?);
    Ok(Some(Overlap { act, subject: format!("cum:{cum}"), place, valid_from: row.try_get("valid_from")? }))
}

fn bound(stored: &StoredDraft) -> Bound {
    let mut bound = Bound { subjects: Vec::new(), channels: Vec::new(), stages: Vec::new() };
    let mut add = |subject: String, place: Place| {
        bound.subjects.push(subject);
        bound.channels.push(place.channel.code());
        bound.stages.push(place.stage.code());
    };
    for row in stored.draft.ceilings.iter().filter(|row| row.amount.is_some()) {
        let here = Place::ALL.into_iter().filter(|place| place.column() == row.column);
        here.for_each(|place| add(format!("cum:{}", row.cum), place));
    }
    for row in &stored.draft.markets {
        // A unit price binds institutional sales.
        let here = Place::ALL.into_iter().filter(|place| place.column() == CeilingColumn::Institutional);
        here.for_each(|place| add(format!("market:{}", row.market), place));
    }
    bound
}

/// Writes the act's rows as those of a list of its own.
pub async fn write(
    import: &Import<'_>,
    stored: &StoredDraft,
    withdrawn: &[DraftCeiling],
    withdrawn_markets: &[String],
) -> Result<(), StoreError> {
    let (tx, head) = (&import.tx, &stored.draft.head);
    let Bound { subjects, channels, stages } = bound(stored);
    let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&head.act_id, &subjects, &channels, &stages, &head.valid_from, &import.file];
    tx.execute(statements::insert_validities, params).await?;
    let mut ceilings = CopyWriter::new(statements::copy_ceilings, CEILING_TYPES);
    for row in stored.draft.ceilings.iter().chain(withdrawn) {
        if ceilings.push(ceiling_cells(import.file, stored, row)) {
            ceilings.flush(tx).await?;
        }
    }
    ceilings.flush(tx).await?;
    let mut markets = CopyWriter::new(statements::copy_market_prices, MARKET_TYPES);
    for row in &stored.draft.markets {
        if markets.push(market_cells(import.file, stored, row)) {
            markets.flush(tx).await?;
        }
    }
    markets.flush(tx).await?;
    tx.execute(statements::end_markets, &[&import.file, &withdrawn_markets, &head.act_id, &head.valid_from]).await?;
    Ok(())
}

fn ceiling_cells(file: i64, stored: &StoredDraft, row: &DraftCeiling) -> Vec<crate::store::postgres::copy_writer::CopyValue> {
    let head = &stored.draft.head;
    let (margin_kind, margin) = margin_columns(row.margin);
    let (content, unit) = row.content.clone().unzip();
    let dispensing_units = strength::parse(&row.description).map(|parsed| parsed.dispensing_units);
    cells![
        file,
        None::<String>,
        row.line,
        "maximum",
        row.cum.expediente,
        row.cum.consecutive,
        row.market.clone(),
        row.description.clone(),
        row.column.code(),
        row.amount,
        margin_kind,
        margin,
        head.act_id.clone(),
        head.valid_from,
        dispensing_units,
        content,
        unit,
    ]
}

fn market_cells(file: i64, stored: &StoredDraft, row: &DraftMarket) -> Vec<crate::store::postgres::copy_writer::CopyValue> {
    let head = &stored.draft.head;
    let DraftMarket { line, market, atc, ingredient, form_group, unit_price, unit } = row.clone();
    let (folded, act, from) = (fold(&ingredient), head.act_id.clone(), head.valid_from);
    let unit_price = Some(unit_price);
    cells![file, None::<String>, line, market, atc, ingredient, folded, form_group, unit_price, unit, act, from, false]
}

/// The ingredients by which lists name the draft's markets.
pub async fn ingredients(tx: &Transaction<'_>, stored: &StoredDraft) -> Result<BTreeMap<String, String>, StoreError> {
    let markets: Vec<&str> = stored.draft.rows_by_market().into_keys().collect();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for row in tx.query(statements::known_market_ingredients, &[&markets]).await? {
        let (market, ingredient): (String, String) = (row.try_get("market")?, row.try_get("ingredient")?);
        // Of several spellings always the same one.
        let held = names.entry(market).or_insert_with(|| ingredient.clone());
        if ingredient < *held {
            *held = ingredient;
        }
    }
    Ok(names)
}

/// The registrations whose verdicts may change; `None` when any may: a market of another ingredient casts doubt on others.
pub async fn affected_registrations(
    tx: &Transaction<'_>,
    stored: &StoredDraft,
    withdrawn: &[DraftCeiling],
    withdrawn_markets: &[String],
) -> Result<Option<Vec<i32>>, StoreError> {
    let mut markets: Vec<&str> = stored.draft.markets.iter().map(|row| row.market.as_str()).collect();
    let mut known: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in tx.query(statements::known_market_ingredients, &[&markets]).await? {
        known.entry(row.try_get("market")?).or_default().push((row.try_get("atc")?, row.try_get("ingredient")?));
    }
    let familiar = |row: &DraftMarket| {
        let this = (row.atc.clone().unwrap_or_default(), row.ingredient.clone());
        known.get(&row.market).is_some_and(|known| known.contains(&this))
    };
    if !stored.draft.markets.iter().all(familiar) {
        return Ok(None);
    }
    let mut expedientes: BTreeSet<i32> = stored.draft.ceilings.iter().chain(withdrawn).map(|row| row.cum.expediente).collect();
    markets.extend(withdrawn_markets.iter().map(String::as_str));
    for row in tx.query(statements::expedientes_of_markets, &[&markets]).await? {
        expedientes.insert(row.try_get("expediente")?);
    }
    Ok(Some(expedientes.into_iter().collect()))
}
