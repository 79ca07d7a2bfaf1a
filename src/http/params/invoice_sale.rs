//! Which sale the lines of invoices and lists are of, where they do not say it themselves.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        base::problem::Problem,
        values::{
            calendar::DayOrMonth,
            choices::{Channel, SellerKind, Stage, Transaction},
            numbers::PriceUnit,
        },
    },
    read_model::verdicts::invoice_lines::SaleStated,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InvoiceSaleParams {
    /// For lines without a date: day (YYYY-MM-DD) or month (YYYY-MM) of the sale. Without it they are not judged.
    #[param(example = "2020-06-15")]
    pub date: Option<DayOrMonth>,
    /// SISMED transaction, 1 to 5; or give `channel`, `stage`, or both. What is not said is judged in every way that is possible.
    #[param(example = "3")]
    pub transaction: Option<Transaction>,
    pub channel: Option<Channel>,
    pub stage: Option<Stage>,
    /// Who sells: ips or other.
    pub seller: Option<SellerKind>,
    /// What prices are for where a line does not say it: pack, primary_pack, dispensing_unit or regulated_unit.
    pub per: Option<PriceUnit>,
}

impl InvoiceSaleParams {
    pub fn read(self) -> Result<SaleStated, Problem> {
        let (period, per) = (self.date.map(|DayOrMonth(period)| period), self.per.map(|PriceUnit(per)| per));
        let seller = self.seller.map(|SellerKind(seller)| seller);
        let (channel, stage) = match (self.transaction, self.channel, self.stage) {
            (Some(Transaction(place)), None, None) => (Some(place.channel), Some(place.stage)),
            (None, channel, stage) => (channel.map(|Channel(channel)| channel), stage.map(|Stage(stage)| stage)),
            _ => {
                let detail = ("dé transaction, o channel y stage, no ambos", "give either transaction, or channel and stage");
                return Err(Problem::bad_parameter("transaction", "ambiguous_sale", detail));
            }
        };
        Ok(SaleStated { channel, stage, seller, period, per })
    }
}
