//! Writes a small workbook in the layout of MinSalud's, so that a test can spoil one thing in it.

use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A cell as the spreadsheet stores it.
#[derive(Clone, Debug)]
pub enum Cell {
    Text(String),
    /// Printed as stored: `1345.5400000000002`.
    Number(String),
    /// Days since 1899-12-30, shown as a date.
    Day(u32),
    Blank,
}

pub fn t(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

pub fn n(number: &str) -> Cell {
    Cell::Number(number.to_owned())
}

/// 2020-03-28, 2021-09-03.
pub const IN_FORCE: Cell = Cell::Day(43918);
pub const CUT: Cell = Cell::Day(44442);

pub type Sheets = Vec<(&'static str, Vec<(u32, Vec<Cell>)>)>;

/// All seven sheets, each with its headings, one or two rows and notes where the original has them.
pub fn good() -> Sheets {
    let head = |names: &[&str]| names.iter().map(|name| t(name)).collect::<Vec<_>>();
    let (method, act) = (t("Precios de referencia internacional"), t("Circular 10 de 2020"));
    let ceiling = |id: Cell, cum: &str, price: &str, margin: Cell| {
        vec![n("1"), id, t(cum), t("VASTAREL - X x 20 - Y"), n(price), margin, method.clone(), act.clone(), IN_FORCE]
    };
    let market = |id: Cell, unit: &str| {
        let texts = [t("L04AA24\u{a0}"), t("Abatacept"), t("Sólido - Oral"), n("4691.3"), t(unit), t("Abatacept"), Cell::Blank];
        [vec![id], texts.to_vec(), vec![method.clone(), act.clone(), IN_FORCE]].concat()
    };
    vec![
        ("Inicio", vec![(5, vec![Cell::Blank, t("Circular 10 y 11 de 2020")]), (7, vec![CUT])]),
        (
            "PMV_CUM",
            vec![
                (3, vec![t("Los precios mostrados")]),
                (
                    5,
                    head(&[
                        "No.",
                        "ID MR",
                        "CUM",
                        "Medicamento",
                        "Precio Máximo de Venta",
                        "Márgen para IPS \nadicional al Precio Máximo de Venta",
                        "Metodología por la que fue calculado el precio por unidad de regulación",
                        "Circular de control directo - CNPMDM",
                        "Fecha de entrada en vigencia",
                    ]),
                ),
                (6, ceiling(n("418"), "19942431-3", "19222", n("1345.5400000000002"))),
                (7, ceiling(t("546b"), "19942431-04", "3403351.9999999995", t("No aplica ningún margen adicional"))),
                (180_000, vec![Cell::Blank]),
            ],
        ),
        (
            "Precio_MercadoRelevante",
            vec![
                (
                    7,
                    head(&[
                        "ID MR",
                        "ATC",
                        "Descripción Principio Activo",
                        "Forma Farmacéutica",
                        "Precio por Unidad  de Regulación",
                        "Unidad  de Regulación",
                        "Principio activo base del cálculo",
                        "Mercado Relevante sujeto a monitoreo especial de la CNPMDM",
                        "Metodología por la que fue calculado el precio por unidad de regulación",
                        "Circular de control de precios - CNPMDM",
                        "Fecha de entrada en vigencia",
                    ]),
                ),
                (8, market(n("418"), "mg")),
                (9, market(t("546b"), "Ciclo (1)")),
                (11, vec![t("(1) Ciclo: Precio por la cantidad de ciclos")]),
            ],
        ),
        (
            "Precio_MVND",
            vec![
                (
                    7,
                    head(&[
                        "ID MVND",
                        "Descripción Medicamento Vital No Disponible",
                        "Precio por Unidad Mínima de Regulación",
                        "Unidad Mínima de Regulación",
                        "Metodología por la que fue calculado el precio por unidad de regulación",
                        "Circular de incorporación CNPMDM",
                        "Fecha de entrada en vigencia",
                    ]),
                ),
                (
                    8,
                    vec![
                        n("818"),
                        t("Asfotasa alfa - Inyectable"),
                        n("138098.13"),
                        t("mg"),
                        method.clone(),
                        act.clone(),
                        IN_FORCE,
                    ],
                ),
            ],
        ),
        (
            "Precio_CUM",
            vec![
                (8, head(&["Precios por CUM"])),
                (
                    9,
                    head(&[
                        "ID MR",
                        "CUM",
                        "Medicamento",
                        "Precio Máximo o de referencia",
                        "Márgen adicional para las IPS",
                        "PRODUCTO",
                        "Cantidad total de la unidad de regulación en el CUM",
                        "Unidad de regulación",
                    ]),
                ),
                (
                    10,
                    vec![
                        n("418"),
                        t("20013754-1"),
                        t("X x 1"),
                        n("3403351.9999999995"),
                        n("119117.31999999999"),
                        t("X"),
                        n("0.6"),
                        t("mg"),
                    ],
                ),
                (181_733, vec![n("1")]),
            ],
        ),
        (
            "Titular_Estandarizado",
            vec![(6, head(&["TITULAR INVIMA", "TITULARES ESTANDARIZADOS"])), (7, head(&["ALKEM LTD.", "ALKEM"]))],
        ),
        (
            "Agrupaciones_FF",
            vec![
                (6, vec![t("Información"), Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank, t("AGRUPACIÓN ")]),
                (
                    7,
                    head(&[
                        "FORMA FARMACÉUTICA (FF)",
                        "VÍA DE ADMINISTRACIÓN (VAD)",
                        "FF-VAD",
                        "ESTADO DE LA MATERIA DE LA FORMA FARMACÉUTICA",
                        "VÍA DE ADMINISTRACIÓN ESTANDARIZADA",
                    ]),
                ),
                (8, head(&["JARABE", "ORAL", "JARABE-ORAL", "Líquido", "Oral"])),
            ],
        ),
    ]
}

pub fn xlsx(sheets: &Sheets) -> Vec<u8> {
    packed(&parts(sheets))
}

pub fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).expect("a part");
        archive.write_all(content).expect("its content");
    }
    archive.finish().expect("an archive").into_inner()
}

