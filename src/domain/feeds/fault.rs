//! Why a reading of a data set failed, for programs and, in both languages, for people. What failed changed nothing.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedFault {
    /// The address is none that this service may speak to; the word of the policy.
    AddressRefused(&'static str),
    /// No connection, or one that broke; the word of the client.
    Unreachable(&'static str),
    /// The answer did not come, or not to its end, in the time it has.
    TimedOut,
    /// The body ended before it was whole.
    CutShort,
    /// Too many requests, or out of service, for longer than a reading waits.
    Throttled {
        status: u16,
        wait_s: u64,
    },
    UnexpectedStatus(u16),
    /// Redirects are not followed.
    Redirected {
        to: String,
    },
    /// A page for people, or something else that is no table.
    NotData {
        media_type: String,
    },
    /// The portal's own error, with status 200.
    PortalError {
        message: String,
    },
    /// The metadata or the count cannot be read.
    BadMetadata,
    TooLarge {
        bytes_max: u64,
    },
    DecompressionBomb {
        bytes_max: u64,
    },
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// A row without its key, or no column of keys.
    NoKey,
    /// The header is another one than on the page before.
    ColumnsChanged {
        columns: String,
    },
    /// A row stands twice: the order is not kept, or a page came again.
    KeyRepeated {
        key: String,
    },
    /// The data set has no rows.
    NoRows,
    /// Each time it was read, it was another one at the end than at the beginning.
    ChangedWhileReading {
        read: i64,
        counted: i64,
    },
    /// What was read is no file that the importer knows; its code and its words.
    File {
        code: &'static str,
        es: String,
        en: String,
    },
    /// No row could be used.
    NothingUsable,
    /// The program that read it ended.
    Interrupted,
    /// Another program reads into the same folder.
    FolderInUse,
    /// This machine, or its database.
    Machine {
        what: String,
    },
}

impl FeedFault {
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressRefused(_) => "address_refused",
            Self::Unreachable(_) => "unreachable",
            Self::TimedOut => "timed_out",
            Self::CutShort => "cut_short",
            Self::Throttled { .. } => "throttled",
            Self::UnexpectedStatus(_) => "unexpected_status",
            Self::Redirected { .. } => "redirected",
            Self::NotData { .. } => "not_data",
            Self::PortalError { .. } => "portal_error",
            Self::BadMetadata => "bad_metadata",
            Self::TooLarge { .. } => "too_large",
            Self::DecompressionBomb { .. } => "decompression_bomb",
            Self::NotUtf8 => "not_utf8",
            Self::NoKey => "no_key",
            Self::ColumnsChanged { .. } => "columns_changed",
            Self::KeyRepeated { .. } => "key_repeated",
            Self::NoRows => "no_rows",
            Self::ChangedWhileReading { .. } => "changed_while_reading",
            Self::File { code, .. } => code,
            Self::NothingUsable => "nothing_usable",
            Self::Interrupted => "interrupted",
            Self::FolderInUse => "folder_in_use",
            Self::Machine { .. } => "machine",
        }
    }

    /// Whether another try may help at once.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::TimedOut | Self::CutShort)
    }

    /// In Spanish and in English.
    pub fn words(&self) -> (String, String) {
        let both = |es: &str, en: &str| (es.to_owned(), en.to_owned());
        match self {
            Self::AddressRefused(word) => {
                (format!("la dirección no se admite: {word}"), format!("the address is not admitted: {word}"))
            }
            Self::Unreachable(word) => {
                (format!("no hubo conexión con el portal: {word}"), format!("no connection to the portal: {word}"))
            }
            Self::TimedOut => both("el portal no terminó de responder a tiempo", "the portal did not end its answer in time"),
            Self::CutShort => both("la respuesta terminó antes de estar completa", "the answer ended before it was whole"),
            Self::Throttled { status, wait_s } => (
                format!("el portal pide esperar ({status}, {wait_s} s)"),
                format!("the portal says to wait ({status}, {wait_s} s)"),
            ),
            Self::UnexpectedStatus(status) => (format!("el portal respondió {status}"), format!("the portal answered {status}")),
            Self::Redirected { to } => (
                format!("el portal manda a otra dirección ({to}), y no se sigue"),
                format!("the portal points elsewhere ({to}), which is not followed"),
            ),
            Self::NotData { media_type } => {
                (format!("la respuesta no es una tabla, es {media_type}"), format!("the answer is no table but {media_type}"))
            }
            Self::PortalError { message } => {
                (format!("el portal respondió con un error: {message}"), format!("the portal answered with an error: {message}"))
            }
            Self::BadMetadata => both("los metadatos no se entienden", "the metadata cannot be read"),
            Self::TooLarge { bytes_max } => {
                (format!("la respuesta pasa de {bytes_max} bytes"), format!("the answer has more than {bytes_max} bytes"))
            }
            Self::DecompressionBomb { bytes_max } => (
                format!("la respuesta se descomprime a más de {bytes_max} bytes"),
                format!("the answer unpacks to more than {bytes_max} bytes"),
            ),
            Self::NotUtf8 => both("el texto no es UTF-8", "the text is no UTF-8"),
            Self::NoKey => both("hay filas sin su clave `:id`", "there are rows without their key `:id`"),
            Self::ColumnsChanged { columns } => (
                format!("las columnas cambiaron durante la lectura: {columns}"),
                format!("the columns changed during the reading: {columns}"),
            ),
            Self::KeyRepeated { key } => (
                format!("la fila {key} vino dos veces: el orden no se mantuvo"),
                format!("the row {key} came twice: the order was not kept"),
            ),
            Self::NoRows => both("el conjunto no tiene filas", "the data set has no rows"),
            Self::ChangedWhileReading { read, counted } => (
                format!("el conjunto cambió mientras se leía: {read} filas leídas, {counted} al final"),
                format!("the data set changed while it was read: {read} rows read, {counted} at the end"),
            ),
            Self::File { es, en, .. } => (es.clone(), en.clone()),
            Self::NothingUsable => both("ninguna fila se pudo usar", "no row could be used"),
            Self::Interrupted => both("el programa que lo leía terminó", "the program that read it ended"),
            Self::FolderInUse => both("otro programa lo está leyendo", "another program is reading it"),
            Self::Machine { what } => (format!("fallo de este servicio: {what}"), format!("fault of this service: {what}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_says_in_both_languages_what_it_names() {
        let faults = [
            FeedFault::Throttled { status: 503, wait_s: 86_400 },
            FeedFault::KeyRepeated { key: "503 86400".to_owned() },
            FeedFault::ChangedWhileReading { read: 503, counted: 86_400 },
        ];
        for fault in faults {
            let (es, en) = fault.words();
            for text in [&es, &en] {
                assert!(text.contains("503") && text.contains("86400"), "{text}");
            }
            assert_ne!(es, en);
            assert!(!fault.may_pass());
        }
        assert!(FeedFault::CutShort.may_pass());
    }
}
