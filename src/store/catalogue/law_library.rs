//! Loads the law into domain values: one registration for a question, or everything for an import.

use std::{collections::HashMap, sync::Arc};

use deadpool_postgres::GenericClient;
use tokio_postgres::{Row, types::ToSql};

use super::{
    law_benefit_plan::HeldPlan,
    law_codes::{CUM_CODES, CodesById, HeldCodeList},
    law_products::{Products, products},
};
use crate::{
    domain::{
        identifier::{code_list::CodeStanding, cum::Cum},
        law::{
            basis::LawQuestion,
            lawbook::{
                ApplicableLaw, CeilingStatement, CompleteList, ListEdition, MarketStatement, ProductLaw, RegulationStatus,
            },
            market_index::MarketIndex,
            rules::{Facts, IpsMargin, MarginRule, Rules},
        },
    },
    store::postgres::{
        error::{StoreError, corrupt},
        statements,
    },
};

/// The law of the requested registrations.
pub struct LawRepository {
    pub rules: Rules,
    pub(super) known: Option<i64>,
    pub(super) markets: Arc<MarketIndex>,
    /// `None`: no list of the benefit plan is held.
    pub(super) plan: Option<Arc<HeldPlan>>,
    pub(super) books: HashMap<i32, ProductLaw>,
    pub(super) products: Products,
    /// The newest table of CUM codes, where one is held.
    pub(super) code_list: Option<HeldCodeList>,
    pub(super) codes: CodesById,
    /// For registrations that no list names.
    pub(super) empty: ProductLaw,
}

/// The law that is common to all registrations, cached as long as the data do not change.
#[derive(Clone)]
pub struct CommonLaw {
    rules: Rules,
    /// The newest import that counts; `None` for all.
    pub known: Option<i64>,
    markets: Arc<MarketIndex>,
    plan: Option<Arc<HeldPlan>>,
    code_list: Option<HeldCodeList>,
    empty: ProductLaw,
}

impl LawRepository {
    /// `expedientes` None loads all; `known` is the newest import that counts, None for all.
    pub async fn load(
        client: &impl GenericClient,
        max_age_days: i32,
        expedientes: Option<&[i32]>,
        known: Option<i64>,
    ) -> Result<Self, StoreError> {
        let mut library = Self::begin(client, max_age_days, known).await?;
        library.add(client, expedientes).await?;
        Ok(library)
    }

    /// What holds for every registration; the registrations come with `add`.
    pub async fn begin(client: &impl GenericClient, max_age_days: i32, known: Option<i64>) -> Result<Self, StoreError> {
        let rows = query(client, statements::law_margin_rules, &[]).await?;
        let margin_rules = rows.iter().map(margin_rule).collect::<Result<_, _>>()?;
        let rows = query(client, statements::law_complete_lists, &[&known]).await?;
        let complete_lists: Vec<CompleteList> = rows.iter().map(complete_list).collect::<Result<_, _>>()?;
        let mut markets = MarketIndex::default();
        for row in query(client, statements::law_market_index, &[&known]).await? {
            markets.add(row.try_get("atc")?, row.try_get("ingredient")?);
        }
        let rows = query(client, statements::law_list_editions, &[&known]).await?;
        let editions: Vec<ListEdition> = rows.iter().map(edition).collect::<Result<_, _>>()?;
        let plan = HeldPlan::load(client, known).await?.map(Arc::new);
        let code_list = HeldCodeList::newest(client, CUM_CODES, known).await?;
        let (rules, empty) = (
            Rules { max_age_days, margin_rules },
            ProductLaw { complete_lists, editions: Arc::new(editions), ..ProductLaw::default() },
        );
        Ok(Self::from(CommonLaw { rules, known, markets: Arc::new(markets), plan, code_list, empty }))
    }

    pub fn common(&self) -> CommonLaw {
        let (rules, markets, plan, code_list) =
            (self.rules.clone(), self.markets.clone(), self.plan.clone(), self.code_list.clone());
        CommonLaw { rules, known: self.known, markets, plan, code_list, empty: self.empty.clone() }
    }

