//! The open-data files as a DCAT 3 catalogue in JSON-LD, which portals of open data harvest.

use serde_json::{Value as Json, json};

use super::export::{ExportFileBody, ExportVersionBody, Invented};
use crate::{
    exports::{
        data_set::{DataSet, Words},
        data_sets,
    },
    read_model::{data_version::SampleKinds, service::exports::ExportVersion},
};

const KINDS: [&str; 4] = ["ceilings", "sismed", "thermometer", "catalogue"];

const TITLE: Words = ("Termómetro: datos abiertos de precios de medicamentos", "Termómetro: open data of medicine prices");
const DESCRIPTION: Words = (
    "Medicamentos, precios máximos, actos, precios reportados, termómetro y registro público de Colombia.",
    "Medicines, ceilings, acts, reported prices, thermometer and public register of Colombia.",
);

/// `origin` is where the client believes to be talking.
pub fn catalogue(versions: &[ExportVersion], sample: SampleKinds, origin: &str) -> Json {
    let invented = Invented::of(&KINDS, sample);
    let newest = |data_set: &&DataSet| versions.iter().find(|version| version.data_set == data_set.name);
    let published = data_sets::ALL.iter().filter_map(|data_set| Some((*data_set, newest(data_set)?)));
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dcterms": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": format!("{origin}/v1/catalog"),
        "@type": "dcat:Catalog",
        "dcterms:title": both(invented.title(TITLE)),
        "dcterms:description": both(invented.description(DESCRIPTION)),
        "dcterms:publisher": publisher(invented),
        "dcterms:license": {"@id": invented.licence().url},
        "dcterms:rights": invented.licence().name,
        "dcterms:language": ["es", "en"],
        "foaf:homepage": {"@id": format!("{origin}/")},
        "dcat:dataset": published.map(|(data_set, version)| described(data_set, version, sample, origin)).collect::<Vec<_>>(),
    })
}

fn described(data_set: &DataSet, version: &ExportVersion, sample: SampleKinds, origin: &str) -> Json {
    let invented = Invented::of(data_set.kinds, sample);
    let body = ExportVersionBody::from(version);
    let schema = format!("{origin}{}", body.schema.path);
    let file = |file| distribution(data_set, invented, file, &schema, origin);
    json!({
        "@id": format!("{origin}/v1/exports#{}", data_set.name),
        "@type": "dcat:Dataset",
        "dcterms:identifier": data_set.name,
        "dcterms:title": both(invented.title(data_set.title)),
        "dcterms:description": both(invented.description(data_set.description)),
        "dcterms:publisher": publisher(invented),
        "dcterms:license": {"@id": invented.licence().url},
        "dcterms:rights": invented.licence().name,
        "dcterms:modified": {"@value": body.created_at, "@type": "xsd:dateTime"},
        "dcterms:conformsTo": {"@id": schema},
        "dcat:version": body.version,
        "dcat:landingPage": {"@id": format!("{origin}/v1/exports")},
        "dcat:distribution": body.files.iter().map(file).collect::<Vec<_>>(),
    })
}

fn distribution(data_set: &DataSet, invented: Invented, file: &ExportFileBody, schema: &str, origin: &str) -> Json {
    let address = format!("{origin}{}", file.path);
    json!({
        "@id": address,
        "@type": "dcat:Distribution",
        "dcterms:title": file.name,
        "dcterms:description": both(invented.title(data_set.title)),
        "dcterms:license": {"@id": invented.licence().url},
        "dcterms:conformsTo": {"@id": schema},
        "dcat:accessURL": {"@id": format!("{origin}/v1/exports")},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": format!("https://www.iana.org/assignments/media-types/{}", file.media_type)},
        "dcat:byteSize": {"@value": file.bytes.to_string(), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    })
}

fn publisher(invented: Invented) -> Json {
    json!({"@type": "foaf:Agent", "foaf:name": invented.publisher()})
}

fn both((es, en): (String, String)) -> Json {
    json!([{"@value": es, "@language": "es"}, {"@value": en, "@language": "en"}])
}
