//! `check_price` and `check_prices`: judges a price in question by the law as known at an instant. Nothing is stored.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::{Arc, PoisonError},
};

use jiff::Timestamp;

use crate::read_model::{
    ReadModel, data_version::DataVersion, law_cache::RegistrationLaw, source_rows::SourceRows, statements, version::known_import,
};
pub use crate::store::catalogue::law_library::LawRepository;
use crate::{
    domain::{
        identifier::cum::Cum,
        law::{basis::LawQuestion, lawbook::ApplicableLaw},
        verdict::{
            comparison::Observed,
            explain::{self, LawSide},
            judge::{Judgement, judge},
            worksheet::Step,
        },
    },
    store::postgres::{
        connections::ReadConnection,
        error::{StoreError, corrupt},
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceQuestion {
    pub question: LawQuestion,
    pub observed: Observed,
}

/// A verdict with its explanation.
#[derive(Clone, Debug)]
pub struct PriceAnswer {
    pub price: PriceQuestion,
    pub judgement: Judgement,
    pub view: ApplicableLaw,
    pub worksheet: Vec<Step>,
}

/// Beyond this many registrations whose law is not held, one load of all the law is cheaper than one load for each.
const REGISTRATIONS_APART_MAX: usize = 4;

impl ReadModel {
    /// `version`: of the data, as the answer names it.
    pub async fn check_price(
        &self,
        price: PriceQuestion,
        known_at: Option<Timestamp>,
        version: &DataVersion,
    ) -> Result<PriceAnswer, StoreError> {
        let held = self.law_of(price.question.cum.expediente, known_at, version).await?;
        Ok(answer(&held.law, price))
    }

    /// In the order asked.
    pub(crate) async fn check_prices(
        &self,
        price: Vec<PriceQuestion>,
        known_at: Option<Timestamp>,
        version: &DataVersion,
    ) -> Result<Vec<PriceAnswer>, StoreError> {
        let registrations: HashSet<i32> = price.iter().map(|one| one.question.cum.expediente).collect();
        let find = |expediente: &i32| {
            let held = if known_at.is_none() { self.registrations.find(version.lists_version, *expediente) } else { None };
            Some((*expediente, held?))
        };
        // What is held is taken before anything is loaded, which may let go of it.
        let mut laws: HashMap<i32, Arc<RegistrationLaw>> = registrations.iter().filter_map(find).collect();
        if registrations.len() - laws.len() > REGISTRATIONS_APART_MAX {
            let cums: Vec<Cum> = price.iter().map(|one| one.question.cum).collect();
            let law = self.law_of_all(&cums, known_at).await?;
            return Ok(price.into_iter().map(|one| answer(&law, one)).collect());
        }
        for expediente in registrations {
            if let Entry::Vacant(missing) = laws.entry(expediente) {
                missing.insert(self.law_of(expediente, known_at, version).await?);
            }
        }
        Ok(price.into_iter().filter_map(|one| Some(answer(&laws.get(&one.question.cum.expediente)?.law, one))).collect())
    }

    /// The law of one registration with the codes of its presentations, and the rows it was read from. What is known now is read once for
    /// each version of the lists.
    pub(crate) async fn law_of(
        &self,
        expediente: i32,
        known_at: Option<Timestamp>,
        version: &DataVersion,
    ) -> Result<Arc<RegistrationLaw>, StoreError> {
        if known_at.is_none()
            && let Some(held) = self.registrations.find(version.lists_version, expediente)
        {
            return Ok(held);
        }
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot_by_key().await?;
        let (read, mut law) = self.law_within(&mut connection, Some(&[expediente]), known_at).await?;
        law.look_up_codes(connection.client()?, vec![expediente]).await?;
        let sources = SourceRows::of_registration(connection.client()?, expediente).await?;
        connection.end_snapshot().await?;
        let law = Arc::new(RegistrationLaw { law, sources });
        if known_at.is_none() {
            self.registrations.hold(read.lists_version, expediente, law.clone());
        }
        Ok(law)
    }

    /// The law of one registration (or all, without the table of codes) in one state of the database.
    pub async fn law(&self, expediente: Option<i32>, known_at: Option<Timestamp>) -> Result<LawRepository, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot_by_key().await?;
        let (_, law) = self.law_within(&mut connection, expediente.as_ref().map(std::slice::from_ref), known_at).await?;
        connection.end_snapshot().await?;
        Ok(law)
    }

    /// The law of the registrations of these presentations, with what the table of codes has of those that nothing else knows.
    pub(crate) async fn law_of_presentations(
        &self,
        cums: &[Cum],
        known_at: Option<Timestamp>,
    ) -> Result<LawRepository, StoreError> {
        let mut expedientes: Vec<i32> = cums.iter().map(|cum| cum.expediente).collect();
        expedientes.sort_unstable();
        expedientes.dedup();
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot_by_key().await?;
        let (_, mut law) = self.law_within(&mut connection, Some(&expedientes), known_at).await?;
        law.add_codes_of(connection.client()?, cums).await?;
        connection.end_snapshot().await?;
        Ok(law)
    }

    /// All of the law in one state of the database, and which state that is.
    pub async fn whole_law(&self, known_at: Option<Timestamp>) -> Result<(DataVersion, LawRepository), StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot().await?;
        let law = self.law_within(&mut connection, None, known_at).await?;
        connection.end_snapshot().await?;
        Ok(law)
    }

    /// All of the law, and what the table of codes has of those presentations that it does not know.
    async fn law_of_all(&self, cums: &[Cum], known_at: Option<Timestamp>) -> Result<LawRepository, StoreError> {
        let mut connection = self.database.read_connection().await?;
        connection.begin_snapshot_by_key().await?;
        let (_, mut law) = self.law_within(&mut connection, None, known_at).await?;
        law.add_codes_of(connection.client()?, cums).await?;
        connection.end_snapshot().await?;
        Ok(law)
    }

    /// The law of some registrations or all, and of which version, within a snapshot that goes on. What holds for all registrations is read once for each version of the lists.
    async fn law_within(
        &self,
        connection: &mut ReadConnection,
        expedientes: Option<&[i32]>,
        known_at: Option<Timestamp>,
    ) -> Result<(DataVersion, LawRepository), StoreError> {
        let known = known_import(connection, known_at).await?;
        let row = connection.query_opt(statements::data_version, &[]).await?.ok_or_else(|| corrupt("data_version", "no row"))?;
        let version = DataVersion::of(&row)?;
        let common = &self.common[usize::from(known.is_some())];
        let held = common.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut law = match held.filter(|(of, common)| *of == version.lists_version && common.known == known) {
            Some((_, common)) => LawRepository::from(common),
            None => {
                let law = LawRepository::begin(connection.client()?, self.max_age_days, known).await?;
                *common.lock().unwrap_or_else(PoisonError::into_inner) = Some((version.lists_version, law.common()));
                law
            }
        };
        law.add(connection.client()?, expedientes).await?;
        Ok((version, law))
    }
}

/// The pure part: the same for the law of one registration and for all of it in memory.
pub fn answer(law: &LawRepository, price: PriceQuestion) -> PriceAnswer {
    let PriceQuestion { question, observed } = price;
    let view = law.view(&question);
    let judgement = judge(Some(observed), &view.ground, &view.facts, &view.siblings);
    let mut worksheet = explain::law_steps(LawSide::of(&question, &view, &law.rules));
    worksheet.extend(explain::price_steps(Some(observed), &view.ground, &view.facts, &view.siblings, &judgement));
    PriceAnswer { price, judgement, view, worksheet }
}
