//! What says that a line is of a service, a device, a cosmetic or food: words, and the letters of its registration.

/// Words that stand in no name of a medicine; folded. Each is evidence by itself: such a line is never judged.
const WORDS: &[&str] = &[
    // Services.
    "honorarios", "honor", "derechos", "ayudantia", "ayudante", "internacion", "interconsulta", "consulta", "sala", "quirofano",
    "quirofanos", "cirugia", "radiografia", "ecografia", "tomografia", "resonancia", "ecocardiograma", "hemograma",
    "hemoclasificacion", "cultivo", "antibiograma", "transfusion", "semiautomatizado", "semiautomatizada", "automatizado",
    "automatizada", "cuantitativa", "cuantitativo", "fluidos", "gases", "gasimetria", "terapia", "rehabilitacion",
    "broncoscopia", "toracentesis", "cateterismo", "angiografia", "arteriografia", "insercion", "extraccion", "reintervencion",
    "sutura", "suturas", "decorticacion", "atencion", "procedimiento", "examen", "recuento", "anticuerpos", "antigeno",
    "electroforesis", "prueba", "minuto", "via abierta", "traslado", "ambulancia", "anestesiologo", "especialista", "biopsia",
    "estudio", "medicion", "monitoreo", "capacidad", "niveles", "determinacion", // Devices.
    "cateter", "sonda", "aguja", "agujas", "guantes", "guante", "gasa", "gasas", "torunda", "torundas", "compresa", "compresas",
    "venda", "vendas", "aposito", "apositos", "esparadrapo", "canula", "canulas", "endotraqueal", "electrodo", "electrodos",
    "introductor", "guia", "mascara", "mascarilla", "tapabocas", "lanceta", "lancetas", "equipo", "extension", "llave",
    "manguera", "drenaje", "dren", "micronebulizador", "ventury", "venturi", "humidificador", "circuito", "filtro", "protesis",
    "stent", "balon", "clip", "grapadora", "bisturi", "tornillo", "placa", "malla", "marcapaso", "marcapasos", "oxigenador",
    "sensor", "transductor", "termometro", "tensiometro", "glucometro", "tirillas", "curas", "cura", "micropore", "tegaderm",
    "fixomull", "hisopo", "hisopos", "algodon", "bajalenguas", "preservativo", "preservativos", "condon", "condones", "funda",
    "campo", "campos", "bata", "gorro", "polainas", "cono", "desechable", "desechables", "radiopaco",
    // Cosmetics, hygiene, food.
    "jab", "panal", "panales", "desodorante", "cepillo", "seda", "toallas", "toallitas", "panitos", "pantene", "protectores",
    "tampones", "papel", "higienico", "maquillaje", "removedor", "depilatoria", "cera", "tinte", "colonia", "perfume",
    "repelente", "bloqueador", "protector", "rinse", "acondicionador", "chupo", "tetero", "biberon", "galletas", "leche entera",
    "huggies", "kotex", "nosotras", "palmolive", "dove", "rexona", "nivea", "ponds", "colgate", "gillette", "johnson",
];

/// Whether a folded word, or two of them in turn, says so.
pub fn says(word: &str, next: Option<&str>) -> bool {
    WORDS.iter().any(|known| match known.split_once(' ') {
        Some((first, second)) => first == word && next.is_some_and(|next| second == next),
        None => *known == word,
    })
}

/// Letters of registrations and notifications of what is no medicine: devices, cosmetics, hygiene, food, supplements.
pub fn is_other_registration(letters: &str) -> bool {
    ["DM", "EBC", "RD", "SD"].contains(&letters)
        || ["NSO", "NSC", "NSA", "RSA", "RSI"].iter().any(|begin| letters.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_devices_are_known_by_their_words() {
        for word in ["honorarios", "cateter", "jab"] {
            assert!(says(word, None), "{word}");
        }
        for word in ["losartan", "tableta", "crema", "ampolla", "suero", "agua", "jeringa", "solucion"] {
            assert!(!says(word, None), "{word}");
        }
        assert!(is_other_registration("NSOC") && is_other_registration("DM"));
        assert!(!is_other_registration("M") && !is_other_registration("MBT"));
    }
}
