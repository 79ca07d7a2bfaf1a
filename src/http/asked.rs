//! A price question as a client writes it, read strictly: every fault is collected and named.

use jiff::{Timestamp, civil::Date};

use super::{
    App, Text,
    fault_words::{Explain, amount_code, one_of},
    problem::{Fault, Problem},
};
use crate::{
    domain::{
        amount::parse_price,
        basis::Question,
        channel::{Channel, Place, Stage},
        comparison::{Observed, Per},
        cum::Cum,
        law::Seller,
        period::Period,
    },
    read_model::check::PriceQuestion,
};

#[derive(Clone, Copy, Debug)]
pub struct AskedPrice<'a> {
    pub cum: Option<&'a str>,
    pub amount: Option<&'a str>,
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
pub struct Faults(Vec<(String, &'static str, Text)>);

/// Which fields stand inside `price` in a JSON body.
const IN_PRICE: &[&str] = &["amount", "per", "currency"];

/// One thing that is wrong with a check, where it stands in a body.
#[derive(Clone, Debug)]
pub struct CheckFault {
    /// As `price/amount`; empty for the check itself.
    pub place: String,
    pub code: &'static str,
    pub detail: Text,
}

impl Faults {
    pub fn add(&mut self, place: &str, code: &'static str, detail: impl Into<Text>) {
        self.0.push((place.to_owned(), code, detail.into()));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As query parameters.
    pub fn in_query(self) -> Vec<Fault> {
        self.0.into_iter().map(|(name, code, detail)| Fault::parameter(name, code, detail)).collect()
    }

    /// Whether something is known to be wrong with that field.
    pub fn name(&self, field: &str) -> bool {
        self.0
            .iter()
            .any(|(place, ..)| place.split('/').next_back() == Some(field) || (place == "price" && IN_PRICE.contains(&field)))
    }

    /// As faults of a check in a body.
    pub fn in_check(self) -> impl Iterator<Item = CheckFault> {
        self.0.into_iter().map(|(place, code, detail)| {
            let place = if IN_PRICE.contains(&place.as_str()) { format!("price/{place}") } else { place };
            CheckFault { place, code, detail }
        })
    }
}

impl AskedPrice<'_> {
    pub fn read(&self, today: Date) -> Result<PriceQuestion, Faults> {
        self.read_beside(today, Faults::default())
    }

    /// The same where something is known to be wrong already: a field that has a fault gets no second one.
    pub fn read_beside(&self, today: Date, mut faults: Faults) -> Result<PriceQuestion, Faults> {
        for (name, field) in [("cum", self.cum), ("amount", self.amount)] {
            if field.is_none() && !faults.name(name) {
                faults.add(name, "missing", ("falta", "is missing"));
            }
        }
        let cum =
            self.cum.and_then(|cum| cum.parse::<Cum>().map_err(|error| faults.add("cum", "malformed_cum", error.text())).ok());
        let amount = self.amount;
        let amount = amount
            .and_then(|text| parse_price(text).map_err(|error| faults.add("amount", amount_code(error), error.text())).ok());
        let per = Per::from_code(self.per.unwrap_or("pack"));
        if per.is_none() {
            faults.add("per", "unknown_unit", one_of(Per::ALL.map(Per::code)));
        }
        if self.currency.is_some_and(|currency| currency != "COP") {
            faults.add("currency", "unknown_currency", ("los precios son en COP", "prices are in COP"));
        }
        let period = match self.date {
            None => Period::day(today),
            Some(text) => Period::parse(text).map_err(|error| faults.add("date", "malformed_date", error.text())).ok(),
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
                    faults.add(
                        "transaction",
                        "unknown_transaction",
                        ("una transacción del SISMED es 1, 2, 3, 4 o 5", "a SISMED transaction is 1, 2, 3, 4 or 5"),
                    );
                }
                place
            }
            (None, Some(channel), Some(stage)) => {
                let channel = channel.parse::<Channel>();
                let stage = stage.parse::<Stage>();
                if channel.is_err() {
                    faults.add("channel", "unknown_channel", one_of(["institutional", "commercial"]));
                }
                if stage.is_err() {
                    faults.add("stage", "unknown_stage", one_of(["primary", "secondary", "final"]));
                }
                Some(Place::new(channel.ok()?, stage.ok()?))
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

    fn seller(&self, place: Option<Place>, faults: &mut Faults) -> Option<Seller> {
        match self.seller {
            None => place.map(Seller::usual),
            Some("ips") => Some(Seller::Ips),
            Some("other") => Some(Seller::Other),
            Some(_) => {
                faults.add("seller", "unknown_seller", one_of(["ips", "other"]));
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
        let detail = ("un instante RFC 3339, como 2026-11-23T00:00:00Z", "an RFC 3339 instant, such as 2026-11-23T00:00:00Z");
        return Err(Problem::bad_parameter("known_at", "malformed_instant", detail));
    };
    if instant > app.now() {
        let detail =
            ("de un instante que no ha sido nada se puede saber", "nothing can be known at an instant that has not been");
        return Err(Problem::bad_parameter("known_at", "in_the_future", detail));
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
    crate::domain::period::parse_date(text).map_err(|error| Problem::bad_parameter("as_of", "malformed_date", error.text()))
}
