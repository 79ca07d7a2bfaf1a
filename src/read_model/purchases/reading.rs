//! How a line of a purchase is read today: as it was read when it was imported, with everything shown.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::lines::PurchaseView;
use crate::{
    domain::{
        calendar::period::Period,
        identifier::nit::Nit,
        invoices::{
            document::{DocumentKind, InvoiceDocument},
            sale_actors::FactsStated,
        },
        item_text::line_verdict::{LinePrice, PriceBasis, SalePlace},
        law::channel::Channel,
        purchases::dispensing_service::is_dispensing_service,
    },
    read_model::{
        ReadModel,
        item_texts::lines::{ItemAnswer, ItemLine},
    },
    store::postgres::error::{StoreError, corrupt},
};

impl ReadModel {
    /// A line that does not count has no price to compare, and one that pays for a service none of a product.
    pub async fn read_purchase(&self, line: &PurchaseView) -> Result<ItemAnswer, StoreError> {
        let period = day(line.ordered_on)?;
        let buyer: Option<Nit> = line.buyer_nit.parse().ok();
        let seller: Option<Nit> = line.seller.nit.as_ref().and_then(|nit| nit.parse().ok());
        let parties: Vec<Nit> = buyer.into_iter().chain(seller).collect();
        let tables = self.tables_for_lines(&parties).await?;
        let document = InvoiceDocument { seller, customer: buyer, ..InvoiceDocument::new("".into(), DocumentKind::PurchaseList) };
        let sale = tables.actors.facts(FactsStated::default(), &document, Some(period));
        // Public money: the channel is the institutional one, unless the table of actors says otherwise of the buyer.
        let channel = sale.channel.map_or(Channel::Institutional, |fact| fact.value);
        let is_service = is_dispensing_service(&line.item_text, line.framework.as_deref());
        let price = line.price.filter(|_| line.counts && !is_service);
        let price = price.map(|amount| LinePrice { basis: PriceBasis::Stated, amount, divided_by: Decimal::ONE });
        let convention = tables.conventions.applied(None, &document, Some(period));
        let question = ItemLine {
            text: line.item_text.clone(),
            code: None,
            unit: line.unit_text.clone(),
            quantity: line.quantity,
            line_total: line.line_total,
            convention: convention.map(|convention| convention.per),
            prices: price.into_iter().collect(),
            sales: SalePlace::possible(Some(channel), sale.stage.map(|fact| fact.value), sale.seller.map(|fact| fact.value)),
            period,
        };
        let answers = self.judge_item_lines(vec![question], None).await?;
        answers.into_iter().next().ok_or_else(|| corrupt("purchase", "a line without an answer"))
    }
}

/// The day of an order as the law asks for it.
pub fn day(ordered_on: Date) -> Result<Period, StoreError> {
    Period::day(ordered_on).ok_or_else(|| corrupt("purchase", ordered_on))
}
