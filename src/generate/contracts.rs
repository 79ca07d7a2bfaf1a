//! `secop_contracts.csv` and `secop_additions.csv`: contracts of SECOP II in the columns that are read, and what happened to them, without amounts.

use super::line::Lines;
use super::random::Random;
use std::io::{self, Write};

pub const CONTRACTS_HEADER: &str = "nombre_entidad,nit_entidad,departamento,proceso_de_compra,id_contrato,estado_contrato,\
    codigo_de_categoria_principal,objeto_del_contrato,fecha_de_firma,documento_proveedor,proveedor_adjudicado,valor_del_contrato,\
    dias_adicionados";
pub const ADDITIONS_HEADER: &str = "identificador,id_contrato,tipo,descripcion,fecharegistro";

const STATES: &[(u64, &str)] = &[(50, "En ejecución"), (20, "terminado"), (15, "Modificado"), (10, "Cerrado"), (5, "Borrador")];
const KINDS: &[(u64, &str)] = &[
    (75, "MODIFICACION GENERAL"),
    (8, "ADICION EN EL VALOR"),
    (6, "EXTENSION"),
    (4, "SUSPENSION"),
    (3, "CESION"),
    (2, "REDUCCION EN EL VALOR"),
    (2, "No definido"),
];

pub fn write_contracts<W: Write>(lines: &mut Lines<W>, seed: u64, contracts: u64) -> io::Result<u64> {
    lines.text(CONTRACTS_HEADER).end()?;
    let mut random = Random::new(seed, 8);
    for number in 1..=contracts {
        let (buyer, seller) = (random.below(60), random.below(300));
        let state = random.weighted(STATES);
        let category = if random.chance(3_000) { "V1.51101500" } else { "V1.80111600" };
        lines.text("HOSPITAL INVENTADO ").number(buyer).comma().number(800_100_000 + buyer * 137).text(",Cundinamarca,CO1.BDOS.");
        lines.number(number).text(",CO1.PCCNTR.").number(number).comma().text(state).comma().text(category);
        lines.text(",SUMINISTRO DE MEDICAMENTOS (INVENTADO),");
        // A draft is not signed.
        if state != "Borrador" {
            lines.text("2024-").text(random.pick::<&str>(&["01", "05", "09"])).text("-15T00:00:00.000");
        }
        let document = if seller.is_multiple_of(3) { 52_000_000 + seller } else { 900_300_000 + seller * 17 };
        lines.comma().number(document).text(",PROVEEDOR INVENTADO ").number(seller).comma();
        lines.number(random.between(1, 900) * 1_000_000).comma().number(random.below(3) * 30).end()?;
    }
    Ok(contracts)
}

/// Several rows may speak of one event.
pub fn write_additions<W: Write>(lines: &mut Lines<W>, seed: u64, contracts: u64) -> io::Result<u64> {
    lines.text(ADDITIONS_HEADER).end()?;
    let mut random = Random::new(seed, 9);
    let mut rows = 0;
    for number in 1..=contracts {
        for event in 0..random.below(5) {
            let kind = random.weighted(KINDS);
            for _ in 0..random.between(1, 2) {
                lines.text("CO1.CTRMOD.").number(number * 10 + event).text(",CO1.PCCNTR.").number(number).comma().text(kind);
                lines
                    .text(",Se modifica el contrato (inventado),2024-10-0")
                    .number(random.between(1, 9))
                    .text("T00:00:00.000")
                    .end()?;
                rows += 1;
            }
        }
    }
    Ok(rows)
}
