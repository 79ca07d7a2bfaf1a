//! The data sets that this program knows how to read, one for each row of the table `feed`.

/// A data set of the open-data portal, and the kind of file that it is imported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShippedFeed {
    pub name: &'static str,
    /// As `termometro import` names it.
    pub kind: &'static str,
    /// Its identifier on the portal.
    pub data_set: &'static str,
    pub es: &'static str,
    pub en: &'static str,
    /// Whether it is read unless somebody says otherwise.
    pub enabled: bool,
}

/// In the order in which they are read: what names products comes before what speaks of them.
pub const SHIPPED: [ShippedFeed; 15] = [
    ShippedFeed {
        name: "catalogue",
        kind: "catalogue",
        data_set: "i7cb-raxc",
        es: "Catálogo de CUM: vigentes",
        en: "CUM catalogue: in force",
        enabled: true,
    },
    ShippedFeed {
        name: "catalogue_renewal",
        kind: "catalogue",
        data_set: "vgr4-gemg",
        es: "Catálogo de CUM: en trámite de renovación",
        en: "CUM catalogue: renewal in progress",
        enabled: true,
    },
    ShippedFeed {
        name: "catalogue_expired",
        kind: "catalogue",
        data_set: "vwwf-4ftk",
        es: "Catálogo de CUM: vencidos",
        en: "CUM catalogue: expired",
        enabled: true,
    },
    ShippedFeed {
        name: "catalogue_other",
        kind: "catalogue",
        data_set: "spzp-dfuc",
        es: "Catálogo de CUM: otros estados",
        en: "CUM catalogue: other states",
        enabled: true,
    },
    ShippedFeed {
        name: "ceilings",
        kind: "ceilings",
        data_set: "nauz-qkjw",
        es: "Precios máximos de venta",
        en: "Maximum sale prices",
        enabled: true,
    },
    ShippedFeed {
        name: "benefit_plan",
        kind: "benefit_plan",
        data_set: "jtqe-tuvf",
        es: "Medicamentos del plan de beneficios",
        en: "Medicines of the benefit plan",
        enabled: true,
    },
    ShippedFeed {
        name: "thermometer",
        kind: "thermometer",
        data_set: "n4dj-8r7k",
        es: "Termómetro de precios de Clic Salud",
        en: "Clic Salud price thermometer",
        enabled: true,
    },
    // 23 million rows of 2017 to 2019 that no longer change: read when somebody says so.
    ShippedFeed {
        name: "sismed",
        kind: "sismed",
        data_set: "3he6-m866",
        es: "SISMED, consulta pública (2017 a junio de 2019)",
        en: "SISMED, public query (2017 to June 2019)",
        enabled: false,
    },
    ShippedFeed {
        name: "vital_not_available",
        kind: "vital_not_available",
        data_set: "sdmr-tfmf",
        es: "Medicamentos vitales no disponibles: autorizaciones del INVIMA",
        en: "Medicines that are vital and not available: INVIMA's authorisations",
        enabled: true,
    },
    ShippedFeed {
        name: "exchange_rates",
        kind: "exchange_rates",
        data_set: "mcec-87by",
        es: "Tasa de cambio del dólar (TRM)",
        en: "Exchange rate of the dollar (TRM)",
        enabled: true,
    },
    // Millions of rows each, in which medicines are a small part: read when somebody says so, orders before their lines.
    ShippedFeed {
        name: "tvec_orders",
        kind: "tvec_orders",
        data_set: "rgxm-mmea",
        es: "Tienda Virtual del Estado Colombiano: órdenes de compra",
        en: "Colombian State's virtual store: purchase orders",
        enabled: false,
    },
    ShippedFeed {
        name: "tvec_items",
        kind: "tvec_items",
        data_set: "3hdv-smhz",
        es: "Tienda Virtual del Estado Colombiano: compras por ítem",
        en: "Colombian State's virtual store: purchases by item",
        enabled: false,
    },
    ShippedFeed {
        name: "tvec_items_of_orders",
        kind: "tvec_items",
        data_set: "usqp-5nsn",
        es: "Tienda Virtual del Estado Colombiano: ítems",
        en: "Colombian State's virtual store: items",
        enabled: false,
    },
    ShippedFeed {
        name: "secop_contracts",
        kind: "secop_contracts",
        data_set: "jbjy-vk9h",
        es: "SECOP II: contratos electrónicos",
        en: "SECOP II: electronic contracts",
        enabled: false,
    },
    ShippedFeed {
        name: "secop_additions",
        kind: "secop_additions",
        data_set: "cb9c-h8sn",
        es: "SECOP II: adiciones",
        en: "SECOP II: additions",
        enabled: false,
    },
];

pub fn shipped(name: &str) -> Option<&'static ShippedFeed> {
    SHIPPED.iter().find(|feed| feed.name == name)
}
