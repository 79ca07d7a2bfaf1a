//! A file, an entry of an archive or a place in one that could not be read: what it is, and what to do about it. It never quotes the file.

use crate::ingest::{error::FileError, words::Words};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    pub file: String,
    /// From 1. Of a document inside another one: its own lines.
    pub line: Option<u64>,
    pub column: Option<u64>,
    /// Stable snake_case code.
    pub code: &'static str,
    pub words: Words,
}

impl FileFault {
    /// The kind of file is none that is read (415); else it is one that is damaged or refused (422).
    pub fn is_unsupported(&self) -> bool {
        FaultKind::UNSUPPORTED.iter().any(|kind| kind.code() == self.code)
    }

    pub(super) fn new(file: &str, kind: FaultKind) -> Self {
        let (es, en) = kind.texts();
        Self { file: file.to_owned(), line: None, column: None, code: kind.code(), words: Words::new(es, en) }
    }

    pub(super) fn at(self, line: u64, column: u64) -> Self {
        Self { line: Some(line), column: Some(column), ..self }
    }

    /// A fault that another reader found; its words name the file's part at fault.
    pub(super) fn of(file: &str, error: &FileError) -> Self {
        let code = match error {
            FileError::Unreadable { .. } => return Self::new(file, FaultKind::Unreadable),
            other => other.code(),
        };
        Self { file: file.to_owned(), line: None, column: None, code, words: error.words() }
    }
}

macro_rules! kinds {
    ($($variant:ident = $code:literal, $es:literal, $en:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum FaultKind { $($variant),* }
        impl FaultKind {
            #[cfg(test)]
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
            fn texts(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($es, $en)),* }
            }
        }
    };
}

