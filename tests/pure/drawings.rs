//! Golden files: what is drawn, byte for byte, in `tests/drawings/`. `UPDATE_SNAPSHOTS=1` writes them anew: look at them before committing.

use std::{fs, path::PathBuf};

use rust_decimal::Decimal;
use termometro::draw::{
    Theme,
    changes::ChangesChart,
    history::{History, Month},
    thermometer::{Level, Shown, Thermometer},
};

fn held(name: &str, drawn: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/drawings").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, drawn).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == drawn, "{name} is drawn in another way than tests/drawings/ has it (UPDATE_SNAPSHOTS=1, then look)");
}

fn shown(amount: &str) -> Shown {
    Shown { amount: amount.parse().unwrap(), text: format!("$ {amount}") }
}

fn thermometer(level: Level, word: &str, price: &str, theme: Theme) -> String {
    let notes = ["Comparado con 12 precios", "Canal comercial (droguerías)", "Losartán 50 mg, Tableta", "Lista de hoy"]
        .map(str::to_owned);
    let marks = if level == Level::Alone { [price; 5] } else { ["95.5", "120", "180.25", "260", "1400"] };
    let all = ["95.5", "110", "120", "150", "180.25", "200", "260", "900", "1400"].map(|price| price.parse::<Decimal>().unwrap());
    Thermometer {
        title: "Losartán <50 mg> & \"otros\"",
        description: "Precio por tableta",
        level,
        word,
        price: shown(price),
        marks: marks.map(shown),
        all: &all,
        typed: (theme == Theme::Auto).then(|| (shown("230"), "Su precio")),
        parts: ["bajo", "normal", "alto"],
        notes: &notes,
    }
    .draw(theme, "t")
}

#[test]
fn thermometers() {
    held("thermometer-low.svg", &thermometer(Level::Low, "bajo", "100", Theme::Light));
    held("thermometer-normal.svg", &thermometer(Level::Normal, "normal", "180.25", Theme::Auto));
    held("thermometer-high.svg", &thermometer(Level::High, "alto", "1250000.123456", Theme::Dark));
    held("thermometer-few.svg", &thermometer(Level::Few, "solo 3 precios", "180.25", Theme::Light));
    held("thermometer-few-long.svg", &thermometer(Level::Few, "solo 2 precios", "16588.256", Theme::Light));
    held("thermometer-alone.svg", &thermometer(Level::Alone, "sin comparación", "36120.5", Theme::Light));
}

#[test]
fn history() {
    let month = |average: i64| {
        let of = Decimal::from;
        Some(Month { least: of(average - 20), average: of(average), most: of(average + 40) })
    };
    let dates = [(0, "dic 2019"), (2, "feb 2020"), (4, "abr 2020")].map(|(at, name)| (at, name.to_owned()));
    let drawing = History {
        title: "Precios reportados",
        description: "Por mes y canal",
        unit: "Promedio de venta, por caja",
        source: "Fuente: SISMED, de dic 2019 a abr 2020.",
        months: 5,
        dates: &dates,
        institutional: &[month(150), month(160), None, month(140), month(145)],
        commercial: &[None, None, month(210), None, None],
        ceiling: &[None, Some(Decimal::from(190)), Some(Decimal::from(190)), Some(Decimal::from(170)), Some(Decimal::from(170))],
        names: ["Hospitales y EPS", "Droguerías", "Precio máximo"],
        written: &|amount| format!("$ {amount}"),
    };
    held("history.svg", &drawing.draw(Theme::Light, "h"));
}

#[test]
fn changes() {
    let names: [String; 8] = std::array::from_fn(|class| format!("clase {class}"));
    let drawing = ChangesChart { title: "Cambios", description: "Cuántos", counts: [1, 2, 40, 8, 0, 5, 3, 1], names };
    held("changes.svg", &drawing.draw(Theme::Light, "c"));
}
