//! The rows of the page: one table line each, and how each figure was calculated.

use serde_json::Value;

use super::page_text::{at, figure, label, list, pesos, raw, transaction, unit};

pub fn table(content: &Value) -> String {
    let rows: String = list(content, "/evidence").iter().map(line).collect();
    let total = pesos(content, "/case/total_excess/amount");
    format!(
        "<table><thead><tr><th>N.º</th><th>Período</th><th>Operación</th><th>Transacción</th><th>Facturado por</th>\
         <th>Mínimo</th><th>Máximo</th><th>Unidades</th><th>Valor</th><th>Precio máximo legal del empaque</th><th>Exceso</th></tr></thead>\n\
         <tbody>\n{rows}</tbody><tfoot><tr><th colspan=\"10\">Exceso total (pesos colombianos)</th><td class=\"n\"><strong>{total}</strong></td></tr></tfoot></table>\n"
    )
}

fn line(row: &Value) -> String {
    let cell = |pointer| pesos(row, pointer);
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
         <td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
        at(row, "/number"),
        at(row, "/reported/period"),
        label(raw(row, "/reported/operation")),
        transaction(raw(row, "/reported/transaction")),
        unit(raw(row, "/reported/unit")),
        cell("/reported/minimum"),
        cell("/reported/maximum"),
        figure(row, "/reported/units"),
        cell("/reported/value"),
        binding(row).map_or_else(|| "—".to_owned(), |result| pesos(result, "/binding")),
        cell("/excess/amount"),
    )
}

fn step<'a>(steps: &'a [Value], name: &str) -> Option<&'a Value> {
    steps.iter().find(|step| step["step"] == name)
}

/// The result of the step that chose the ceiling.
fn binding(row: &Value) -> Option<&Value> {
    step(list(row, "/basis/law_steps"), "ceilings").map(|step| &step["result"])
}

pub fn figures(content: &Value) -> String {
    list(content, "/evidence").iter().map(row).collect()
}

fn row(row: &Value) -> String {
    let prices: String = list(row, "/prices").iter().map(price).collect();
    let flags: Vec<String> = list(row, "/flags").iter().filter_map(Value::as_str).map(label).collect();
    let flags =
        if flags.is_empty() { String::new() } else { format!("<p><strong>Advertencias:</strong> {}</p>\n", flags.join(" ")) };
    format!(
        "<section class=\"row\"><h3>Renglón {}</h3>\n<p>{} · renglón {} del archivo <code>{}</code>{} · reportado por el NIT {} · \
         rol {}</p>\n{}\
         <table><thead><tr><th>Precio</th><th>Observado</th><th>Comparación</th><th>Resultado</th><th>Por empaque</th><th>%</th></tr></thead>\
         <tbody>\n{prices}</tbody></table>\n{}{flags}\
         <p class=\"h\">SHA-256 del archivo: <code>{}</code><br>Huella de la base legal: <code>{}</code> (reglas versión {})</p></section>\n",
        at(row, "/number"),
        at(row, "/source/publisher"),
        at(row, "/source/line"),
        at(row, "/source/file"),
        if row.pointer("/source/receipt").is_some_and(Value::is_string) { " (con recibo firmado)" } else { "" },
        at(row, "/reported/reporter_nit"),
        at(row, "/reported/actor_role"),
        ceiling(row),
        excess(row),
        at(row, "/source/sha256"),
        at(row, "/basis/digest"),
        at(row, "/basis/rule_version"),
    )
}

fn ceiling(row: &Value) -> String {
    let Some(step) = step(list(row, "/basis/law_steps"), "ceilings") else { return String::new() };
    let candidates = list(step, "/inputs/candidates");
    let Some(chosen) = candidates.iter().find(|candidate| candidate["id"] == step["result"]["chosen"]) else {
        return String::new();
    };
    format!(
        "<p>Precio máximo: {} ({}), acto <code>{}</code>, vigente desde {}, según la lista con corte a {}. Margen de la IPS: {}. \
         Máximo aplicable: <strong>{}</strong>. Declaraciones consideradas: {}.</p>\n",
        pesos(chosen, "/amount"),
        label(raw(chosen, "/basis")),
        at(chosen, "/act"),
        at(chosen, "/valid_from"),
        at(chosen, "/list_cut_date"),
        pesos(&step["result"], "/margin"),
        pesos(&step["result"], "/binding"),
        candidates.len(),
    )
}

fn price(price: &Value) -> String {
    let worksheet = list(price, "/worksheet");
    let compare = step(worksheet, "compare");
    let (observed, compared) = compare.map_or_else(
        || ("—".to_owned(), "—".to_owned()),
        |step| {
            let observed = pesos(step, "/inputs/observed");
            let divided_by = raw(step, "/inputs/divided_by");
            let observed =
                if divided_by == "1" { observed } else { format!("{observed} / {}", figure(step, "/inputs/divided_by")) };
            let sign = if step["result"]["verdict"] == "above" { "&gt;" } else { "≤" };
            (observed, format!("{} {sign} {}", figure(step, "/result/left"), figure(step, "/result/right")))
        },
    );
    let excess = step(worksheet, "excess");
    let rounding = step(worksheet, "rounding").is_some_and(|step| step["result"]["explained"] == true);
    let reasons: Vec<String> = worksheet
        .last()
        .map_or(&[][..], |step| list(step, "/result/reasons"))
        .iter()
        .filter_map(Value::as_str)
        .map(label)
        .collect();
    let readings: Vec<String> =
        step(worksheet, "readings").map_or(&[][..], |step| list(step, "/result/readings")).iter().map(reading).collect();
    format!(
        "<tr><td>{}</td><td class=\"n\">{observed}</td><td class=\"n\">{compared}</td><td>{}{}{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
        label(raw(price, "/which")),
        // A doubt stands before what was found.
        if reasons.is_empty() {
            String::new()
        } else {
            format!("<small>{} {}</small><br>", reasons.join(" "), readings.join(" "))
        },
        label(raw(price, "/verdict")),
        if rounding { "; lo explica el redondeo del precio por unidad" } else { "" },
        excess.map_or_else(|| "—".to_owned(), |step| pesos(step, "/result/excess")),
        excess.map_or_else(|| "—".to_owned(), |step| figure(step, "/result/excess_percent")),
    )
}

/// What the price would be in another unit or pack.
fn reading(reading: &Value) -> String {
    let how = match raw(reading, "/verdict") {
        "above" => format!("supera el máximo en {} %", figure(reading, "/excess_percent")),
        _ => "no supera el máximo".to_owned(),
    };
    let of = match raw(reading, "/per") {
        "pack" => "del empaque completo".to_owned(),
        "dispensing_unit" => "de una unidad de dispensación".to_owned(),
        _ => format!("del empaque {}", at(reading, "/cum")),
    };
    let times = if raw(reading, "/ratio") == "0.00" { "menos de 0,01".to_owned() } else { figure(reading, "/ratio") };
    format!("Como precio {of}, {how} ({times} veces).")
}

fn excess(row: &Value) -> String {
    format!(
        "<p>Exceso del renglón ({}, precio {}): ({} − {}) / {} = <strong>{}</strong></p>\n",
        label(raw(row, "/excess/kind")),
        label(raw(row, "/excess/price")).to_lowercase(),
        figure(row, "/excess/left"),
        figure(row, "/excess/right"),
        figure(row, "/excess/factor"),
        pesos(row, "/excess/amount"),
    )
}
