//! The dated tables by which lines of invoices are read, beside the law: actors, unit conventions, and articles of acts.

use tokio_postgres::Row;

use crate::{
    domain::{
        calendar::valid_days::ValidDays,
        identifier::nit::Nit,
        invoices::{
            conventions::{ConventionTable, UnitConvention},
            document::DocumentKind,
            sale_actors::{ActorTable, SaleActor},
        },
        law::{
            act_articles::{ActArticle, ActArticles, ArticleSubject},
            rules::Seller,
        },
        verdict::comparison::Per,
    },
    read_model::{ReadModel, statements},
    store::{
        catalogue::law_library::LawRepository,
        postgres::{
            connections::ReadConnection,
            error::{StoreError, corrupt},
        },
    },
};

#[derive(Clone, Debug, Default)]
pub struct LineTables {
    pub actors: ActorTable,
    pub conventions: ConventionTable,
    pub articles: ActArticles,
}

/// All that lines are judged by, from one state of the database.
pub struct LineLaw {
    pub law: LawRepository,
    pub tables: LineTables,
}

impl ReadModel {
    /// The law of some registrations, or all of it, as it is known now; and what the tables have of the parties of the sales.
    pub async fn law_for_lines(&self, registrations: Option<&[i32]>, parties: &[Nit]) -> Result<LineLaw, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let law = LawRepository::load(connection.client()?, self.max_age_days, registrations, None).await?;
        let tables = LineTables::load(&mut connection, parties).await?;
        connection.end_snapshot().await?;
        Ok(LineLaw { law, tables })
    }

    /// The tables alone.
    pub(crate) async fn tables_for_lines(&self, parties: &[Nit]) -> Result<LineTables, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let tables = LineTables::load(&mut connection, parties).await?;
        connection.end_snapshot().await?;
        Ok(tables)
    }
}

impl LineTables {
    async fn load(connection: &mut ReadConnection, parties: &[Nit]) -> Result<Self, StoreError> {
        let wanted: Vec<String> = parties.iter().map(|nit| nit.digits()).collect();
        let rows = connection.query(statements::sale_actors, &[&wanted]).await?;
        let actors: Vec<SaleActor> = rows.iter().map(actor).collect::<Result<_, _>>()?;
        let rows = connection.query(statements::unit_conventions, &[&wanted]).await?;
        let conventions: Vec<UnitConvention> = rows.iter().map(convention).collect::<Result<_, _>>()?;
        let mut articles = ActArticles::default();
        for row in &connection.query(statements::act_articles, &[]).await? {
            let subject: &str = row.try_get("subject")?;
            let subject = ArticleSubject::from_code(subject).ok_or_else(|| corrupt("act_article", subject))?;
            let article = ActArticle {
                spanish: row.try_get("article_es")?,
                english: row.try_get("article_en")?,
                confirmed: row.try_get("confirmed")?,
            };
            articles.insert(row.try_get("act_id")?, subject, article);
        }
        Ok(Self { actors: ActorTable::new(actors), conventions: ConventionTable::new(conventions), articles })
    }
}

fn actor(row: &Row) -> Result<SaleActor, StoreError> {
    Ok(SaleActor {
        nit: nit("actor", row.try_get("nit")?)?,
        name: row.try_get("name")?,
        seller: known("actor", row.try_get("seller")?, Seller::from_code)?,
        stage: known("actor", row.try_get("stage")?, |code| code.parse().ok())?,
        channel: known("actor", row.try_get("channel")?, |code| code.parse().ok())?,
        valid: valid_days(row)?,
        citation: row.try_get("citation")?,
    })
}

fn convention(row: &Row) -> Result<UnitConvention, StoreError> {
    let seller: Option<&str> = row.try_get("seller_nit")?;
    let per: &str = row.try_get("per")?;
    Ok(UnitConvention {
        seller: seller.map(|text| nit("unit_convention", text)).transpose()?,
        kind: known("unit_convention", row.try_get("document_kind")?, DocumentKind::from_code)?,
        per: Per::from_code(per).ok_or_else(|| corrupt("unit_convention", per))?,
        valid: valid_days(row)?,
        citation: row.try_get("citation")?,
    })
}

fn nit(table: &'static str, text: &str) -> Result<Nit, StoreError> {
    text.parse::<Nit>().map_err(|error| corrupt(table, error))
}

fn known<T>(table: &'static str, code: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
    code.map(|code| read(code).ok_or_else(|| corrupt(table, code))).transpose()
}

fn valid_days(row: &Row) -> Result<ValidDays, StoreError> {
    Ok(ValidDays { from: row.try_get("valid_from")?, until: row.try_get("valid_until")? })
}
