//! Open-data files on the wire: names, addresses and digests.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    exports::data_set::{DataSet, LICENCE, LICENCE_URL, SAMPLE_LICENCE, SAMPLE_LICENCE_URL, SAMPLE_PUBLISHER, Words, path},
    http::{Language, base::media_type::media_type},
    read_model::{
        data_version::SampleKinds,
        service::exports::{ExportFile, ExportVersion},
    },
};

/// A data set (conjunto de datos) with its newest version, those before it that are kept, and the differences between them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportBody {
    #[schema(example = "medicines")]
    pub name: &'static str,
    /// In the language asked for, as the description.
    #[schema(example = "Medicines")]
    pub title: String,
    pub description: String,
    /// For sample data (invented), the sample's own.
    pub licence: LicenceBody,
    /// Null until its files have been made once.
    pub newest: Option<ExportVersionBody>,
    /// Newest first.
    pub older: Vec<ExportVersionBody>,
    /// Newest first. There is none where the file of the later version is the same.
    pub deltas: Vec<ExportDeltaBody>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LicenceBody {
    #[schema(example = "CC BY-SA 4.0")]
    pub name: &'static str,
    #[schema(example = "https://creativecommons.org/licenses/by-sa/4.0/")]
    pub url: &'static str,
}

/// One version: its files never change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportVersionBody {
    /// Day in Bogotá and version of the data (register: a number of its own).
    #[schema(example = "2026-11-27.42")]
    pub version: String,
    /// `meta.data_version` of the state that the files were made from.
    #[schema(example = "42")]
    pub data_version: String,
    #[schema(format = DateTime, example = "2026-11-27T15:00:00Z")]
    pub created_at: String,
    #[schema(example = 160000)]
    pub rows: i64,
    pub files: Vec<ExportFileBody>,
    /// Frictionless Table Schema of the files.
    pub schema: ExportFileBody,
    /// Of a data set in periods (por períodos): the manifest, which names the files of each period with their rows, bytes and SHA-256, and the
    /// version that made them: a period's file keeps its address as long as it does not change. Null for the others.
    pub manifest: Option<ExportFileBody>,
}

#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct ExportFileBody {
    #[schema(example = "medicines.csv")]
    pub name: String,
    /// xlsx (Excel), csv_excel_es (CSV that a Spanish Excel opens), csv, ndjson, parquet, schema or manifest.
    #[schema(example = "csv")]
    pub format: String,
    #[schema(example = "text/csv")]
    pub media_type: &'static str,
    /// Without the header; null for the schema and the manifest.
    #[schema(example = 160000)]
    pub rows: Option<i64>,
    #[schema(example = 48211034)]
    pub bytes: i64,
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    #[schema(example = "/v1/exports/medicines/2026-11-27.42/medicines.csv")]
    pub path: String,
}

/// A unified diff: `patch FILE < DELTA` makes of the earlier version's file the later one's, byte for byte.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportDeltaBody {
    /// The version whose file it is applied to.
    #[schema(example = "2026-11-20.41")]
    pub from: String,
    /// The version whose file it gives.
    #[schema(example = "2026-11-27.42")]
    pub to: String,
    /// csv or ndjson.
    #[schema(example = "csv")]
    pub format: String,
    #[schema(example = "medicines.csv.from-2026-11-20.41.diff")]
    pub name: String,
    #[schema(example = 1024)]
    pub bytes: i64,
    #[schema(example = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")]
    pub sha256: String,
    #[schema(example = "/v1/exports/medicines/2026-11-27.42/medicines.csv.from-2026-11-20.41.diff")]
    pub path: String,
}

/// How much of a data set is this project's sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invented {
    Nothing,
    /// Published files beside it.
    Partly,
    Wholly,
}

impl Invented {
    pub fn of(kinds: &[&str], sample: SampleKinds) -> Self {
        match sample.among(kinds).len() {
            0 => Self::Nothing,
            some if some < kinds.len() => Self::Partly,
            _ => Self::Wholly,
        }
    }

