//! Our own dated table of actors: what a party of sales is, from which day to which, and where that was read.

use super::dated_row::{stated, valid_days};
use crate::{
    domain::{
        identifier::nit::Nit,
        invoices::sale_actors::SaleActor,
        law::{
            channel::{Channel, Stage},
            rules::Seller,
        },
        reports::source_row::RowFault,
    },
    ingest::table::{
        columns::{Extras, Layout, columns},
        layout::TableLayout,
        row::Row,
    },
};

columns!(COLUMNS:
    NIT required "nit",
    NAME required "nombre" | "name",
    SELLER blank "vende_como" | "sells_as",
    STAGE blank "etapa" | "stage",
    CHANNEL blank "canal_de_compra" | "buying_channel",
    FIRST_DAY required "primer_dia" | "first_day",
    LAST_DAY blank "ultimo_dia" | "last_day",
    CITATION required "fuente" | "source",
);

const SELLERS: &[(&str, Seller)] = &[("ips", Seller::Ips), ("otro", Seller::Other), ("other", Seller::Other)];
const STAGES: &[(&str, Stage)] = &[
    ("primaria", Stage::Primary),
    ("secundaria", Stage::Secondary),
    ("final", Stage::Final),
    ("primary", Stage::Primary),
    ("secondary", Stage::Secondary),
];
const CHANNELS: &[(&str, Channel)] = &[
    ("institucional", Channel::Institutional),
    ("comercial", Channel::Commercial),
    ("institutional", Channel::Institutional),
    ("commercial", Channel::Commercial),
];

pub const ACTORS: TableLayout<SaleActor> = TableLayout {
    layout: Layout { code: "termometro-actors", columns: COLUMNS, extras: Extras::Reported },
    days: &[FIRST_DAY, LAST_DAY],
    ..TableLayout::with(read)
};

fn read(row: &Row<'_>) -> Result<SaleActor, RowFault> {
    let nit: Nit = row.required_whole(NIT)?.parse().map_err(|_| row.fault(NIT, "not_a_nit"))?;
    let actor = SaleActor {
        nit,
        name: row.required_text(NAME)?,
        seller: stated(row, SELLER, SELLERS)?,
        stage: stated(row, STAGE, STAGES)?,
        channel: stated(row, CHANNEL, CHANNELS)?,
        valid: valid_days(row, FIRST_DAY, LAST_DAY)?,
        citation: row.required_text(CITATION)?,
    };
    if actor.seller.is_none() && actor.stage.is_none() && actor.channel.is_none() {
        return Err(row.row_fault("says_nothing"));
    }
    Ok(actor)
}
