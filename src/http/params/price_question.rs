//! A price question as a client writes it, in the query or as a line of many: every fault is collected and named.

use std::{borrow::Cow, str::FromStr};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{
        calendar::period::Period,
        law::{basis::LawQuestion, channel::Place, rules::Seller},
        verdict::comparison::{Observed, Per},
    },
    http::{
        Text,
        base::problem::{Fault, Problem},
        request::{query::QueryPairs, query_values},
        values::{
            calendar::DayOrMonth,
            choices::{Channel, SellerKind, Stage, Transaction},
            identifiers::Cum,
            numbers::{Currency, PriceAmount, PriceUnit},
            value::Invalid,
        },
    },
    read_model::verdicts::check::PriceQuestion,
};

/// The price, and the sale that it is of.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PriceQuestionParams<'a> {
    /// CUM, in any spelling. Give it, or `ium`.
    #[param(value_type = Option<Cum>, example = "19914312-20")]
    pub cum: Option<&'a str>,
    /// Price asked or paid, in pesos: plain digits, at most four decimals.
    #[param(value_type = PriceAmount, example = "171764")]
    pub amount: Option<&'a str>,
    /// The unit of the price: pack, primary_pack, dispensing_unit or regulated_unit. Default pack.
    #[param(value_type = Option<PriceUnit>, example = "pack")]
    pub per: Option<&'a str>,
    /// Always COP.
    #[param(value_type = Option<Currency>, example = "COP")]
    pub currency: Option<&'a str>,
    /// Day (YYYY-MM-DD) or month (YYYY-MM) of the sale; today in Bogotá when absent.
    #[param(value_type = Option<DayOrMonth>, example = "2020-06-15")]
    pub date: Option<&'a str>,
    /// SISMED transaction, 1 to 5; or give `channel` and `stage`.
    #[param(value_type = Option<Transaction>, example = "1")]
    pub transaction: Option<&'a str>,
    /// institutional or commercial, together with `stage`.
    #[param(value_type = Option<Channel>)]
    pub channel: Option<&'a str>,
    /// primary, secondary or final, together with `channel`.
    #[param(value_type = Option<Stage>)]
    pub stage: Option<&'a str>,
    /// ips or other; default ips in a final institutional sale, other elsewhere.
    #[param(value_type = Option<SellerKind>)]
    pub seller: Option<&'a str>,
}

/// A fault of a question: field, stable code, what to write instead.
#[derive(Clone, Debug, Default)]
pub struct QuestionFaults(Vec<(String, Invalid)>);

/// Which fields stand inside `price` in a JSON body.
const IN_PRICE: &[&str] = &["amount", "per", "currency"];

/// One thing that is wrong with a check, where it stands in a body.
#[derive(Clone, Debug)]
pub struct CheckFault {
    /// As `price/amount`; empty for the check itself.
    pub place: String,
    pub code: Cow<'static, str>,
    pub detail: Text,
}

