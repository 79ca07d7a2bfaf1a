//! A verdict written from the parts that its sale's verdicts share and from one price, as the wire types write it.

use super::{Bound, Part};
use crate::{
    domain::{readings::OtherReading, reason::Reason, verdict::Observed},
    http::{
        Language,
        memory::texts::Shared,
        wire::{explanation::reason_text, reading::Reading},
    },
};

/// What differs from price to price.
pub struct Price<'a> {
    pub observed: Observed,
    pub plain: String,
    /// The price's side of the comparison.
    pub left: String,
    /// In pesos and in percent.
    pub excess: Option<(String, String)>,
    pub code: &'static str,
    pub readings: &'a [OtherReading],
    pub language: Language,
}

pub struct Filling<'a> {
    pub bound: &'a Bound,
    pub shared: &'a Shared<'a>,
    pub out: &'a mut Vec<u8>,
}

impl Filling<'_> {
    fn part(&mut self, part: Part) -> &mut Self {
        self.shared.read(self.bound.part(part), self.out);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.out.extend_from_slice(text.as_bytes());
        self
    }

    /// `None` when something cannot be written; then a part may have been.
    pub fn write(mut self, price: &Price<'_>) -> Option<()> {
        let shown = crate::domain::amount::display(price.observed.amount);
        self.part(Part::Head).text(price.code).text("\",\"observed\":{\"amount\":\"").text(&shown);
        self.text("\",\"currency\":\"COP\",\"per\":\"")
            .text(price.observed.per.code())
            .text("\"},\"ceiling\":")
            .part(Part::Ceiling);
        self.excess(price);
        self.text(",\"rounded_to\":null,\"other_readings\":[").readings(price)?;
        self.text("],\"reasons\":[").reasons(price);
        self.text("],\"reference_comparison\":null,\"explanation\":\"").sentences(price);
        self.text("\",\"worksheet\":[").part(Part::LawSteps).comparison(price);
        self.text("{\"step\":\"verdict\",\"inputs\":{},\"result\":{\"verdict\":\"")
            .text(price.code)
            .text("\",\"reasons\":[")
            .reasons(price);
        self.text("]}}]}");
        Some(())
    }

    fn excess(&mut self, price: &Price<'_>) {
        match &price.excess {
            None => self.text(",\"excess\":null,\"excess_percent\":null,\"explained_by_rounding\":null"),
            Some((amount, percent)) => self
                .text(",\"excess\":{\"amount\":\"")
                .text(amount)
                .text("\",\"currency\":\"COP\",\"per\":\"pack\"},\"excess_percent\":\"")
                .text(percent)
                .text("\",\"explained_by_rounding\":false"),
        };
    }

    fn readings(&mut self, price: &Price<'_>) -> Option<()> {
        for (index, reading) in price.readings.iter().enumerate() {
            if index > 0 {
                self.text(",");
            }
            serde_json::to_writer(&mut *self.out, &Reading::new(reading, price.language)).ok()?;
        }
        Some(())
    }

    /// What the law gives cause for, and last that another reading of the price fits.
    fn reasons(&mut self, price: &Price<'_>) {
        let start = self.out.len();
        self.part(Part::Reasons);
        if !price.readings.is_empty() {
            let behind = if self.out.len() > start { ",\"" } else { "\"" };
            self.text(behind).text(Reason::AnotherUnitFits.code()).text("\"");
        }
    }

    fn sentences(&mut self, price: &Price<'_>) {
        match (&price.excess, price.language) {
            (None, Language::Spanish) => self.text("El precio no supera "),
            (None, Language::English) => self.text("The price does not exceed "),
            (Some((_, percent)), Language::Spanish) => self.text("El precio supera en ").text(percent).text(" % "),
            (Some((_, percent)), Language::English) => self.text("The price is ").text(percent).text(" % above "),
        }
        .part(Part::Limit);
        if !price.readings.is_empty() {
            // No letter of it is written otherwise in JSON.
            self.text(" ").text(reason_text(Reason::AnotherUnitFits, price.language));
        }
    }

    /// Steps `compare`, `excess` and `rounding`, as `explain::price_steps` makes them of a price that is not an average.
    fn comparison(&mut self, price: &Price<'_>) {
        self.text("{\"step\":\"compare\",\"inputs\":{\"observed\":\"")
            .text(&price.plain)
            .text("\",\"divided_by\":\"1\",\"factor\":\"");
        self.part(Part::Factor).text("\",\"ceiling\":\"").part(Part::CeilingPlain).text("\"},\"result\":{").sides(price);
        self.text("\",\"verdict\":\"").text(price.code).text("\"}},");
        let Some((amount, percent)) = &price.excess else { return };
        self.text("{\"step\":\"excess\",\"inputs\":{")
            .sides(price)
            .text("\",\"divided_by\":\"1\"},\"result\":{\"excess\":\"")
            .text(amount);
        self.text("\",\"excess_percent\":\"").text(percent).text("\"}},{\"step\":\"rounding\",\"inputs\":{\"ceiling\":\"");
        self.part(Part::CeilingPlain).text("\",\"units\":[").part(Part::Units).text("],").sides(price);
        self.text("\",\"divided_by\":\"1\"},\"result\":{\"explained\":false,\"to\":null,\"units\":null}},");
    }

    /// Without the last quote.
    fn sides(&mut self, price: &Price<'_>) -> &mut Self {
        self.text("\"left\":\"").text(&price.left).text("\",\"right\":\"").part(Part::CeilingPlain)
    }
}