kinds! {
    Pdf = "pdf",
        "es un PDF: envíe el XML que vino con él, que es la factura electrónica",
        "it is a PDF: send the XML that came with it, which is the electronic invoice";
    Image = "image",
        "es una imagen: envíe el XML de la factura electrónica, o una lista en Excel o CSV",
        "it is a picture: send the XML of the electronic invoice, or a list as Excel or CSV";
    WebPage = "web_page",
        "es una página web: la descarga respondió otra cosa",
        "it is a web page: the download answered with something else";
    Gzip = "gzip",
        "está comprimido con gzip: descomprímalo primero, o comprímalo como ZIP",
        "it is gzip-compressed: unpack it first, or pack it as a ZIP";
    NotSupported = "not_supported",
        "no es un XML de la DIAN, un ZIP de ellos, una lista en CSV o Excel, un JSON de RIPS ni un archivo del SISMED",
        "it is no XML of DIAN, no ZIP of them, no list as CSV or Excel, no JSON of RIPS and no SISMED file";
    Protected = "protected_workbook",
        "es un .xls antiguo o un libro protegido con contraseña: guárdelo como .xlsx sin contraseña",
        "it is an old .xls or a password-protected workbook: save it as .xlsx without a password";
    Unreadable = "unreadable",
        "el archivo no se pudo leer",
        "the file could not be read";
    Empty = "empty_file",
        "el archivo está vacío",
        "the file is empty";
    MalformedXml = "malformed_xml",
        "el XML está mal formado: pida otra vez el archivo a quien lo emitió",
        "the XML is malformed: ask its sender for the file again";
    CutOff = "cut_off",
        "el archivo termina antes de tiempo: está incompleto",
        "the file ends too early: it is incomplete";
    Dtd = "dtd_refused",
        "el XML trae una DTD (DOCTYPE), que una factura electrónica no tiene: se rechaza",
        "the XML brings a DTD (DOCTYPE), which no electronic invoice has: refused";
    UnknownEntity = "unknown_entity",
        "el XML usa una entidad distinta de &amp; &lt; &gt; &quot; &apos;",
        "the XML uses an entity other than &amp; &lt; &gt; &quot; &apos;";
    TooDeep = "too_deep",
        "hay demasiados elementos dentro de otros (más de 64 niveles)",
        "elements stand too deep in others (more than 64 levels)";
    TooManyAttributes = "too_many_attributes",
        "un elemento del XML tiene más de 64 atributos",
        "an element of the XML has more than 64 attributes";
    TooLong = "too_long",
        "un texto o una etiqueta es más larga de lo que puede ser",
        "a text or a tag is longer than it may be";
    NotAnInvoice = "not_an_invoice",
        "el XML no es Invoice, CreditNote, DebitNote ni AttachedDocument",
        "the XML is no Invoice, CreditNote, DebitNote or AttachedDocument";
    DianResponse = "dian_response",
        "es la respuesta de la DIAN (ApplicationResponse): envíe la factura o el AttachedDocument",
        "it is DIAN's answer (ApplicationResponse): send the invoice or the AttachedDocument";
    NoInvoiceInside = "no_invoice_inside",
        "el AttachedDocument no trae una factura adentro",
        "the AttachedDocument has no invoice inside";
    NestedTooDeep = "nested_too_deep",
        "hay más de dos AttachedDocument uno dentro de otro",
        "more than two AttachedDocument stand inside each other";
    HeaderAfterLines = "header_after_lines",
        "el encabezado del documento sigue después de sus líneas, donde ya no se lee",
        "the document's header goes on behind its lines, where it is not read any more";
    MalformedJson = "malformed_json",
        "el JSON está mal formado",
        "the JSON is malformed";
    NotRips = "not_rips",
        "el JSON no es de RIPS (Resolución 2275 de 2023): no tiene `usuarios`",
        "the JSON is none of RIPS (Resolution 2275 of 2023): it has no `usuarios`";
    DamagedZip = "damaged_zip",
        "el ZIP está dañado, incompleto o tiene contraseña",
        "the ZIP is damaged, incomplete or has a password";
    ZipInZip = "zip_in_zip",
        "es un ZIP o un libro de Excel dentro de un ZIP: envíelo solo",
        "it is a ZIP or a workbook inside a ZIP: send it by itself";
    NotInArchive = "not_in_archive",
        "dentro de un ZIP se leen XML y RIPS: envíe esta lista sola",
        "inside a ZIP, XML and RIPS are read: send this list by itself";
    TooManyEntries = "too_many_entries",
        "el ZIP tiene más archivos de los que se leen de una vez (500)",
        "the ZIP has more files than are read at once (500)";
    Bomb = "decompression_bomb",
        "se descomprime a mucho más de lo que una factura ocupa: se rechaza",
        "it unpacks to far more than an invoice takes: refused";
    NoHeader = "no_header",
        "ninguna de sus primeras 15 filas tiene nombres de columnas",
        "none of its first 15 rows has names of columns";
    MappingIncomplete = "mapping_incomplete",
        "no se sabe qué columna tiene el producto (nombre o código) o el precio: indíquelo",
        "it is not known which column has the product (name or code) or the price: say so";
    TooManyLines = "too_many_lines",
        "hay más líneas de las que se revisan de una vez (100.000): las siguientes no se leyeron",
        "there are more lines than are checked at once (100,000): the ones that follow were not read";
    TooManyFiles = "too_many_files",
        "hay más archivos de los que se revisan de una vez (200): este no se leyó",
        "there are more files than are checked at once (200): this one was not read";
}

impl FaultKind {
    const UNSUPPORTED: [Self; 5] = [Self::Pdf, Self::Image, Self::WebPage, Self::Gzip, Self::NotSupported];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_code_of_its_own_and_words_that_end_without_a_full_stop() {
        let mut codes: Vec<_> = FaultKind::ALL.iter().map(|kind| kind.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), FaultKind::ALL.len());
        for kind in FaultKind::ALL {
            let fault = FileFault::new("a", *kind).at(3, 4);
            assert!(!fault.words.es.ends_with('.') && !fault.words.en.ends_with('.') && fault.words.es != fault.words.en);
        }
        assert!(FileFault::new("a", FaultKind::Pdf).is_unsupported() && !FileFault::new("a", FaultKind::Dtd).is_unsupported());
    }
}