impl QuestionFaults {
    pub fn add(&mut self, place: &str, code: impl Into<Cow<'static, str>>, detail: impl Into<Text>) {
        self.0.push((place.to_owned(), Invalid::new(code, detail)));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As query parameters.
    pub fn in_query(self) -> Problem {
        let faults = self.0.into_iter().map(|(name, Invalid { code, detail })| Fault::parameter(name, code, detail));
        Problem::bad_parameters(faults.collect())
    }

    /// Whether something is known to be wrong with that field.
    pub fn name(&self, field: &str) -> bool {
        self.0
            .iter()
            .any(|(place, ..)| place.split('/').next_back() == Some(field) || (place == "price" && IN_PRICE.contains(&field)))
    }

    /// As faults of a check in a body.
    pub fn in_check(self) -> impl Iterator<Item = CheckFault> {
        self.0.into_iter().map(|(place, Invalid { code, detail })| {
            let place = if IN_PRICE.contains(&place.as_str()) { format!("price/{place}") } else { place };
            CheckFault { place, code, detail }
        })
    }

    /// `None` where it is not given, or at fault.
    fn read<T: FromStr<Err = Invalid>>(&mut self, field: &str, text: Option<&str>) -> Option<T> {
        text?.parse().map_err(|fault| self.0.push((field.to_owned(), fault))).ok()
    }
}

impl<'a> PriceQuestionParams<'a> {
    /// Those of `GET /v1/check`, from its query. `cum`: what its IUM stands for, where it has one.
    pub fn from_query(pairs: &'a QueryPairs, cum: Option<&'a str>) -> Result<Self, Problem> {
        let needed: &[&str] = if cum.is_some() { &["amount"] } else { &["cum", "amount"] };
        for name in needed {
            pairs.get(name).ok_or_else(|| query_values::missing(name))?;
        }
        let parameters: Self = query_values::from_pairs(pairs)?;
        if cum.is_some() && parameters.cum.is_some() {
            let detail = ("dé cum o ium, no ambos", "give either cum or ium");
            return Err(Problem::bad_parameter("ium", "ambiguous_code", detail));
        }
        Ok(Self { cum: cum.or(parameters.cum), ..parameters })
    }

    pub fn question(&self, today: Date) -> Result<PriceQuestion, Problem> {
        self.read(today, QuestionFaults::default()).map_err(QuestionFaults::in_query)
    }

    /// `faults` are known already: a field that has one gets no second one.
    pub fn read(&self, today: Date, mut faults: QuestionFaults) -> Result<PriceQuestion, QuestionFaults> {
        for (name, field) in [("cum", self.cum), ("amount", self.amount)] {
            if field.is_none() && !faults.name(name) {
                faults.add(name, "missing", ("falta", "is missing"));
            }
        }
        let cum = faults.read("cum", self.cum);
        let amount = faults.read("amount", self.amount);
        let per = faults.read("per", self.per).map_or(Per::Pack, |PriceUnit(per)| per);
        faults.read::<Currency>("currency", self.currency);
        let period = match self.date {
            None => Period::day(today),
            date => faults.read("date", date).map(|DayOrMonth(period)| period),
        };
        let place = self.place(&mut faults);
        let seller = self.seller(place, &mut faults);
        match (cum, amount, period, place, seller) {
            (Some(Cum(cum)), Some(PriceAmount(amount)), Some(period), Some(place), Some(seller)) if faults.is_empty() => {
                let question = LawQuestion { cum, period, place, seller };
                Ok(PriceQuestion { question, observed: Observed { amount, divided_by: Decimal::ONE, per } })
            }
            _ => Err(faults),
        }
    }

    fn place(&self, faults: &mut QuestionFaults) -> Option<Place> {
        match (self.transaction, self.channel, self.stage) {
            (Some(_), None, None) => faults.read("transaction", self.transaction).map(|Transaction(place)| place),
            (None, Some(_), Some(_)) => {
                let (channel, stage) = (faults.read("channel", self.channel), faults.read("stage", self.stage));
                channel.zip(stage).map(|(Channel(channel), Stage(stage))| Place::new(channel, stage))
            }
            _ if ["transaction", "channel", "stage"].iter().any(|field| faults.name(field)) => None,
            (Some(_), _, _) => {
                faults.add(
                    "transaction",
                    "ambiguous_sale",
                    ("dé transaction, o channel y stage, no ambos", "give either transaction, or channel and stage"),
                );
                None
            }
            (None, _, _) => {
                faults.add(
                    "transaction",
                    "missing",
                    (
                        "diga qué venta es: transaction de 1 a 5, o channel y stage juntos",
                        "say which sale: transaction 1 to 5, or channel and stage together",
                    ),
                );
                None
            }
        }
    }

    fn seller(&self, place: Option<Place>, faults: &mut QuestionFaults) -> Option<Seller> {
        match self.seller {
            None => place.map(Seller::usual),
            seller => faults.read("seller", seller).map(|SellerKind(seller)| seller),
        }
    }
}
