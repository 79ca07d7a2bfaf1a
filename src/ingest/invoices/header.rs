//! Where the header of a list stands, and what the name of a column says that it holds.

use super::{
    grid::{Grid, GridRow},
    mapping::LineField::{self, *},
    piece::End,
};
use crate::ingest::format::fold::{fold, likeness};
use std::ops::ControlFlow;

/// Titles and notes may stand above the header; further down it is no header.
const HEADER_ROWS_MAX: usize = 15;
/// So alike are a name and its misspelling.
const LIKENESS_MIN: usize = 860;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundHeader {
    pub row: u64,
    /// As written, on one line each, and each once: `Valor (2)`.
    pub names: Vec<String>,
}

/// Of each sheet the first row that names two columns or more; else one with texts only, above numbers.
pub fn find(grid: &mut Grid<'_>, name: &str) -> Result<Option<FoundHeader>, End> {
    let mut rows: Vec<(u64, Vec<String>, bool)> = Vec::new();
    grid.rows(name, None, &mut |row| {
        if row.broken.is_none() {
            rows.push((row.number, texts(row), has_number(row)));
        }
        Ok(if rows.len() > HEADER_ROWS_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let named = |texts: &[String]| texts.iter().filter(|text| of_name(text).is_some()).count();
    let by_names =
        rows.iter().take(HEADER_ROWS_MAX).enumerate().max_by_key(|(at, (_, texts, _))| (named(texts), usize::MAX - at));
    let found = by_names
        .filter(|(_, (_, texts, _))| named(texts) >= 2)
        .map(|(at, _)| at)
        .or_else(|| rows.windows(2).position(|two| !two[0].2 && filled(&two[0].1) >= 2 && two[1].2 && filled(&two[1].1) >= 2));
    Ok(found.and_then(|at| rows.get(at)).map(|(row, texts, _)| FoundHeader { row: *row, names: unique(texts) }))
}

fn texts(row: &GridRow<'_>) -> Vec<String> {
    (0..row.count())
        .map(|index| row.get(index).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect())
        .collect()
}

fn filled(texts: &[String]) -> usize {
    texts.iter().filter(|text| !text.is_empty()).count()
}

fn has_number(row: &GridRow<'_>) -> bool {
    (0..row.count()).any(|index| row.is_number(index) || looks_like_number(row.get(index)))
}

/// Digits with points, commas, a sign and a currency sign.
pub fn looks_like_number(text: &str) -> bool {
    let text = without_currency(text);
    let text = text.strip_prefix('-').unwrap_or(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

/// `$ 33.052,00` and `33.052,00 COP` without what is no figure.
pub fn without_currency(text: &str) -> &str {
    let text = text.trim().trim_start_matches("COP").trim_end_matches("COP").trim();
    text.trim_start_matches('$').trim_start()
}

/// A column without a name is known by its place; a name that comes twice by its ordinal.
fn unique(names: &[String]) -> Vec<String> {
    let mut known: Vec<String> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let name = if name.is_empty() { format!("#{}", index + 1) } else { name.clone() };
        let same = names[..index].iter().filter(|other| fold(other) == fold(&name)).count();
        known.push(if same > 0 { format!("{name} ({})", same + 1) } else { name });
    }
    known
}

/// Names of columns as programs and people write them, folded.
const NAMES: &[(LineField, &[&str])] = &[
    (
        Text,
        &[
            "descripcion", "desc", "nombre", "producto", "medicamento", "articulo", "detalle", "nomtecnologiasalud",
            "principioactivo", "denominacion", "item",
        ],
    ),
    (Brand, &["marca", "nombrecomercial", "marcacomercial"]),
    (Cum, &["cum", "codigocum", "codcum", "cumcompleto", "codigounicodemedicamento"]),
    (Ium, &["ium", "codigoium"]),
    (Gtin, &["ean", "ean13", "gtin", "codigobarras", "codigodebarras", "codbarras", "barras", "codigoean"]),
    (Registration, &["registrosanitario", "regsanitario", "invima", "registroinvima", "regsan", "rs"]),
    (
        Code,
        &[
            "codigo", "cod", "referencia", "ref", "sku", "plu", "codtecnologiasalud", "material", "codigoproducto",
            "codproducto", "codarticulo",
        ],
    ),
    (Quantity, &["cantidad", "cant", "ctd", "qty", "cantidadfacturada", "unidades", "unds", "cantidadmedicamento"]),
    (Unit, &["unidad", "um", "umd", "und", "unidadmedida", "unidaddemedida", "presentacion", "embalaje", "unidadmindispensa"]),
    (
        UnitPrice,
        &[
            "preciounitario", "vrunitario", "vlrunitario", "valorunitario", "vunitario", "punitario", "preciounidad", "vrunit",
            "vlrunit", "valorunit", "preciounit", "costounitario", "precio", "costo", "tarifa", "unitprice", "preciocompra",
            "precioventa", "vrunitmedicamento", "pvu",
        ],
    ),
    (
        Total,
        &[
            "total", "valortotal", "vrtotal", "vlrtotal", "preciototal", "costototal", "subtotal", "importe", "totallinea",
            "vrservicio",
        ],
    ),
    (Discount, &["descuento", "dcto", "dscto", "descuentos", "vrdescuento", "porcdescuento"]),
    (Date, &["fecha", "fechafactura", "fechafact", "fechacompra", "fechaemision", "fechadispensadmon", "fechadocumento"]),
    (
        DocumentNumber,
        &["factura", "nofactura", "numerofactura", "numfactura", "nrofactura", "numerodefactura", "documento", "nodocumento"],
    ),
    (Cufe, &["cufe"]),
    (Seller, &["nit", "nitproveedor", "nitvendedor", "proveedor", "nitlaboratorio"]),
    (Customer, &["nitcliente", "nitcomprador", "nitips", "nitadquiriente"]),
    (Currency, &["moneda", "divisa", "currency"]),
];

/// Columns about people, and others that look like what they are not.
const NEVER: &[&str] = &[
    "paciente", "usuario", "cedula", "identificacion", "afiliado", "medico", "diagnostico", "autorizacion", "lote",
    "vencimiento", "vence", "venc", "vto", "telefono", "direccion", "ciudad", "correo", "bodega", "sede",
];
const PRICE: &[&str] = &["precio", "vr", "vlr", "valor", "costo", "tarifa", "v", "p", "pr", "vl"];
const UNIT: &[&str] = &["unitario", "unitaria", "unit", "unidad", "und", "un", "unid", "uni", "unt"];

/// What a name says, and how surely: 3 as known, 2 by its words, 1 misspelt.
pub fn of_name(name: &str) -> Option<(LineField, u8)> {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(NEVER) {
        return None;
    }
    let folded = fold(name);
    if let Some((field, _)) = NAMES.iter().find(|(_, names)| names.contains(&folded.as_str())) {
        return Some((*field, 3));
    }
    if let Some(field) = by_words(&has) {
        return Some((field, 2));
    }
    let alike = |known: &&str| known.len() >= 6 && likeness(&folded, known) >= LIKENESS_MIN;
    NAMES.iter().find(|(_, names)| names.iter().any(alike)).map(|(field, _)| (*field, 1))
}

fn by_words(has: &dyn Fn(&[&str]) -> bool) -> Option<LineField> {
    let (price, unit) = (has(PRICE), has(UNIT));
    let is_tax = has(&["iva", "impuesto", "impto", "retencion", "ica"]) && !has(&["sin", "antes", "con", "incluido", "mas"]);
    let of_others = has(&[
        "proveedor", "vendedor", "laboratorio", "titular", "fabricante", "emisor", "cliente", "comprador", "adquiriente", "ips",
        "eps", "regional",
    ]);
    let rules: [(bool, LineField); 21] = [
        (has(&["cufe"]), Cufe),
        (has(&["cum", "cums"]), Cum),
        (has(&["ium"]), Ium),
        (has(&["ean", "gtin", "barras", "barra", "ean13"]), Gtin),
        (has(&["invima", "sanitario"]), Registration),
        (has(&["nit"]) && has(&["cliente", "comprador", "adquiriente", "ips"]), Customer),
        (has(&["nit"]), Seller),
        (has(&["moneda", "divisa"]), Currency),
        (has(&["fecha", "date"]), Date),
        (has(&["descuento", "dcto", "dscto", "dto"]) && !is_tax, Discount),
        (price && unit && !is_tax && !has(&["medida"]), UnitPrice),
        (has(&["total", "subtotal", "neto", "importe"]) && !is_tax && !has(&["cantidad", "cant", "unidades"]), Total),
        (has(&["cantidad", "cant", "ctd", "qty"]), Quantity),
        (has(&["codigo", "cod", "referencia", "ref", "sku", "plu"]) && !of_others, Code),
        (has(&["factura", "fact"]) && !price, DocumentNumber),
        (has(&["marca"]) || (has(&["nombre"]) && has(&["comercial"])), Brand),
        (
            has(&["descripcion", "nombre", "producto", "medicamento", "articulo", "detalle", "denominacion", "generico"])
                && !of_others
                && !price,
            Text,
        ),
        (has(&["precio", "costo", "tarifa"]) && !is_tax, UnitPrice),
        (has(&["unidad", "um", "und", "umd"]) && has(&["medida", "manejo", "empaque", "dispensacion", "venta", "compra"]), Unit),
        (has(&["presentacion", "embalaje"]), Unit),
        (has(&["unidades", "unds"]), Quantity),
    ];
    rules.into_iter().find(|(applies, _)| *applies).map(|(_, field)| field)
}

/// `PrecioUnidad`, `vr_unitario` and `Vr. Unitario` are two words each; without case and accents.
fn words(name: &str) -> Vec<String> {
    let (mut words, mut last_lower) = (vec![String::new()], false);
    for letter in name.chars() {
        let begins = letter.is_uppercase() && last_lower;
        if (!letter.is_alphanumeric() && !is_mark(letter)) || begins {
            words.push(String::new());
        }
        if letter.is_alphanumeric() || is_mark(letter) {
            words.last_mut().into_iter().for_each(|word| word.push(letter));
        }
        last_lower = letter.is_lowercase();
    }
    words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect()
}

/// An accent that stands by itself.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{0300}'..='\u{036F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_columns_hold() {
        for (name, field) in [
            ("CUM", Some(Cum)),
            ("Código CUM", Some(Cum)),
            ("COD_CUM", Some(Cum)),
            ("Descripción del producto", Some(Text)),
            ("NOMBRE COMERCIAL", Some(Brand)),
            ("Nombre genérico", Some(Text)),
            ("Cantidad", Some(Quantity)),
            ("CANT.", Some(Quantity)),
            ("PrecioUnidad", Some(UnitPrice)),
            ("Vr. Unitario sin IVA", Some(UnitPrice)),
            ("VLR UNIT", Some(UnitPrice)),
            ("Precio de venta", Some(UnitPrice)),
            ("PrecioTotal", Some(Total)),
            ("Vr Total", Some(Total)),
            ("vr_total", Some(Total)),
            ("FechaFact", Some(Date)),
            ("Fecha de vencimiento", None),
            ("Lote", None),
            ("No. Factura", Some(DocumentNumber)),
            ("NIT Proveedor", Some(Seller)),
            ("Nombre proveedor", None),
            ("NIT del cliente", Some(Customer)),
            ("% IVA", None),
            ("Valor IVA", None),
            ("Registro Sanitario", Some(Registration)),
            ("Cód. barras", Some(Gtin)),
            ("Código", Some(Code)),
            ("Unidad de medida", Some(Unit)),
            ("Presentación", Some(Unit)),
            ("Dcto %", Some(Discount)),
            ("Cédula paciente", None),
            ("Nombre del paciente", None),
            ("Descripcion\u{301}", Some(Text)),
            ("Preciounitarlo", Some(UnitPrice)),
            ("Cantiddad", Some(Quantity)),
            ("", None),
            ("X", None),
            ("Observaciones", None),
            ("codTecnologiaSalud", Some(Code)),
            ("vrUnitMedicamento", Some(UnitPrice)),
        ] {
            assert_eq!(of_name(name).map(|(field, _)| field), field, "{name}");
        }
    }

    #[test]
    fn every_field_has_a_name() {
        for field in LineField::ALL {
            assert!(NAMES.iter().any(|(known, names)| known == field && !names.is_empty()), "{field:?}");
        }
        for (_, names) in NAMES {
            assert!(names.iter().all(|name| fold(name) == **name), "{names:?}");
        }
    }

    #[test]
    fn columns_are_known_apart() {
        let names = ["Valor", "", "VALOR", "valor ", ""].map(str::to_owned);
        assert_eq!(unique(&names), ["Valor", "#2", "VALOR (2)", "valor  (3)", "#5"]);
    }

    #[test]
    fn figures_with_a_currency_sign_are_figures() {
        for text in ["12", "$ 33.052,00", "COP 1,234.50", "-5", "33.052 COP"] {
            assert!(looks_like_number(text), "{text}");
        }
        for text in ["", "$", "12 mg", "N/A", "1e5"] {
            assert!(!looks_like_number(text), "{text}");
        }
    }
}
