//! Recognises every layout by its header, so that a file given to the wrong command is named.

use super::{
    actors::ACTORS,
    benefit_plan::BENEFIT_PLAN,
    catalogue::CATALOGUE,
    code_tables::COLUMNS_OF_CODES,
    exchange_rates::{EXCHANGE_RATES, EXCHANGE_RATES_BY_DAY},
    minsalud_workbook,
    open_data_ceilings::OPEN_DATA_CEILINGS,
    purchases::{
        secop::{SECOP_ADDITIONS, SECOP_CONTRACTS},
        tvec::{TVEC_ITEMS, TVEC_ORDERS},
    },
    sismed::SISMED,
    sismed_query::SISMED_QUERY,
    thermometer::THERMOMETER,
    unit_conventions::UNIT_CONVENTIONS,
    vital_authorisations::VITAL_AUTHORISATIONS,
};
use crate::ingest::{
    format::fields::Fields,
    layout_name::{LayoutName, Way},
    table::{
        columns::{Extras, Layout, columns},
        layout::Recognise,
    },
};

/// A layout by its header, and what it is called.
#[derive(Debug)]
struct Known {
    layout: Layout,
    name: LayoutName,
}

/// Names what a reader of tables finds in the place of its own layout.
pub static RECOGNISE: Recognise = Recognise { header: named_by, sheets: minsalud_workbook::named_by };

/// The layout all of whose columns a row names, and how many of the row's columns it accounts for; of several the one with the most.
fn named_by(fields: &Fields) -> Option<(usize, &'static LayoutName)> {
    let whole = KNOWN.iter().filter(|known| known.layout.is_whole(fields));
    whole.map(|known| (known.layout.recognised(fields), &known.name)).max_by_key(|(recognised, _)| *recognised)
}

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

