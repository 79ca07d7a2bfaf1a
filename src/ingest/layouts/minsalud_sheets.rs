//! The six tables of MinSalud's workbook: their columns, and what one row of each becomes.

use super::ceiling_cells::{amount, content, cum, margin, market, regulation_unit};
use crate::{
    domain::{
        law::{
            channel,
            listed::{ListedCeiling, ListedKind, ListedMarket, ListedRow},
        },
        reports::source_row::RowFault,
    },
    ingest::{
        file_facts::WORKBOOK_LAYOUT,
        table::{
            columns::{Extras, Layout, columns},
            row::Row,
        },
    },
};
use jiff::civil::Date;
use std::collections::HashMap;

/// Act and first day of each market of the workbook. Precio_CUM has neither and takes its market's; `None` where two rows disagree.
#[derive(Default)]
pub struct MarketActs(HashMap<String, Option<(String, Date)>>);

impl MarketActs {
    fn see(&mut self, market: &ListedMarket) {
        let act = Some((market.act.clone(), market.valid_from));
        let known = self.0.entry(market.id.clone()).or_insert_with(|| act.clone());
        if *known != act {
            *known = None;
        }
    }
}

pub struct Sheet {
    pub name: &'static str,
    pub layout: Layout,
    /// A row with none of these is a note or a stray cell.
    pub identity: &'static [usize],
    pub read: fn(&Row<'_>, &mut MarketActs) -> Result<ListedRow, RowFault>,
}

const fn layout(columns: &'static [crate::ingest::table::columns::LayoutColumn], extras: Extras) -> Layout {
    Layout { code: WORKBOOK_LAYOUT, columns, extras }
}

/// In this order: the markets give Precio_CUM its acts.
pub const SHEETS: [Sheet; 6] =
    [maximum::SHEET, market_price::SHEET, vital::SHEET, reference::SHEET, holder::SHEET, form_group::SHEET];

mod maximum {
    use super::*;

    columns!(COLUMNS:
        _NUMBER optional "No.",
        MARKET required "ID MR",
        CUM required "CUM",
        MEDICINE required "Medicamento",
        PRICE required "Precio Máximo de Venta",
        MARGIN required "Márgen para IPS adicional al Precio Máximo de Venta",
        _METHOD optional "Metodología por la que fue calculado el precio por unidad de regulación",
        ACT required "Circular de control directo - CNPMDM",
        VALID_FROM required "Fecha de entrada en vigencia",
    );

    pub const SHEET: Sheet =
        Sheet { name: "PMV_CUM", layout: layout(COLUMNS, Extras::Reported), identity: &[CUM, MEDICINE, PRICE], read };

    fn read(row: &Row<'_>, _: &mut MarketActs) -> Result<ListedRow, RowFault> {
        Ok(ListedRow::Ceiling(ListedCeiling {
            kind: ListedKind::Maximum,
            cum: cum(row, CUM)?,
            market: Some(market(row, MARKET)?),
            description: row.required_text(MEDICINE)?,
            amounts: vec![(channel::CeilingColumn::Institutional, amount(row, PRICE)?)],
            ips_margin: margin(row, MARGIN)?,
            act: row.required_text(ACT)?,
            valid_from: row.day(VALID_FROM)?,
            regulated_content: None,
        }))
    }
}

mod market_price {
    use super::*;

    columns!(COLUMNS:
        ID required "ID MR",
        ATC required "ATC",
        INGREDIENT required "Descripción Principio Activo",
        FORM_GROUP required "Forma Farmacéutica",
        PRICE required "Precio por Unidad de Regulación",
        UNIT required "Unidad de Regulación",
        _BASE optional "Principio activo base del cálculo",
        _WATCHED optional "Mercado Relevante sujeto a monitoreo especial de la CNPMDM",
        _METHOD optional "Metodología por la que fue calculado el precio por unidad de regulación",
        ACT required "Circular de control de precios - CNPMDM",
        VALID_FROM required "Fecha de entrada en vigencia",
    );

    pub const SHEET: Sheet = Sheet {
        name: "Precio_MercadoRelevante",
        layout: layout(COLUMNS, Extras::Reported),
        identity: &[INGREDIENT, PRICE, UNIT],
        read,
    };

    fn read(row: &Row<'_>, acts: &mut MarketActs) -> Result<ListedRow, RowFault> {
        let atc = row.text(ATC)?;
        let listed = ListedMarket {
            id: market(row, ID)?,
            atc: (!atc.is_empty()).then_some(atc),
            ingredient: row.required_text(INGREDIENT)?,
            form_group: row.required_text(FORM_GROUP)?,
            unit_price: row.price(PRICE)?,
            unit: unit(row, UNIT)?,
            act: row.required_text(ACT)?,
            valid_from: row.day(VALID_FROM)?,
            vital_not_available: false,
        };
        acts.see(&listed);
        Ok(ListedRow::Market(listed))
    }
}

mod vital {
    use super::*;

