//! Every layout that can be told by its header: so that a file given to the wrong command is named for what it is.

use super::benefit_plan::BENEFIT_PLAN;
use super::catalogue::CATALOGUE;
use super::code_tables::COLUMNS_OF_CODES;
use super::error::Words;
use super::fields::Fields;
use super::open_data_ceilings::OPEN_DATA_CEILINGS;
use super::sismed::SISMED;
use super::sismed_query::SISMED_QUERY;
use super::table::{Extras, Layout, columns};
use super::thermometer::THERMOMETER;

/// A layout by its header, what it is, and what to do with it.
#[derive(Debug)]
pub struct Known {
    pub layout: Layout,
    es: &'static str,
    en: &'static str,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// The kind of file to import it as.
    Import(&'static str),
    /// Nothing here reads it: what to take instead.
    Instead { es: &'static str, en: &'static str },
}

impl Known {
    /// `wanted` is the layout that was asked for.
    pub fn words(&self, wanted: &str) -> Words {
        let Self { layout, es, en, way } = self;
        let code = layout.code;
        match way {
            Way::Import(kind) => Words::new(
                format!("esto es {es} (`{code}`), no `{wanted}`: use `termometro import {kind} …`"),
                format!("this is {en} (`{code}`), not `{wanted}`: use `termometro import {kind} …`"),
            ),
            Way::Instead { es: instead_es, en: instead_en } => Words::new(
                format!("esto es {es} (`{code}`), no `{wanted}`: {instead_es}"),
                format!("this is {en} (`{code}`), not `{wanted}`: {instead_en}"),
            ),
        }
    }

    /// What it is, for whoever cannot import.
    pub fn what(&self) -> Words {
        Words::new(format!("esto es {}", self.es), format!("this is {}", self.en))
    }
}

/// The layout all of whose columns a row names; of several the one with the most.
pub fn named_by(fields: &Fields) -> Option<&'static Known> {
    let whole = KNOWN.iter().filter(|known| known.layout.is_whole(fields));
    whole.max_by_key(|known| known.layout.recognised(fields))
}

/// The tables of codes of SISPRO share one header; their codes tell them apart.
pub static CUM_CODES: Known = Known {
    layout: Layout { code: "sispro-cums", columns: &[], extras: Extras::Reported },
    es: "la tabla de códigos CUM del SISPRO",
    en: "SISPRO's table of CUM codes",
    way: Way::Import("cum_codes"),
};
pub static IUM_CODES: Known = Known {
    layout: Layout { code: "sispro-ium", columns: &[], extras: Extras::Reported },
    es: "la tabla de códigos IUM del SISPRO",
    en: "SISPRO's table of IUM codes",
    way: Way::Import("ium_codes"),
};

/// Known by its sheets.
pub static MINSALUD_WORKBOOK: Known = Known {
    layout: Layout { code: super::minsalud_workbook::LAYOUT, columns: &[], extras: Extras::Reported },
    es: "el libro de precios regulados del Ministerio de Salud",
    en: "the Ministry of Health's workbook of regulated prices",
    way: Way::Import("ceilings"),
};
/// Known by its control record.
pub static MED100: Known = Known {
    layout: Layout { code: super::intake_med100::LAYOUT, columns: &[], extras: Extras::Reported },
    es: "el archivo con el que un informante reporta al SISMED por PISIS (MED100MPRE)",
    en: "the file by which a reporter reports to SISMED through PISIS (MED100MPRE)",
    way: Way::Instead {
        es: "lo envía el informante con `POST /v1/submissions`; con `dry_run=true` se revisa sin enviarlo",
        en: "its reporter submits it with `POST /v1/submissions`; with `dry_run=true` it is checked and not submitted",
    },
};

columns!(PRICES:
    _INGREDIENT required "principio_activo",
    _DISPENSING_UNIT required "unidad_de_dispensacion",
    _CONCENTRATION required "concentracion",
    _BASE_UNIT required "unidad_base",
    _BRAND required "nombre_comercial",
    _MAKER required "fabricante",
    _PRICE required "precio_por_tableta",
    _LABEL required "factoresprecio",
    _LEVEL required "numerofactor",
);

columns!(REGISTERED:
    _REGISTRATION required "registrosanitario",
    _PRODUCT required "producto",
    _INGREDIENTS required "principio_activo",
    _HOLDER required "titular",
    _MANUFACTURER optional "fabricante",
    _IMPORTER optional "importador",
    _SEGMENT optional "segmento_mercado",
    _FORM optional "formafarmaceutica",
    _ROUTE optional "viaadministracion",
    _STRENGTH optional "concentracion",
    _ATC optional "atc",
    _ATC_NAME optional "descripcionatc",
    _ATC_GROUP optional "categoria_atc",
    _ISSUED optional "fechaexpedicion",
    _EXPIRES optional "fechavencimiento",
    _STATE required "estado_regulatorio_final",
    _VALID optional "es_vigente",
    _DAYS_LEFT optional "dias_para_vencer",
    _PRESENTATIONS required "num_presentaciones",
    _MODALITY optional "modalidad",
    _SAMPLE optional "muestramedica",
    _EXPEDIENTE required "expediente",
);

