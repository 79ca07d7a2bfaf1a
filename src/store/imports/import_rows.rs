//! Lists that are stored row by row as published: the thermometer, the benefit plan, SISPRO's tables of codes that exist, what was let in as
//! vital and not available, exchange rates, and our own tables of actors and of unit conventions.

use tokio_postgres::types::Type;

use crate::{
    cells,
    domain::{
        identifier::{nit::Nit, text::fold},
        invoices::{conventions::UnitConvention, document::DocumentKind, sale_actors::SaleActor},
        law::{
            channel::{Channel, Stage},
            listed::{
                AuthorisedIngredient, ListedAuthorisation, ListedBenefit, ListedCumCode, ListedIumCode, ListedRate,
                ListedThermometer,
            },
            rules::Seller,
        },
        market::{ingredients_key::ingredients_key, thermometer::group_key},
        purchases::{
            contract::{Contract, ContractEvent},
            purchase::PurchaseOrder,
        },
    },
    store::{
        postgres::{
            copy_writer::{CopyValue, CopyWriter},
            error::StoreError,
            statements,
        },
        transaction::import::Import,
    },
};

/// An import of rows of one kind into one table.
pub struct RowImport<T> {
    rows: CopyWriter,
    /// What is stored of a row, after the import's number and the line.
    cells: fn(T) -> Vec<CopyValue>,
}

impl<T> RowImport<T> {
    /// `types` are those of the cells.
    fn new(copy: &'static str, types: &[Type], cells: fn(T) -> Vec<CopyValue>) -> Self {
        Self { rows: CopyWriter::new(copy, &[&[Type::INT8, Type::INT8][..], types].concat()), cells }
    }

    pub async fn take(&mut self, import: &mut Import<'_>, line: u64, row: T) -> Result<(), StoreError> {
        let mut cells = cells![import.file, i64::try_from(line).unwrap_or(i64::MAX)];
        cells.extend((self.cells)(row));
        if self.rows.push(cells) {
            self.rows.flush(&import.tx).await?;
        }
        import.accepted();
        Ok(())
    }

    pub async fn flush(&mut self, import: &Import<'_>) -> Result<(), StoreError> {
        self.rows.flush(&import.tx).await
    }
}

impl RowImport<ListedBenefit> {
    pub fn benefit_plan() -> Self {
        let types = &[Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT];
        Self::new(statements::copy_benefit_plan_rows, types, |row| {
            cells![row.atc, row.ingredient, row.forms, row.note, row.coverage.code()]
        })
    }
}

impl RowImport<ListedCumCode> {
    pub fn cum_codes() -> Self {
        Self::new(statements::copy_cum_codes, &[Type::INT4, Type::INT4, Type::BOOL], |row| {
            cells![row.cum.expediente, row.cum.consecutive, row.enabled]
        })
    }
}

impl RowImport<ListedIumCode> {
    pub fn ium_codes() -> Self {
        Self::new(statements::copy_ium_codes, &[Type::TEXT, Type::BOOL], |row| cells![row.ium.as_str().to_owned(), row.enabled])
    }
}

impl RowImport<ListedRate> {
    pub fn exchange_rates() -> Self {
        Self::new(statements::copy_exchange_rates, &[Type::NUMERIC, Type::DATE, Type::DATE], |row| {
            cells![row.rate, row.first_day, row.last_day]
        })
    }
}

impl RowImport<SaleActor> {
    pub fn actors() -> Self {
        let types = &[Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT, Type::DATE, Type::DATE, Type::TEXT];
        Self::new(statements::copy_actors, types, |row| {
            let (seller, stage, channel) =
                (row.seller.map(Seller::code), row.stage.map(Stage::code), row.channel.map(Channel::code));
            cells![row.nit.digits(), row.name, seller, stage, channel, row.valid.from, row.valid.until, row.citation]
        })
    }
}

impl RowImport<PurchaseOrder> {
    pub fn purchase_orders() -> Self {
        let types = &[Type::TEXT, Type::DATE, Type::TEXT, Type::BOOL, Type::TEXT];
        Self::new(statements::copy_purchase_orders, types, |row| {
            cells![row.order_id, row.ordered_on, row.state, row.cancelled, row.framework]
        })
    }
}

const CONTRACT_TYPES: &[Type] = &[
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::DATE,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::BOOL,
    Type::NUMERIC,
    Type::INT4,
];

impl RowImport<Contract> {
    pub fn contracts() -> Self {
        Self::new(statements::copy_contracts, CONTRACT_TYPES, |row| {
            cells![
                row.contract_id,
                row.process_id,
                row.buyer.digits(),
                row.buyer_name,
                row.seller.code(),
                row.seller.nit().map(Nit::digits),
                row.seller_name,
                row.signed_on,
                row.category,
                row.object,
                row.state,
                row.is_draft,
                row.value,
                row.added_days,
            ]
        })
    }
}

impl RowImport<ContractEvent> {
    pub fn contract_events() -> Self {
        let types = &[Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT, Type::DATE, Type::TEXT, Type::NUMERIC, Type::TEXT];
        Self::new(statements::copy_contract_events, types, |row| {
            cells![
                row.event_id,
                row.contract_id,
                row.kind.code(),
                row.kind_text,
                row.recorded_on,
                row.description,
                row.amount,
                row.amount_means.code(),
            ]
        })
    }
}

const AUTHORISATION_TYPES: &[Type] = &[
    Type::DATE,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
];

impl RowImport<ListedAuthorisation> {
    /// With the names by which it is found.
    pub fn vital_authorisations() -> Self {
        Self::new(statements::copy_vital_authorisations, AUTHORISATION_TYPES, |row| {
            let second = row.second.as_ref().map(|second| second.name.as_str());
            let names = [Some(row.ingredient.name.as_str()), second];
            let key = ingredients_key(names.into_iter().flatten());
            let text = names.into_iter().chain([row.brand.as_deref()]).flatten().map(fold).collect::<Vec<_>>().join(" ");
            let AuthorisedIngredient { name, strength, unit } = row.ingredient;
            let (second, second_strength, second_unit) =
                row.second.map_or((None, None, None), |second| (Some(second.name), second.strength, second.unit));
            cells![
                row.authorised_on,
                row.request.code(),
                row.ium.map(|ium| ium.as_str().to_owned()),
                name,
                strength,
                unit,
                second,
                second_strength,
                second_unit,
                row.form,
                row.brand,
                row.presentation,
                key,
                text,
            ]
        })
    }
}

impl RowImport<UnitConvention> {
    pub fn unit_conventions() -> Self {
        let types = &[Type::TEXT, Type::TEXT, Type::TEXT, Type::DATE, Type::DATE, Type::TEXT];
        Self::new(statements::copy_unit_conventions, types, |row| {
            let (seller, kind) = (row.seller.map(Nit::digits), row.kind.map(DocumentKind::code));
            cells![seller, kind, row.per.code(), row.valid.from, row.valid.until, row.citation]
        })
    }
}

const THERMOMETER_TYPES: &[Type] = &[
    Type::INT4,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::NUMERIC,
    Type::INT2,
    Type::TEXT,
];

impl RowImport<ListedThermometer> {
    /// With the group in which each row is compared.
    pub fn thermometer() -> Self {
        Self::new(statements::copy_thermometer_prices, THERMOMETER_TYPES, |row| {
            let group = group_key(&row);
            cells![
                row.expediente,
                row.ingredient,
                row.concentration,
                row.base_unit,
                row.dispensing_unit,
                row.brand,
                row.maker,
                row.description,
                row.channel.code(),
                row.price,
                row.published_level.map(i16::from),
                group,
            ]
        })
    }
}