    /// Registrations that are not here yet.
    pub async fn add(&mut self, client: &impl GenericClient, expedientes: Option<&[i32]>) -> Result<(), StoreError> {
        let known = self.known;
        let expedientes = expedientes.map(each_once);
        let listed = async {
            match &expedientes {
                Some(some) => query(client, statements::law_statements_of, &[some, &known]).await,
                None => query(client, statements::law_statements, &[&known]).await,
            }
        };
        // Both queries run at the same time.
        let (rows, more) = tokio::try_join!(listed, products(client, &self.markets, expedientes.clone(), known))?;
        let statements: Vec<CeilingStatement> = rows.iter().map(statement).collect::<Result<_, _>>()?;
        let wanted: Option<Vec<&str>> = expedientes.is_some().then(|| {
            let mut wanted: Vec<&str> = statements.iter().filter_map(|s| s.market.as_deref()).collect();
            wanted.sort_unstable();
            wanted.dedup();
            wanted
        });
        let none = wanted.as_ref().is_some_and(Vec::is_empty);
        let rows = if none { Vec::new() } else { query(client, statements::law_markets, &[&wanted, &known]).await? };
        let markets: Vec<MarketStatement> = rows.iter().map(|row| market(row, self.plan.as_deref())).collect::<Result<_, _>>()?;
        self.products.append(more).ok_or_else(|| corrupt("catalogue_row", "too many presentations"))?;
        self.books.extend(books(statements, &markets, &self.empty));
        match &expedientes {
            Some(some) => self.add_codes(client, some).await,
            None => Ok(()),
        }
    }

    /// What the table of codes has of those registrations that nothing else knows. All of the law does not bring it: the table is long.
    async fn add_codes(&mut self, client: &impl GenericClient, expedientes: &[i32]) -> Result<(), StoreError> {
        let unknown = expedientes.iter().copied().filter(|expediente| !self.knows_registration(*expediente)).collect();
        self.look_up_codes(client, unknown).await
    }

    /// The same for presentations that nothing else knows, also where another one of their registration is known.
    pub(crate) async fn add_codes_of(&mut self, client: &impl GenericClient, cums: &[Cum]) -> Result<(), StoreError> {
        let unknown = cums.iter().filter(|cum| !self.knows_presentation(**cum)).map(|cum| cum.expediente).collect();
        self.look_up_codes(client, unknown).await
    }

    /// What it has of whole registrations, each once.
    pub(crate) async fn look_up_codes(
        &mut self,
        client: &impl GenericClient,
        mut expedientes: Vec<i32>,
    ) -> Result<(), StoreError> {
        let Some(held) = &self.code_list else { return Ok(()) };
        expedientes.retain(|expediente| !self.codes.has_looked_up(*expediente));
        self.codes.look_up(client, held, each_once(&expedientes)).await
    }

    /// Lets the registrations go, and keeps what holds for all.
    pub fn clear(&mut self) {
        self.books.clear();
        self.products = Products::default();
        self.codes.clear();
    }

    pub fn book(&self, cum: Cum) -> &ProductLaw {
        self.books.get(&cum.expediente).unwrap_or(&self.empty)
    }

    /// True when any source names this presentation or its registration.
    pub(crate) fn knows(&self, cum: Cum) -> bool {
        self.knows_registration(cum.expediente)
    }

    fn knows_registration(&self, expediente: i32) -> bool {
        self.books.contains_key(&expediente) || !self.products.of(expediente).is_empty()
    }

    /// True when any source names this very presentation.
    fn knows_presentation(&self, cum: Cum) -> bool {
        self.book(cum).statements.iter().any(|statement| statement.cum == cum) || self.products.find(cum).is_some()
    }

    /// Whether what is said of this presentation rests on a table of codes, which must have been looked into.
    pub(crate) fn rests_on_codes(&self, cum: Cum) -> bool {
        self.code_list.is_some() && !self.knows_presentation(cum)
    }

    fn code_standing(&self, cum: Cum) -> Option<CodeStanding> {
        let held = self.code_list.as_ref().filter(|_| !self.knows_presentation(cum))?;
        self.codes.standing(held, cum)
    }

    /// What the law says of one sale.
    pub fn view(&self, question: &LawQuestion) -> ApplicableLaw {
        let cum = question.cum;
        let code = self.code_standing(cum).map(|standing| standing.on(&question.period));
        let facts = Facts { code, ..self.catalogue_facts(cum) };
        self.book(cum).view(question, &self.rules, self.known(cum), &facts)
    }

    /// The registrations that some list names.
    pub(crate) fn registrations(&self) -> impl Iterator<Item = i32> {
        self.books.keys().copied()
    }

    /// True when some list names the registration.
    pub fn names(&self, cum: Cum) -> bool {
        self.books.contains_key(&cum.expediente)
    }

    pub fn known(&self, cum: Cum) -> &RegulationStatus {
        // All presentations of one registration hold the same medicine.
        let own = self.products.of(cum.expediente);
        match own.iter().find(|product| product.cum == cum).or(own.first()) {
            None => &RegulationStatus::UnknownProduct,
            Some(_) if self.names(cum) => &RegulationStatus::PossiblyRegulated,
            Some(product) => self.products.knowledge.get(product.knowledge).unwrap_or(&RegulationStatus::PossiblyRegulated),
        }
    }