static KNOWN: [Known; 9] = [
    Known { layout: SISMED.layout, es: "un reporte del SISMED", en: "a SISMED report", way: Way::Import("sismed") },
    Known {
        layout: SISMED_QUERY.layout,
        es: "la consulta pública del SISMED (datos.gov.co 3he6-m866)",
        en: "a SISMED report, the public query (datos.gov.co 3he6-m866)",
        way: Way::Import("sismed"),
    },
    Known {
        layout: OPEN_DATA_CEILINGS.layout,
        es: "una lista de precios máximos (datos.gov.co nauz-qkjw)",
        en: "a list of maximum prices (datos.gov.co nauz-qkjw)",
        way: Way::Import("ceilings"),
    },
    Known {
        layout: THERMOMETER.layout,
        es: "el termómetro de Clic Salud (datos.gov.co n4dj-8r7k)",
        en: "the Clic Salud thermometer (datos.gov.co n4dj-8r7k)",
        way: Way::Import("thermometer"),
    },
    Known {
        layout: CATALOGUE.layout,
        es: "el catálogo de CUM del INVIMA (datos.gov.co i7cb-raxc)",
        en: "INVIMA's CUM catalogue (datos.gov.co i7cb-raxc)",
        way: Way::Import("catalogue"),
    },
    Known {
        layout: BENEFIT_PLAN.layout,
        es: "la lista de medicamentos del plan de beneficios (datos.gov.co jtqe-tuvf)",
        en: "the benefit plan's list of medicines (datos.gov.co jtqe-tuvf)",
        way: Way::Import("benefit_plan"),
    },
    Known {
        layout: Layout { code: "sispro-codes", columns: COLUMNS_OF_CODES, extras: Extras::Reported },
        es: "una tabla de códigos del SISPRO",
        en: "a table of codes of SISPRO",
        way: Way::Instead {
            es: "use `termometro import cum_codes …` o `termometro import ium_codes …`, según sus códigos",
            en: "use `termometro import cum_codes …` or `termometro import ium_codes …`, by its codes",
        },
    },
    Known {
        layout: Layout { code: "precios-medicamentos-3t73-n4q9", columns: PRICES, extras: Extras::Reported },
        es: "el conjunto «Precios Medicamentos» (datos.gov.co 3t73-n4q9), que no dice ni el expediente ni el canal",
        en: "the set \"Precios Medicamentos\" (datos.gov.co 3t73-n4q9), which states neither the registration nor the channel",
        way: Way::Instead {
            es: "tome el termómetro de Clic Salud, datos.gov.co n4dj-8r7k, y use `termometro import thermometer …`",
            en: "take the Clic Salud thermometer, datos.gov.co n4dj-8r7k, and use `termometro import thermometer …`",
        },
    },
    Known {
        layout: Layout { code: "invima-registered-medicines", columns: REGISTERED, extras: Extras::Reported },
        es: "la lista de medicamentos con registro del INVIMA, una fila por registro y sin el consecutivo del CUM",
        en: "INVIMA's list of registered medicines, a row a registration and without the consecutive of the CUM",
        way: Way::Instead {
            es: "tome el catálogo de CUM (datos.gov.co i7cb-raxc, vgr4-gemg, vwwf-4ftk y spzp-dfuc) y use `termometro import catalogue …`",
            en: "take the CUM catalogue (datos.gov.co i7cb-raxc, vgr4-gemg, vwwf-4ftk and spzp-dfuc) and use `termometro import catalogue …`",
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::table::Need;

    #[test]
    fn each_is_named_by_its_own_header_whatever_stands_beside() {
        for known in &KNOWN {
            let mut fields = Fields::default();
            fields.push("una columna más");
            known.layout.columns.iter().rev().for_each(|column| fields.push(column.name));
            assert_eq!(named_by(&fields).map(|found| found.layout.code), Some(known.layout.code));
            let mut short = Fields::default();
            let first = known.layout.columns.iter().position(|column| column.need != Need::Optional);
            let others = known.layout.columns.iter().enumerate().filter(|(index, _)| Some(*index) != first);
            others.for_each(|(_, column)| short.push(column.name));
            assert_ne!(named_by(&short).map(|found| found.layout.code), Some(known.layout.code), "without its first column");
        }
    }

    #[test]
    fn the_command_or_the_set_to_take_is_named_in_both_languages() {
        for known in KNOWN.iter().chain([&CUM_CODES, &IUM_CODES, &MINSALUD_WORKBOOK]) {
            let Words { es, en } = known.words("x");
            assert!(es.starts_with("esto es ") && en.starts_with("this is "), "{es} {en}");
            for text in [&es, &en] {
                assert!(text.contains("termometro import ") && text.contains(known.layout.code), "{text}");
            }
        }
    }
}
