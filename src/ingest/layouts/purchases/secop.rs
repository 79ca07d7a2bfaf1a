//! SECOP II: contracts (jbjy-vk9h, of whose 85 columns a few are read), and what happened to them (cb9c-h8sn, "additions", which has no amount: most of
//! its rows are general modifications whose words may name one, and those are not read as money).

use crate::{
    domain::{
        identifier::text::fold,
        purchases::contract::{AmountMeans, Contract, ContractEvent, ContractEventKind},
        reports::source_row::RowFault,
    },
    ingest::{
        layouts::purchases::cells::{buyer, day_or_blank, seller, stated},
        table::{
            columns::{Extras, Layout, columns},
            layout::TableLayout,
            row::Row,
        },
    },
};

columns!(CONTRACTS:
    CONTRACT required "id_contrato",
    PROCESS blank "proceso_de_compra",
    BUYER_NAME required "nombre_entidad",
    BUYER required "nit_entidad",
    SELLER blank "documento_proveedor",
    SELLER_NAME blank "proveedor_adjudicado",
    STATE required "estado_contrato",
    CATEGORY blank "codigo_de_categoria_principal",
    OBJECT blank "objeto_del_contrato" | "descripcion_del_proceso",
    SIGNED blank "fecha_de_firma",
    VALUE blank "valor_del_contrato",
    ADDED_DAYS blank "dias_adicionados",
);

pub const SECOP_CONTRACTS: TableLayout<Contract> = TableLayout {
    layout: Layout { code: "secop-jbjy-vk9h", columns: CONTRACTS, extras: Extras::Ignored },
    numbers: &[VALUE],
    days: &[SIGNED],
    extra_values: false,
    ..TableLayout::with(read_contract)
};

/// States of a contract that binds nobody yet.
const DRAFTS: [&str; 3] = ["borrador", "en aprobacion", "enviado proveedor"];

fn read_contract(row: &Row<'_>) -> Result<Contract, RowFault> {
    let (seller, seller_name) = seller(row, SELLER, SELLER_NAME)?;
    let state = row.required_text(STATE)?;
    let days = row.whole(ADDED_DAYS);
    Ok(Contract {
        contract_id: row.required_text(CONTRACT)?,
        process_id: stated(row, PROCESS)?,
        buyer: buyer(row, BUYER)?,
        buyer_name: row.required_text(BUYER_NAME)?,
        seller,
        seller_name,
        signed_on: day_or_blank(row, SIGNED)?,
        category: category(row.cell(CATEGORY)),
        object: stated(row, OBJECT)?,
        is_draft: DRAFTS.contains(&fold(&state).as_str()),
        state,
        value: row.quantity(VALUE)?,
        added_days: days.parse().ok().filter(|days| *days >= 0),
    })
}

/// `V1.51101500`: the digits of UNSPSC behind the publisher's mark.
fn category(cell: &str) -> Option<String> {
    let code = cell.rsplit_once('.').map_or(cell, |(_, code)| code);
    let is_code = (2..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| code.to_owned())
}

columns!(ADDITIONS:
    EVENT required "identificador",
    CONTRACT_OF_EVENT required "id_contrato",
    KIND required "tipo",
    DESCRIPTION blank "descripcion",
    RECORDED blank "fecharegistro",
);

pub const SECOP_ADDITIONS: TableLayout<ContractEvent> = TableLayout {
    layout: Layout { code: "secop-cb9c-h8sn", columns: ADDITIONS, extras: Extras::Reported },
    days: &[RECORDED],
    extra_values: false,
    ..TableLayout::with(read_event)
};

const KINDS: [(&str, ContractEventKind); 5] = [
    ("adicion en el valor", ContractEventKind::Addition),
    ("reduccion en el valor", ContractEventKind::Reduction),
    ("extension", ContractEventKind::Extension),
    ("modificacion general", ContractEventKind::Modification),
    ("suspension", ContractEventKind::Suspension),
];

fn read_event(row: &Row<'_>) -> Result<ContractEvent, RowFault> {
    let kind_text = row.required_text(KIND)?;
    let folded = fold(&kind_text);
    let kind = KINDS.iter().find(|(known, _)| *known == folded).map_or(ContractEventKind::Other, |(_, kind)| *kind);
    Ok(ContractEvent {
        event_id: row.required_text(EVENT)?,
        contract_id: row.required_text(CONTRACT_OF_EVENT)?,
        kind,
        kind_text,
        recorded_on: day_or_blank(row, RECORDED)?,
        description: stated(row, DESCRIPTION)?,
        amount: None,
        amount_means: AmountMeans::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_its_digits() {
        for (cell, code) in
            [("V1.51101500", Some("51101500")), ("51", Some("51")), ("", None), ("V1.ABC", None), ("No Definido", None)]
        {
            assert_eq!(category(cell).as_deref(), code, "{cell}");
        }
    }
}