    pub fn catalogue_facts(&self, cum: Cum) -> Facts {
        let product = self.products.find(cum);
        Facts {
            dispensing_units: product.and_then(|product| product.dispensing_units),
            medical_sample: product.is_some_and(|product| product.medical_sample),
            ..Facts::default()
        }
    }
}

impl From<CommonLaw> for LawRepository {
    fn from(CommonLaw { rules, known, markets, plan, code_list, empty }: CommonLaw) -> Self {
        let (books, products, codes) = (HashMap::new(), Products::default(), CodesById::default());
        Self { rules, known, markets, plan, books, products, code_list, codes, empty }
    }
}

/// The statements for some registrations look each one up.
fn each_once(expedientes: &[i32]) -> Vec<i32> {
    let mut each: Vec<i32> = expedientes.to_vec();
    each.sort_unstable();
    each.dedup();
    each
}

async fn query(client: &impl GenericClient, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
    let statement = client.prepare_cached(sql).await?;
    Ok(client.query(&statement, params).await?)
}

fn books(statements: Vec<CeilingStatement>, markets: &[MarketStatement], empty: &ProductLaw) -> HashMap<i32, ProductLaw> {
    let mut by_market: HashMap<&str, Vec<&MarketStatement>> = HashMap::new();
    for market in markets {
        by_market.entry(&market.market).or_default().push(market);
    }
    let mut books: HashMap<i32, ProductLaw> = HashMap::new();
    for statement in statements {
        let book = books.entry(statement.cum.expediente).or_default();
        for market in statement.market.as_deref().and_then(|id| by_market.get(id)).into_iter().flatten() {
            if !book.markets.contains(market) {
                book.markets.push((*market).clone());
            }
        }
        book.statements.push(statement);
    }
    for book in books.values_mut() {
        book.complete_lists = empty.complete_lists.clone();
        book.editions = empty.editions.clone();
    }
    books
}

fn statement(row: &Row) -> Result<CeilingStatement, StoreError> {
    let column: &str = row.try_get("column_code")?;
    let ips_margin = match row.try_get("margin_kind")? {
        "pesos" => IpsMargin::Pesos(row.try_get("margin")?),
        "none" => IpsMargin::None,
        _ => IpsMargin::ByRule,
    };
    Ok(CeilingStatement {
        cum: Cum::new(row.try_get("expediente")?, row.try_get("consecutive")?),
        column: column.parse().map_err(|()| corrupt("ceiling", column))?,
        binds: row.try_get::<_, &str>("kind")? == "maximum",
        amount: row.try_get("amount")?,
        by_column: row.try_get("by_column")?,
        ips_margin,
        act: row.try_get("act_id")?,
        valid_from: row.try_get("valid_from")?,
        list_cut_date: row.try_get("cut_date")?,
        list_order: row.try_get("list_order")?,
        market: row.try_get("market")?,
        facts: Facts {
            dispensing_units: row.try_get("dispensing_units")?,
            regulated_units: row.try_get("regulated_units")?,
            regulated_unit: row.try_get("regulated_unit")?,
            medical_sample: false,
            code: None,
        },
    })
}

fn market(row: &Row, plan: Option<&HeldPlan>) -> Result<MarketStatement, StoreError> {
    // Prices of medicines that are vital and not available bind all purchases with public money, whoever finances them.
    let plan = if row.try_get("vital_not_available")? { None } else { plan };
    let (atc, ingredient) = (row.try_get("atc")?, row.try_get("ingredient")?);
    Ok(MarketStatement {
        market: row.try_get("market")?,
        unit_price: row.try_get("unit_price")?,
        unit: row.try_get("unit")?,
        act: row.try_get("act_id")?,
        valid_from: row.try_get("valid_from")?,
        list_cut_date: row.try_get("cut_date")?,
        list_order: row.try_get("list_order")?,
        financing: plan.map(|plan| plan.financing(atc, ingredient)),
    })
}

fn margin_rule(row: &Row) -> Result<MarginRule, StoreError> {
    Ok(MarginRule {
        from: row.try_get("valid_from")?,
        until: row.try_get("valid_until")?,
        above: row.try_get("above")?,
        up_to: row.try_get("up_to")?,
        percent: row.try_get("percent")?,
    })
}

fn edition(row: &Row) -> Result<ListEdition, StoreError> {
    Ok(ListEdition { list_order: row.try_get("id")?, series: row.try_get("series")?, cut_date: row.try_get("cut_date")? })
}

fn complete_list(row: &Row) -> Result<CompleteList, StoreError> {
    Ok(CompleteList { from: row.try_get("complete_from")?, cut_date: row.try_get("cut_date")?, name: row.try_get("name")? })
}
