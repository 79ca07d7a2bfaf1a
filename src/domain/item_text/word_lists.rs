//! Words that do not name a product by themselves: connecting words, salts, noise of names, containers, marks of makers, units that say nothing.

/// Words that connect others.
pub fn connects(word: &str) -> bool {
    matches!(
        word,
        "de" | "del"
            | "la"
            | "el"
            | "los"
            | "las"
            | "en"
            | "con"
            | "y"
            | "e"
            | "para"
            | "al"
            | "o"
            | "u"
            | "sin"
            | "and"
            | "por"
            | "with"
            | "of"
            | "a"
    )
}

/// One name for each salt, in any gender: `sodica`, `sodio`, `sodico`.
pub fn salt(word: &str) -> Option<&'static str> {
    Some(match word {
        "sodio" | "sodico" | "sodica" | "disodico" | "disodica" | "monosodico" | "monosodica" | "trisodico" => "sodico",
        "potasio" | "potasico" | "potasica" => "potasico",
        "calcio" | "calcico" | "calcica" => "calcico",
        "magnesio" | "magnesico" | "magnesica" => "magnesico",
        "clorhidrato" | "hidrocloruro" | "diclorhidrato" | "monoclorhidrato" | "hcl" | "hydrochloride" | "cloruro" => {
            "clorhidrato"
        }
        "sulfato" | "hemisulfato" | "bisulfato" => "sulfato",
        "fosfato" | "difosfato" => "fosfato",
        "maleato" | "hidrogenomaleato" => "maleato",
        "besilato" | "besylato" => "besilato",
        "mesilato" | "metansulfonato" => "mesilato",
        "tartrato" | "bitartrato" => "tartrato",
        "succinato" => "succinato",
        "fumarato" | "hemifumarato" => "fumarato",
        "citrato" => "citrato",
        "acetato" => "acetato",
        "acetonido" => "acetonido",
        "bromuro" | "bromhidrato" | "hidrobromuro" => "bromhidrato",
        "nitrato" => "nitrato",
        "valerato" => "valerato",
        "dipropionato" => "dipropionato",
        "propionato" => "propionato",
        "furoato" => "furoato",
        "gluconato" => "gluconato",
        "lactato" => "lactato",
        "estearato" => "estearato",
        "palmitato" => "palmitato",
        "decanoato" => "decanoato",
        "enantato" => "enantato",
        "pamoato" => "pamoato",
        "tosilato" | "ditosilato" => "tosilato",
        "trometamina" | "trometamol" => "trometamina",
        "lisina" => "lisina",
        "meglumina" => "meglumina",
        "benzatinica" | "benzatina" => "benzatina",
        "procainica" => "procaina",
        "hialuronato" => "hialuronato",
        "carbonato" => "carbonato",
        "bicarbonato" => "bicarbonato",
        _ => return None,
    })
}

/// Words of ingredients' names that the same ingredient may lack elsewhere: they are never required.
pub fn is_noise(word: &str) -> bool {
    matches!(
        word,
        "equivalente"
            | "equivalentes"
            | "equiv"
            | "eq"
            | "base"
            | "como"
            | "anhidro"
            | "anhidra"
            | "monohidrato"
            | "monohidratado"
            | "monohidratada"
            | "dihidrato"
            | "dihidratado"
            | "dihidratada"
            | "trihidrato"
            | "trihidratado"
            | "trihidratada"
            | "hemihidrato"
            | "hidrato"
            | "hidratado"
            | "hidratada"
            | "micronizado"
            | "micronizada"
            | "granulado"
            | "granulada"
            | "pellets"
            | "usp"
            | "bp"
            | "ep"
            | "recombinante"
            | "humano"
            | "humana"
            | "puro"
            | "pura"
            | "esteril"
            | "compactado"
            | "compactada"
            | "mezcla"
            | "estandarizado"
            | "estandarizada"
            | "cada"
            | "contiene"
            | "libre"
            | "activo"
            | "activa"
            | "polvo"
            | "solucion"
            | "suspension"
            | "acido"
            | "biosintetico"
            | "biosintetica"
            | "cristalina"
            | "cristalino"
            | "amorfo"
            | "amorfa"
            | "isomero"
            | "mayor"
            | "minimo"
    )
}

/// Words of brands that say what kind of it, or nothing: they are left.
pub fn is_modifier(word: &str) -> bool {
    matches!(
        word,
        "forte"
            | "plus"
            | "duo"
            | "max"
            | "ultra"
            | "sr"
            | "xr"
            | "xl"
            | "la"
            | "cr"
            | "er"
            | "od"
            | "mr"
            | "lp"
            | "pediatrico"
            | "pediatrica"
            | "infantil"
            | "ninos"
            | "nino"
            | "adultos"
            | "adulto"
            | "compuesto"
            | "simple"
            | "nf"
            | "new"
            | "nuevo"
            | "dia"
            | "noche"
            | "rapid"
            | "fem"
            | "mini"
            | "pack"
            | "kit"
            | "oral"
            | "sabor"
            | "fresa"
            | "mora"
            | "cereza"
            | "naranja"
            | "limon"
            | "vainilla"
            | "chocolate"
            | "menta"
            | "uva"
            | "manzana"
            | "original"
            | "natural"
            | "generico"
            | "am"
            | "mk"
            | "ref"
            | "no"
    )
}

pub fn is_sample(word: &str) -> bool {
    matches!(word, "muestra" | "muestras")
}

/// `muestra medica`, `muestras gratis`, `muestra sin valor comercial`. Alone the word may be of blood.
pub fn says_sample(word: &str, next: &str) -> bool {
    is_sample(word) && matches!(next, "medica" | "medicas" | "gratis" | "gratuita" | "gratuitas" | "sin")
}

/// What packs are made of; says nothing about the product.
pub fn container(word: &str) -> Option<&'static str> {
    Some(match word {
        "caja" | "cajas" | "cja" | "cj" | "box" => "caja",
        "estuche" | "est" => "estuche",
        "frasco" | "frascos" | "fco" | "fcos" | "fr" | "botella" => "frasco",
        "blister" | "blisters" | "blist" => "blister",
        "bolsa" | "bolsas" | "bls" => "bolsa",
        "tubo" | "tubos" => "tubo",
        "envase" | "env" | "empaque" | "paquete" | "paq" | "pote" | "tarro" | "lata" | "plegadiza" => "envase",
        "unidad" | "unidades" | "und" | "unds" | "uds" | "un" | "ud" | "unid" => "unidad",
        "dosis" => "dosis",
        _ => return None,
    })
}

/// Words of names of companies that many share.
pub fn is_company_word(word: &str) -> bool {
    word.len() < 3
        || connects(word)
        || matches!(
            word,
            "laboratorio"
                | "laboratorios"
                | "lab"
                | "labs"
                | "sas"
                | "ltda"
                | "colombia"
                | "colombiana"
                | "pharma"
                | "farma"
                | "pharmaceutical"
                | "pharmaceuticals"
                | "farmaceutica"
                | "farmaceuticos"
                | "inc"
                | "gmbh"
                | "limited"
                | "industria"
                | "industrias"
                | "compania"
                | "international"
                | "internacional"
                | "products"
                | "productos"
                | "health"
                | "group"
                | "grupo"
        )
}
