//! A small workbook in the layout of MinSalud's, so that a test can spoil one thing in it.

use super::book::{Cell, Sheets, n, t};

/// 2020-03-28, 2021-09-03.
pub const IN_FORCE: Cell = Cell::Day(43918);
pub const CUT: Cell = Cell::Day(44442);

/// Headings as texts, written with a semicolon between two.
fn head(names: &str) -> Vec<Cell> {
    names.split("; ").map(t).collect()
}

const CEILING_HEADINGS: &str = "No.; ID MR; CUM; Medicamento; Precio Máximo de Venta; Márgen para IPS \nadicional al Precio Máximo de Venta; \
    Metodología por la que fue calculado el precio por unidad de regulación; \
    Circular de control directo - CNPMDM; Fecha de entrada en vigencia";
const MARKET_HEADINGS: &str = "ID MR; ATC; Descripción Principio Activo; Forma Farmacéutica; Precio por Unidad  de Regulación; \
    Unidad  de Regulación; Principio activo base del cálculo; \
    Mercado Relevante sujeto a monitoreo especial de la CNPMDM; \
    Metodología por la que fue calculado el precio por unidad de regulación; \
    Circular de control de precios - CNPMDM; Fecha de entrada en vigencia";
const VITAL_HEADINGS: &str = "ID MVND; Descripción Medicamento Vital No Disponible; Precio por Unidad Mínima de Regulación; \
    Unidad Mínima de Regulación; Metodología por la que fue calculado el precio por unidad de regulación; \
    Circular de incorporación CNPMDM; Fecha de entrada en vigencia";
const REFERENCE_HEADINGS: &str = "ID MR; CUM; Medicamento; Precio Máximo o de referencia; Márgen adicional para las IPS; PRODUCTO; \
    Cantidad total de la unidad de regulación en el CUM; Unidad de regulación";
const GROUP_HEADINGS: &str = "FORMA FARMACÉUTICA (FF); VÍA DE ADMINISTRACIÓN (VAD); FF-VAD; \
    ESTADO DE LA MATERIA DE LA FORMA FARMACÉUTICA; VÍA DE ADMINISTRACIÓN ESTANDARIZADA";

/// All seven sheets, each with its headings, one or two rows and notes where the original has them.
pub fn good() -> Sheets {
    let (method, act) = (t("Precios de referencia internacional"), t("Circular 10 de 2020"));
    let ceiling = |id: Cell, cum: &str, price: &str, margin: Cell| {
        vec![n("1"), id, t(cum), t("VASTAREL - X x 20 - Y"), n(price), margin, method.clone(), act.clone(), IN_FORCE]
    };
    let market = |id: Cell, unit: &str| {
        let texts = [t("L04AA24\u{a0}"), t("Abatacept"), t("Sólido - Oral"), n("4691.3"), t(unit), t("Abatacept"), Cell::Blank];
        [vec![id], texts.to_vec(), vec![method.clone(), act.clone(), IN_FORCE]].concat()
    };
    let vital = [n("818"), t("Asfotasa alfa - Inyectable"), n("138098.13"), t("mg"), method.clone(), act.clone(), IN_FORCE];
    let (price, margin) = (n("3403351.9999999995"), n("119117.31999999999"));
    let reference = [n("418"), t("20013754-1"), t("X x 1"), price, margin, t("X"), n("0.6"), t("mg")];
    vec![
        ("Inicio", vec![(5, vec![Cell::Blank, t("Circular 10 y 11 de 2020")]), (7, vec![CUT])]),
        (
            "PMV_CUM",
            vec![
                (3, vec![t("Los precios mostrados")]),
                (5, head(CEILING_HEADINGS)),
                (6, ceiling(n("418"), "19942431-3", "19222", n("1345.5400000000002"))),
                (7, ceiling(t("546b"), "19942431-04", "3403351.9999999995", t("No aplica ningún margen adicional"))),
                (180_000, vec![Cell::Blank]),
            ],
        ),
        (
            "Precio_MercadoRelevante",
            vec![
                (7, head(MARKET_HEADINGS)),
                (8, market(n("418"), "mg")),
                (9, market(t("546b"), "Ciclo (1)")),
                (11, vec![t("(1) Ciclo: Precio por la cantidad de ciclos")]),
            ],
        ),
        ("Precio_MVND", vec![(7, head(VITAL_HEADINGS)), (8, vital.to_vec())]),
        (
            "Precio_CUM",
            vec![(8, head("Precios por CUM")), (9, head(REFERENCE_HEADINGS)), (10, reference.to_vec()), (181_733, vec![n("1")])],
        ),
        ("Titular_Estandarizado", vec![(6, head("TITULAR INVIMA; TITULARES ESTANDARIZADOS")), (7, head("ALKEM LTD.; ALKEM"))]),
        (
            "Agrupaciones_FF",
            vec![
                (6, vec![t("Información"), Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank, t("AGRUPACIÓN ")]),
                (7, head(GROUP_HEADINGS)),
                (8, head("JARABE; ORAL; JARABE-ORAL; Líquido; Oral")),
            ],
        ),
    ]
}