static KNOWN: [Known; 18] = [
    Known {
        layout: SISMED.layout,
        name: LayoutName {
            code: SISMED.layout.code,
            es: "un reporte del SISMED",
            en: "a SISMED report",
            way: Way::Import("sismed"),
        },
    },
    Known {
        layout: SISMED_QUERY.layout,
        name: LayoutName {
            code: SISMED_QUERY.layout.code,
            es: "la consulta pública del SISMED (datos.gov.co 3he6-m866)",
            en: "a SISMED report, the public query (datos.gov.co 3he6-m866)",
            way: Way::Import("sismed"),
        },
    },
    Known {
        layout: OPEN_DATA_CEILINGS.layout,
        name: LayoutName {
            code: OPEN_DATA_CEILINGS.layout.code,
            es: "una lista de precios máximos (datos.gov.co nauz-qkjw)",
            en: "a list of maximum prices (datos.gov.co nauz-qkjw)",
            way: Way::Import("ceilings"),
        },
    },
    Known {
        layout: THERMOMETER.layout,
        name: LayoutName {
            code: THERMOMETER.layout.code,
            es: "el termómetro de Clic Salud (datos.gov.co n4dj-8r7k)",
            en: "the Clic Salud thermometer (datos.gov.co n4dj-8r7k)",
            way: Way::Import("thermometer"),
        },
    },
    Known {
        layout: CATALOGUE.layout,
        name: LayoutName {
            code: CATALOGUE.layout.code,
            es: "el catálogo de CUM del INVIMA (datos.gov.co i7cb-raxc)",
            en: "INVIMA's CUM catalogue (datos.gov.co i7cb-raxc)",
            way: Way::Import("catalogue"),
        },
    },
    Known {
        layout: BENEFIT_PLAN.layout,
        name: LayoutName {
            code: BENEFIT_PLAN.layout.code,
            es: "la lista de medicamentos del plan de beneficios (datos.gov.co jtqe-tuvf)",
            en: "the benefit plan's list of medicines (datos.gov.co jtqe-tuvf)",
            way: Way::Import("benefit_plan"),
        },
    },
    Known {
        layout: VITAL_AUTHORISATIONS.layout,
        name: LayoutName {
            code: VITAL_AUTHORISATIONS.layout.code,
            es: "la lista de autorizaciones de medicamentos vitales no disponibles (datos.gov.co sdmr-tfmf)",
            en: "the list of authorisations of medicines that are vital and not available (datos.gov.co sdmr-tfmf)",
            way: Way::Import("vital_not_available"),
        },
    },
    Known {
        layout: EXCHANGE_RATES.layout,
        name: LayoutName {
            code: EXCHANGE_RATES.layout.code,
            es: "la tasa de cambio del dólar, TRM (datos.gov.co mcec-87by)",
            en: "the exchange rate of the dollar, TRM (datos.gov.co mcec-87by)",
            way: Way::Import("exchange_rates"),
        },
    },
    Known {
        layout: EXCHANGE_RATES_BY_DAY.layout,
        name: LayoutName {
            code: EXCHANGE_RATES_BY_DAY.layout.code,
            es: "la tasa de cambio del dólar, TRM, día por día (Banco de la República)",
            en: "the exchange rate of the dollar, TRM, day by day (Banco de la República)",
            way: Way::Import("exchange_rates"),
        },
    },
    Known {
        layout: ACTORS.layout,
        name: LayoutName {
            code: ACTORS.layout.code,
            es: "una tabla de actores: quién es cada NIT en una venta",
            en: "a table of actors: what each NIT is in a sale",
            way: Way::Import("actors"),
        },
    },
    Known {
        layout: UNIT_CONVENTIONS.layout,
        name: LayoutName {
            code: UNIT_CONVENTIONS.layout.code,
            es: "una tabla de convenciones de unidad: de qué son los precios de cada fuente",
            en: "a table of unit conventions: what the prices of each source are for",
            way: Way::Import("unit_conventions"),
        },
    },
    Known {
        layout: TVEC_ORDERS.layout,
        name: LayoutName {
            code: TVEC_ORDERS.layout.code,
            es: "las órdenes de compra de la Tienda Virtual del Estado Colombiano (datos.gov.co rgxm-mmea)",
            en: "the purchase orders of the Colombian State's virtual store (datos.gov.co rgxm-mmea)",
            way: Way::Import("tvec_orders"),
        },
    },
    Known {
        layout: TVEC_ITEMS.layout,
        name: LayoutName {
            code: TVEC_ITEMS.layout.code,
            es: "las compras por ítem de la Tienda Virtual del Estado Colombiano (datos.gov.co 3hdv-smhz y usqp-5nsn)",
            en: "the purchases by item of the Colombian State's virtual store (datos.gov.co 3hdv-smhz and usqp-5nsn)",
            way: Way::Import("tvec_items"),
        },
    },
    Known {
        layout: SECOP_CONTRACTS.layout,
        name: LayoutName {
            code: SECOP_CONTRACTS.layout.code,
            es: "los contratos electrónicos del SECOP II (datos.gov.co jbjy-vk9h)",
            en: "the electronic contracts of SECOP II (datos.gov.co jbjy-vk9h)",
            way: Way::Import("secop_contracts"),
        },
    },
    Known {
        layout: SECOP_ADDITIONS.layout,
        name: LayoutName {
            code: SECOP_ADDITIONS.layout.code,
            es: "las adiciones de contratos del SECOP II (datos.gov.co cb9c-h8sn)",
            en: "the additions to contracts of SECOP II (datos.gov.co cb9c-h8sn)",
            way: Way::Import("secop_additions"),
        },
    },
    Known {
        layout: Layout { code: "sispro-codes", columns: COLUMNS_OF_CODES, extras: Extras::Reported },
        name: LayoutName {
            code: "sispro-codes",
            es: "una tabla de códigos del SISPRO",
            en: "a table of codes of SISPRO",
            way: Way::Instead {
                es: "use `termometro import cum_codes …` o `termometro import ium_codes …`, según sus códigos",
                en: "use `termometro import cum_codes …` or `termometro import ium_codes …`, by its codes",
            },
        },
    },
    Known {
        layout: Layout { code: "precios-medicamentos-3t73-n4q9", columns: PRICES, extras: Extras::Reported },
        name: LayoutName {
            code: "precios-medicamentos-3t73-n4q9",
            es: "el conjunto «Precios Medicamentos» (datos.gov.co 3t73-n4q9), que no dice ni el expediente ni el canal",
            en: "the set \"Precios Medicamentos\" (datos.gov.co 3t73-n4q9), which states neither the registration nor the channel",
            way: Way::Instead {
                es: "tome el termómetro de Clic Salud, datos.gov.co n4dj-8r7k, y use `termometro import thermometer …`",
                en: "take the Clic Salud thermometer, datos.gov.co n4dj-8r7k, and use `termometro import thermometer …`",
            },
        },
    },
    Known {
        layout: Layout { code: "invima-registered-medicines", columns: REGISTERED, extras: Extras::Reported },
        name: LayoutName {
            code: "invima-registered-medicines",
            es: "la lista de medicamentos con registro del INVIMA, una fila por registro y sin el consecutivo del CUM",
            en: "INVIMA's list of registered medicines, a row a registration and without the consecutive of the CUM",
            way: Way::Instead {
                es: "tome el catálogo de CUM (datos.gov.co i7cb-raxc, vgr4-gemg, vwwf-4ftk y spzp-dfuc) y use `termometro import catalogue …`",
                en: "take the CUM catalogue (datos.gov.co i7cb-raxc, vgr4-gemg, vwwf-4ftk and spzp-dfuc) and use `termometro import catalogue …`",
            },
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{
        layouts::{
            code_tables::{CUM_CODES, IUM_CODES},
            minsalud_workbook::MINSALUD_WORKBOOK,
        },
        table::columns::Need,
        words::Words,
    };

    #[test]
    fn each_is_named_by_its_own_header_whatever_stands_beside() {
        for known in &KNOWN {
            let mut fields = Fields::default();
            fields.push("una columna más");
            known.layout.columns.iter().rev().for_each(|column| fields.push(column.name));
            assert_eq!(named_by(&fields).map(|(_, found)| found.code), Some(known.layout.code));
            let mut short = Fields::default();
            let first = known.layout.columns.iter().position(|column| column.need != Need::Optional);
            let others = known.layout.columns.iter().enumerate().filter(|(index, _)| Some(*index) != first);
            others.for_each(|(_, column)| short.push(column.name));
            assert_ne!(named_by(&short).map(|(_, found)| found.code), Some(known.layout.code), "without its first column");
        }
    }

    #[test]
    fn the_command_or_the_set_to_take_is_named_in_both_languages() {
        for name in KNOWN.iter().map(|known| &known.name).chain([&CUM_CODES, &IUM_CODES, &MINSALUD_WORKBOOK]) {
            let Words { es, en } = name.words("x");
            assert!(es.starts_with("esto es ") && en.starts_with("this is "), "{es} {en}");
            for text in [&es, &en] {
                assert!(text.contains("termometro import ") && text.contains(name.code), "{text}");
            }
        }
    }
}
