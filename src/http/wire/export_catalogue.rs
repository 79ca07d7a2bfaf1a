//! The open-data files as a DCAT 3 catalogue in JSON-LD, which portals of open data harvest.

use serde_json::{Value as Json, json};

use super::export::{ExportFileBody, ExportVersionBody};
use crate::{
    exports::{
        data_set::{DataSet, LICENCE_URL, Words},
        data_sets,
    },
    read_model::exports::ExportVersion,
};

/// `origin` is where the client believes to be talking.
pub fn catalogue(versions: &[ExportVersion], origin: &str) -> Json {
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
        "dcterms:title": both(("Termómetro: datos abiertos de precios de medicamentos", "Termómetro: open data of medicine prices")),
        "dcterms:description": both((
            "Medicamentos, precios máximos, actos, precios reportados, termómetro y registro público de Colombia.",
            "Medicines, ceilings, acts, reported prices, thermometer and public register of Colombia.",
        )),
        "dcterms:publisher": publisher(),
        "dcterms:license": {"@id": LICENCE_URL},
        "dcterms:language": ["es", "en"],
        "foaf:homepage": {"@id": format!("{origin}/")},
        "dcat:dataset": published.map(|(data_set, version)| described(data_set, version, origin)).collect::<Vec<_>>(),
    })
}

fn described(data_set: &DataSet, version: &ExportVersion, origin: &str) -> Json {
    let body = ExportVersionBody::from(version);
    let schema = format!("{origin}{}", body.schema.path);
    json!({
        "@id": format!("{origin}/v1/exports#{}", data_set.name),
        "@type": "dcat:Dataset",
        "dcterms:identifier": data_set.name,
        "dcterms:title": both(data_set.title),
        "dcterms:description": both(data_set.description),
        "dcterms:publisher": publisher(),
        "dcterms:license": {"@id": LICENCE_URL},
        "dcterms:modified": {"@value": body.created_at, "@type": "xsd:dateTime"},
        "dcterms:conformsTo": {"@id": schema},
        "dcat:version": body.version,
        "dcat:landingPage": {"@id": format!("{origin}/v1/exports")},
        "dcat:distribution": body.files.iter().map(|file| distribution(data_set, file, &schema, origin)).collect::<Vec<_>>(),
    })
}

fn distribution(data_set: &DataSet, file: &ExportFileBody, schema: &str, origin: &str) -> Json {
    let address = format!("{origin}{}", file.path);
    json!({
        "@id": address,
        "@type": "dcat:Distribution",
        "dcterms:title": file.name,
        "dcterms:description": both(data_set.title),
        "dcterms:license": {"@id": LICENCE_URL},
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

fn publisher() -> Json {
    json!({"@type": "foaf:Agent", "foaf:name": "Termómetro"})
}

fn both((es, en): Words) -> Json {
    json!([{"@value": es, "@language": "es"}, {"@value": en, "@language": "en"}])
}