    columns!(COLUMNS:
        ID required "ID MVND",
        INGREDIENT required "Descripción Medicamento Vital No Disponible",
        PRICE required "Precio por Unidad Mínima de Regulación",
        UNIT required "Unidad Mínima de Regulación",
        _METHOD optional "Metodología por la que fue calculado el precio por unidad de regulación",
        ACT required "Circular de incorporación CNPMDM",
        VALID_FROM required "Fecha de entrada en vigencia",
    );

    pub const SHEET: Sheet =
        Sheet { name: "Precio_MVND", layout: layout(COLUMNS, Extras::Reported), identity: &[INGREDIENT, PRICE, UNIT], read };

    fn read(row: &Row<'_>, _: &mut MarketActs) -> Result<ListedRow, RowFault> {
        Ok(ListedRow::Market(ListedMarket {
            id: market(row, ID)?,
            atc: None,
            ingredient: row.required_text(INGREDIENT)?,
            form_group: String::new(),
            unit_price: row.price(PRICE)?,
            unit: unit(row, UNIT)?,
            act: row.required_text(ACT)?,
            valid_from: row.day(VALID_FROM)?,
            vital_not_available: true,
        }))
    }
}

mod reference {
    use super::*;

    columns!(COLUMNS:
        MARKET required "ID MR",
        CUM required "CUM",
        MEDICINE required "Medicamento",
        PRICE required "Precio Máximo o de referencia",
        MARGIN required "Márgen adicional para las IPS",
        CONTENT required "Cantidad total de la unidad de regulación en el CUM",
        CONTENT_UNIT required "Unidad de regulación",
    );

    pub const SHEET: Sheet =
        Sheet { name: "Precio_CUM", layout: layout(COLUMNS, Extras::Ignored), identity: &[CUM, MEDICINE, PRICE], read };

    fn read(row: &Row<'_>, acts: &mut MarketActs) -> Result<ListedRow, RowFault> {
        let market = market(row, MARKET)?;
        let (act, valid_from) = match acts.0.get(&market) {
            Some(Some(known)) => known.clone(),
            Some(None) => return Err(row.fault(MARKET, "market_under_two_acts")),
            None => return Err(row.fault(MARKET, "market_not_in_the_workbook")),
        };
        Ok(ListedRow::Ceiling(ListedCeiling {
            kind: ListedKind::Reference,
            cum: cum(row, CUM)?,
            market: Some(market),
            description: row.required_text(MEDICINE)?,
            amounts: vec![(channel::CeilingColumn::Institutional, amount(row, PRICE)?)],
            ips_margin: margin(row, MARGIN)?,
            act,
            valid_from,
            regulated_content: content(row, CONTENT, CONTENT_UNIT)?,
        }))
    }
}

mod holder {
    use super::*;

    columns!(COLUMNS: REGISTERED required "TITULAR INVIMA", STANDARD required "TITULARES ESTANDARIZADOS");

    pub const SHEET: Sheet = Sheet {
        name: "Titular_Estandarizado",
        layout: layout(COLUMNS, Extras::Ignored),
        identity: &[REGISTERED, STANDARD],
        read,
    };

    fn read(row: &Row<'_>, _: &mut MarketActs) -> Result<ListedRow, RowFault> {
        Ok(ListedRow::Holder { registered: row.required_text(REGISTERED)?, standard: row.required_text(STANDARD)? })
    }
}

mod form_group {
    use super::*;

    columns!(COLUMNS:
        FORM required "FORMA FARMACÉUTICA (FF)",
        ROUTE required "VÍA DE ADMINISTRACIÓN (VAD)",
        STATE required "ESTADO DE LA MATERIA DE LA FORMA FARMACÉUTICA",
        STANDARD_ROUTE required "VÍA DE ADMINISTRACIÓN ESTANDARIZADA",
    );

    pub const SHEET: Sheet = Sheet {
        name: "Agrupaciones_FF",
        layout: layout(COLUMNS, Extras::Ignored),
        identity: &[FORM, ROUTE, STATE, STANDARD_ROUTE],
        read,
    };

    /// The sheet's own group column is the formula `D & " - " & E`; computing it does not depend on a stored result.
    fn read(row: &Row<'_>, _: &mut MarketActs) -> Result<ListedRow, RowFault> {
        let group = format!("{} - {}", row.required_text(STATE)?, row.required_text(STANDARD_ROUTE)?);
        Ok(ListedRow::FormGroup { form: row.required_text(FORM)?, route: row.required_text(ROUTE)?, group })
    }
}

fn unit(row: &Row<'_>, column: usize) -> Result<String, RowFault> {
    let unit = regulation_unit(row.required(column)?);
    unit.map(str::to_owned).ok_or_else(|| row.fault(column, "unknown_unit"))
}
