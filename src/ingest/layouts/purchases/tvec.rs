//! The State's virtual store (Tienda Virtual del Estado Colombiano): lines of purchase orders (3hdv-smhz, and usqp-5nsn under other names of the same
//! columns), and the orders (rgxm-mmea). The columns of usqp-5nsn were read in descriptions of it, not in the set: a name that differs stops the file.

use crate::{
    domain::{
        identifier::text::fold,
        number::amount::CURRENCY,
        purchases::purchase::{Purchase, PurchaseOrder},
        reports::source_row::RowFault,
    },
    ingest::{
        format::number::NumberFormat,
        layouts::purchases::cells::{buyer, day_of, day_or_blank, seller, signed, stated},
        table::{
            columns::{Extras, Layout, columns},
            layout::TableLayout,
            row::Row,
        },
    },
};

// The budget's number, and whoever is named beside the parties, are known so that nothing is made of them.
columns!(ITEMS:
    ORDER required "orden_de_compra" | "orden",
    DAY required "fecha" | "fecha_de_la_orden",
    BUYER_NAME required "entidad",
    BUYER required "nit_entidad",
    SELLER_NAME blank "provedor" | "proveedor",
    SELLER blank "nit_proveedor",
    ITEM required "item" | "nombre_del_item",
    PRICE blank "price" | "precio" | "precio_unitario",
    QUANTITY blank "qty" | "cantidad",
    UNIT blank "unidad_de_medida",
    TOTAL blank "line_total" | "total",
    _BUDGET optional "cdp",
    _BUYER_ID optional "id_entidad",
    STATE optional "estado",
    FRAMEWORK optional "agregacion",
    CURRENCY_OF_LINE optional "moneda",
);

pub const TVEC_ITEMS: TableLayout<Purchase> = TableLayout {
    layout: Layout { code: "tvec-items", columns: ITEMS, extras: Extras::Reported },
    numbers: &[PRICE, QUANTITY, TOTAL],
    days: &[DAY],
    usual_format: NumberFormat::Plain,
    extra_values: false,
    ..TableLayout::with(read_item)
};

fn read_item(row: &Row<'_>) -> Result<Purchase, RowFault> {
    let (seller, seller_name) = seller(row, SELLER, SELLER_NAME)?;
    Ok(Purchase {
        order_id: row.required_whole(ORDER)?.to_owned(),
        ordered_on: day_of(row, DAY)?,
        buyer: buyer(row, BUYER)?,
        buyer_name: row.required_text(BUYER_NAME)?,
        seller,
        seller_name,
        item_text: row.required_text(ITEM)?,
        price: row.quantity(PRICE)?,
        quantity: signed(row, QUANTITY)?,
        unit_text: stated(row, UNIT)?,
        line_total: signed(row, TOTAL)?,
        framework: stated(row, FRAMEWORK)?,
        state: stated(row, STATE)?,
        currency: currency(row)?,
    })
}

/// The store sells in pesos; a line that says another currency is kept, and not compared.
fn currency(row: &Row<'_>) -> Result<String, RowFault> {
    let written = row.cell(CURRENCY_OF_LINE);
    if written.is_empty() {
        return Ok(CURRENCY.to_owned());
    }
    let code = written.to_ascii_uppercase();
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { Ok(code) } else { Err(row.fault(CURRENCY_OF_LINE, "not_a_currency")) }
}

columns!(ORDERS:
    ORDER_ID required "identificador_de_la_orden",
    ORDER_STATE required "estado",
    ORDER_DAY blank "fecha",
    AGREEMENT blank "agregacion",
    _YEAR optional "a_o" | "ano" | "Año",
    _BRANCH optional "rama_de_la_entidad",
    _LEVEL optional "orden_de_la_entidad",
    _SECTOR optional "sector_de_la_entidad",
    _ENTITY optional "entidad",
    _ENTITY_ID optional "id_entidad",
    _ENTITY_NIT optional "nit_entidad",
    _APPLICANT optional "solicitante",
    _ENDS optional "fecha_vence",
    _SUPPLIER optional "proveedor",
    _SUPPLIER_NIT optional "nit_proveedor",
    _SUPPLIER_ACTIVITY optional "actividad_economica_proveedor",
    _REQUEST optional "solicitud",
    _ORDER_ITEMS optional "items",
    _ORDER_TOTAL optional "total",
    _CITY optional "ciudad",
    _OBLIGED optional "entidad_obigada",
    _AFTER_CONFLICT optional "espostconflicto",
);

pub const TVEC_ORDERS: TableLayout<PurchaseOrder> = TableLayout {
    layout: Layout { code: "tvec-rgxm-mmea", columns: ORDERS, extras: Extras::Reported },
    days: &[ORDER_DAY],
    extra_values: false,
    ..TableLayout::with(read_order)
};

/// Beginnings of the states in which nothing was bought, or not yet.
const CANCELLED: [&str; 6] = ["cancel", "anul", "rechaz", "borrador", "declin", "en aprobacion"];

fn read_order(row: &Row<'_>) -> Result<PurchaseOrder, RowFault> {
    let state = row.required_text(ORDER_STATE)?;
    let folded = fold(&state);
    Ok(PurchaseOrder {
        order_id: row.required_whole(ORDER_ID)?.to_owned(),
        ordered_on: day_or_blank(row, ORDER_DAY)?,
        cancelled: CANCELLED.iter().any(|beginning| folded.starts_with(beginning)),
        state,
        framework: stated(row, AGREEMENT)?,
    })
}
