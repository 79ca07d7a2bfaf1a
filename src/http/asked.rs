//! A price question as a client writes it, read strictly: every fault is collected and named.

use jiff::{Timestamp, civil::Date};

use super::{
    App,
    problem::{Fault, Problem},
};
use crate::{
    domain::{
        amount::parse_price,
        basis::Question,
        channel::{Channel, Place, Stage},
        cum::Cum,
        law::Seller,
        period::Period,
        verdict::{Observed, Per},
    },
    read_model::check::PriceQuestion,
};

#[derive(Clone, Copy, Debug)]
pub struct AskedPrice<'a> {
    pub cum: &'a str,
    pub amount: &'a str,
    pub per: Option<&'a str>,
    pub currency: Option<&'a str>,
    pub date: Option<&'a str>,
    pub transaction: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub stage: Option<&'a str>,
    pub seller: Option<&'a str>,
}

/// What is wrong with a question: field, stable code, what to write instead.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<(String, &'static str, String)>);

/// Which fields stand inside `price` in a JSON body.
const IN_PRICE: &[&str] = &["amount", "per", "currency"];

impl Faults {
    fn add(&mut self, place: &str, code: &'static str, detail: impl ToString) {
        self.0.push((place.to_owned(), code, detail.to_string()));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As query parameters.
    pub fn in_query(self) -> Vec<Fault> {
        self.0.into_iter().map(|(name, code, detail)| Fault::parameter(name, code, detail)).collect()
    }

    /// Those of the check number `index`, as JSON pointers.
    pub fn add_check(&mut self, index: usize, found: Self) {
        self.0.extend(found.0.into_iter().map(|(place, code, detail)| {
            let folder = if IN_PRICE.contains(&place.as_str()) { "price/" } else { "" };
            (format!("/checks/{index}/{folder}{place}"), code, detail)
        }));
    }

    pub fn in_body(self) -> Vec<Fault> {
        self.0.into_iter().map(|(pointer, code, detail)| Fault::pointer(pointer, code, detail)).collect()
    }
}

impl AskedPrice<'_> {
    pub fn read(&self, today: Date) -> Result<PriceQuestion, Faults> {
        let mut faults = Faults::default();
        let cum = self.cum.parse::<Cum>().map_err(|error| faults.add("cum", "malformed_cum", error)).ok();
        let amount = parse_price(self.amount).map_err(|error| faults.add("amount", "malformed_amount", error)).ok();
        let per = Per::from_code(self.per.unwrap_or("pack"));
        if per.is_none() {
            faults.add("per", "unknown_unit", "one of pack, primary_pack, dispensing_unit, regulated_unit");
        }
        if self.currency.is_some_and(|currency| currency != "COP") {
            faults.add("currency", "unknown_currency", "prices are in COP");
        }
        let period = match self.date {
            None => Period::day(today),
            Some(text) => Period::parse(text).map_err(|error| faults.add("date", "malformed_date", error)).ok(),
        };
        let place = self.place(&mut faults);
        let seller = self.seller(place, &mut faults);
        match (cum, amount, per, period, place, seller) {
            (Some(cum), Some(amount), Some(per), Some(period), Some(place), Some(seller)) if faults.is_empty() => {
                let question = Question { cum, period, place, seller };
                Ok(PriceQuestion { question, observed: Observed { amount, divided_by: rust_decimal::Decimal::ONE, per } })
            }
            _ => Err(faults),
        }
    }

    fn place(&self, faults: &mut Faults) -> Option<Place> {
        match (self.transaction, self.channel, self.stage) {
            (Some(code), None, None) => {
                let place = code.parse::<u8>().ok().filter(|_| code.len() == 1).and_then(Place::from_transaction);
                if place.is_none() {
                    faults.add("transaction", "unknown_transaction", "a SISMED transaction is 1, 2, 3, 4 or 5");
                }
                place
            }
            (None, Some(channel), Some(stage)) => {
                let channel = channel.parse::<Channel>();
                let stage = stage.parse::<Stage>();
                if channel.is_err() {
                    faults.add("channel", "unknown_channel", "institutional or commercial");
                }
                if stage.is_err() {
                    faults.add("stage", "unknown_stage", "primary, secondary or final");
                }
                Some(Place::new(channel.ok()?, stage.ok()?))
            }
            (Some(_), _, _) => {
                faults.add("transaction", "ambiguous_sale", "give either transaction, or channel and stage");
                None
            }
            (None, _, _) => {
                faults.add("transaction", "missing", "say which sale: transaction 1 to 5, or channel and stage together");
                None
            }
        }
    }

    fn seller(&self, place: Option<Place>, faults: &mut Faults) -> Option<Seller> {
        match self.seller {
            None => place.map(Seller::usual),
            Some("ips") => Some(Seller::Ips),
            Some("other") => Some(Seller::Other),
            Some(_) => {
                faults.add("seller", "unknown_seller", "ips or other");
                None
            }
        }
    }
}

/// `known_at`: an RFC 3339 instant that has already been.
pub fn instant(app: &App, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let instant = if is_rfc3339(text) { text.parse::<Timestamp>().ok() } else { None };
    let Some(instant) = instant else {
        return Err(Problem::bad_parameter("known_at", "malformed_instant", "an RFC 3339 instant, such as 2026-11-23T00:00:00Z"));
    };
    if instant > app.now() {
        return Err(Problem::bad_parameter("known_at", "in_the_future", "nothing can be known at an instant that has not been"));
    }
    Ok(Some(instant))
}

/// Four digits of year and a `T`: ISO 8601 has far years too, for which the database has no room.
fn is_rfc3339(text: &str) -> bool {
    let year = text.bytes().take_while(u8::is_ascii_digit).count();
    year == 4 && text.as_bytes().get(4) == Some(&b'-') && text.contains('T')
}

/// `as_of`: a legal day; today in Bogotá when absent.
pub fn day(app: &App, text: Option<&str>) -> Result<Date, Problem> {
    let Some(text) = text else { return Ok(app.today()) };
    crate::domain::period::parse_date(text).map_err(|error| Problem::bad_parameter("as_of", "malformed_date", error.to_string()))
}
