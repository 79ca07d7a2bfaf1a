//! A verdict written from the parts that its sale's verdicts share and from one price, as the wire types write it.

use super::{Bound, Part};
use crate::{
    domain::{
        comparison::{Comparison, Observed},
        explain::readings_step,
        lawbook::Sibling,
        readings::OtherReading,
        reason::Reason,
    },
    http::{
        Language,
        memory::texts::Shared,
        wire::{
            explanation::{above_begins, above_goes_on, within_begins},
            reading::Reading,
            worksheet::StepBody,
        },
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
    pub doubt: Option<Reason>,
    pub siblings: &'a [Sibling],
    pub compared: Comparison,
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
        self.text("\",\"worksheet\":[").part(Part::LawSteps).comparison(price)?;
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

    /// What is doubtful about the price, and then what the law gives cause for.
    fn reasons(&mut self, price: &Price<'_>) {
        let Some(doubt) = price.doubt else {
            self.part(Part::Reasons);
            return;
        };
        self.text("\"").text(doubt.code()).text("\",");
        let start = self.out.len();
        self.part(Part::Reasons);
        if self.out.len() == start {
            self.out.pop();
        }
    }

    /// No letter of these is written otherwise in JSON.
    fn sentences(&mut self, price: &Price<'_>) {
        let doubtful = price.doubt.is_some();
        match &price.excess {
            None => self.text(within_begins(doubtful, price.language)),
            Some((_, percent)) => {
                self.text(above_begins(doubtful, price.language)).text(percent).text(above_goes_on(price.language))
            }
        }
        .part(Part::Limit);
    }

    /// Steps `compare`, `excess`, `rounding` and `readings`, as `explain::price_steps` makes them of a price that is not an average.
    fn comparison(&mut self, price: &Price<'_>) -> Option<()> {
        self.text("{\"step\":\"compare\",\"inputs\":{\"observed\":\"")
            .text(&price.plain)
            .text("\",\"divided_by\":\"1\",\"factor\":\"");
        self.part(Part::Factor).text("\",\"ceiling\":\"").part(Part::CeilingPlain).text("\"},\"result\":{").sides(price);
        self.text("\",\"verdict\":\"").text(price.code).text("\"}},");
        let Some((amount, percent)) = &price.excess else { return Some(()) };
        self.text("{\"step\":\"excess\",\"inputs\":{")
            .sides(price)
            .text("\",\"divided_by\":\"1\"},\"result\":{\"excess\":\"")
            .text(amount);
        self.text("\",\"excess_percent\":\"").text(percent).text("\"}},{\"step\":\"rounding\",\"inputs\":{\"ceiling\":\"");
        self.part(Part::CeilingPlain).text("\",\"units\":[").part(Part::Units).text("],").sides(price);
        self.text("\",\"divided_by\":\"1\"},\"result\":{\"explained\":false,\"to\":null,\"units\":null}},");
        let readings = readings_step(price.observed, &price.compared, price.siblings, price.readings);
        serde_json::to_writer(&mut *self.out, &StepBody::Made(readings)).ok()?;
        self.text(",");
        Some(())
    }

    /// Without the last quote.
    fn sides(&mut self, price: &Price<'_>) -> &mut Self {
        self.text("\"left\":\"").text(&price.left).text("\",\"right\":\"").part(Part::CeilingPlain)
    }
}