pub fn parts(sheets: &Sheets) -> Vec<(String, Vec<u8>)> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let (mut list, mut links, mut parts) = (String::new(), String::new(), Vec::new());
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let id = index + 1;
        list += &format!("<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"rId{id}\"/>");
        links += &format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>");
        let rows: String = rows.iter().map(|(number, cells)| row(*number, cells)).collect();
        let sheet =
            format!("<worksheet xmlns=\"{MAIN}\"><dimension ref=\"A1:BK181733\"/><sheetData>{rows}</sheetData></worksheet>");
        parts.push((format!("xl/worksheets/sheet{id}.xml"), sheet.into_bytes()));
    }
    links += &format!("<Relationship Id=\"rId99\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/>");
    let styles = "<cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>";
    parts.push(("xl/styles.xml".to_owned(), format!("<styleSheet xmlns=\"{MAIN}\">{styles}</styleSheet>").into_bytes()));
    let workbook = format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{list}</sheets></workbook>");
    parts.push(("xl/workbook.xml".to_owned(), workbook.into_bytes()));
    let links = format!("<Relationships xmlns=\"{RELATIONS}\">{links}</Relationships>");
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), links.into_bytes()));
    let root = format!("<Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/>");
    parts.push(("_rels/.rels".to_owned(), format!("<Relationships xmlns=\"{RELATIONS}\">{root}</Relationships>").into_bytes()));
    parts
}

fn row(number: u32, cells: &[Cell]) -> String {
    let cells: String = cells
        .iter()
        .enumerate()
        .map(|(index, cell)| {
            let column = char::from(b'A' + u8::try_from(index).expect("few columns"));
            let place = format!("r=\"{column}{number}\"");
            match cell {
                Cell::Text(text) => {
                    format!("<c {place} t=\"inlineStr\"><is><t>{}</t></is></c>", text.replace('&', "&amp;").replace('<', "&lt;"))
                }
                Cell::Number(number) => format!("<c {place}><v>{number}</v></c>"),
                Cell::Day(serial) => format!("<c {place} s=\"1\"><v>{serial}</v></c>"),
                Cell::Blank => format!("<c {place} s=\"1\"/>"),
            }
        })
        .collect();
    format!("<row r=\"{number}\">{cells}</row>")
}