    /// Spanish, English.
    pub fn title(self, (es, en): Words) -> (String, String) {
        match self {
            Self::Nothing => (es.to_owned(), en.to_owned()),
            Self::Partly => (format!("{es} (en parte MUESTRA inventada)"), format!("{en} (partly an invented SAMPLE)")),
            Self::Wholly => (format!("MUESTRA inventada: {es}"), format!("Invented SAMPLE: {en}")),
        }
    }

    pub fn description(self, (es, en): Words) -> (String, String) {
        let (mark_es, mark_en) = match self {
            Self::Nothing => return (es.to_owned(), en.to_owned()),
            Self::Partly => (
                "Parte de los datos es de muestra, inventada por Termómetro.",
                "Part of the data are a sample, invented by Termómetro.",
            ),
            Self::Wholly => (
                "Datos de muestra, inventados por Termómetro: no son de ninguna autoridad ni de ninguna empresa.",
                "Sample data, invented by Termómetro: they come from no authority and no company.",
            ),
        };
        (format!("{mark_es} {es}"), format!("{mark_en} {en}"))
    }

    pub fn licence(self) -> LicenceBody {
        match self {
            Self::Wholly => LicenceBody { name: SAMPLE_LICENCE, url: SAMPLE_LICENCE_URL },
            Self::Nothing | Self::Partly => LicenceBody { name: LICENCE, url: LICENCE_URL },
        }
    }

    pub fn publisher(self) -> &'static str {
        if self == Self::Wholly { SAMPLE_PUBLISHER } else { "Termómetro" }
    }
}

fn said((es, en): (String, String), language: Language) -> String {
    match language {
        Language::Spanish => es,
        Language::English => en,
    }
}

impl ExportBody {
    /// `versions` are of all data sets, newest first.
    pub fn new(data_set: &DataSet, versions: &[ExportVersion], sample: SampleKinds, language: Language) -> Self {
        let invented = Invented::of(data_set.kinds, sample);
        let own = || versions.iter().filter(|version| version.data_set == data_set.name);
        let mut bodies = own().map(ExportVersionBody::from);
        Self {
            name: data_set.name,
            title: said(invented.title(data_set.title), language),
            description: said(invented.description(data_set.description), language),
            licence: invented.licence(),
            newest: bodies.next(),
            older: bodies.collect(),
            deltas: own().flat_map(|version| version.files.iter().filter_map(|file| delta(version, file))).collect(),
        }
    }
}

fn delta(version: &ExportVersion, file: &ExportFile) -> Option<ExportDeltaBody> {
    let (from, format) = file.base.clone()?;
    Some(ExportDeltaBody {
        from,
        to: version.version.clone(),
        format,
        name: file.name.clone(),
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        path: path(&version.data_set, &version.version, &file.name),
    })
}

/// It has no rows: it is about the files that have.
fn is_about(file: &ExportFile) -> bool {
    matches!(file.format.as_str(), "schema" | "manifest")
}

impl From<&ExportVersion> for ExportVersionBody {
    fn from(version: &ExportVersion) -> Self {
        let body = |file: &ExportFile| ExportFileBody {
            name: file.name.clone(),
            format: file.format.clone(),
            media_type: media_type(&file.format).split(';').next().unwrap_or_default(),
            rows: (!is_about(file)).then_some(version.rows),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            path: path(&version.data_set, &version.version, &file.name),
        };
        let whole = version.files.iter().filter(|file| file.base.is_none());
        let (about, mut files): (Vec<_>, Vec<_>) = whole.partition(|file| is_about(file));
        let of_format = |format: &str| about.iter().find(|file| file.format == format).map(|file| body(file));
        // The files of the first release keep their order; files for people follow.
        files.sort_by_key(|file| matches!(file.format.as_str(), "csv_excel_es" | "xlsx"));
        Self {
            version: version.version.clone(),
            data_version: version.data_version.to_string(),
            created_at: version.created_at.to_string(),
            rows: version.rows,
            files: files.into_iter().map(&body).collect(),
            schema: of_format("schema").unwrap_or_default(),
            manifest: of_format("manifest"),
        }
    }
}
