//! A package of releases as the schema of OCDS 1.1 has it. Amounts are JSON numbers there: they are written from the exact decimal, and never pass
//! through a binary number.

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::number::amount;

/// A number of JSON, digit for digit.
pub type OcdsNumber = Box<RawValue>;

pub fn ocds_number(value: Decimal) -> Option<OcdsNumber> {
    RawValue::from_string(amount::plain(value)).ok()
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OcdsPackage {
    pub uri: String,
    pub version: &'static str,
    pub extensions: Vec<&'static str>,
    pub published_date: String,
    pub publisher: OcdsPublisher,
    pub license: &'static str,
    pub releases: Vec<OcdsRelease>,
    /// Where the next page lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<OcdsLinks>,
}

#[derive(Debug, Serialize)]
pub struct OcdsLinks {
    pub next: String,
}

#[derive(Debug, Serialize)]
pub struct OcdsPublisher {
    pub name: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OcdsRelease {
    pub ocid: String,
    pub id: String,
    pub date: String,
    pub language: &'static str,
    pub tag: Vec<&'static str>,
    pub initiation_type: &'static str,
    pub parties: Vec<OcdsParty>,
    pub buyer: OcdsReference,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tender: Option<OcdsTender>,
    pub awards: Vec<OcdsAward>,
    pub contracts: Vec<OcdsContract>,
}

#[derive(Debug, Serialize)]
pub struct OcdsParty {
    pub id: String,
    pub name: String,
    pub identifier: OcdsIdentifier,
    pub roles: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OcdsIdentifier {
    pub scheme: &'static str,
    pub id: String,
    pub legal_name: String,
}

/// Without an id where nobody is named: a natural person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OcdsReference {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OcdsTender {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procurement_method_details: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct OcdsAward {
    pub id: String,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppliers: Vec<OcdsReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<OcdsItem>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OcdsContract {
    pub id: String,
    #[serde(rename = "awardID")]
    pub award_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_signed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<OcdsValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<OcdsItem>,
    /// What happened to it, as events: whether their amounts are totals or were added is not proven, so none is summed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<OcdsAmendment>,
}

#[derive(Debug, Serialize)]
pub struct OcdsAmendment {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// As published.
    pub rationale: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct OcdsValue {
    pub amount: OcdsNumber,
    pub currency: String,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OcdsItem {
    pub id: String,
    pub description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification: Option<OcdsClassification>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_classifications: Vec<OcdsClassification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<OcdsNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<OcdsUnit>,
    /// The medicine extension: what the text of the line says, and nothing more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub active_ingredients: Vec<OcdsIngredient>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dosage_form: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub administration_route: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub immediate_container: Option<OcdsContainer>,
}

#[derive(Debug, Serialize)]
pub struct OcdsClassification {
    pub scheme: &'static str,
    pub id: String,
}

#[derive(Debug, Serialize)]
pub struct OcdsUnit {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<OcdsValue>,
}

#[derive(Debug, Serialize)]
pub struct OcdsIngredient {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<OcdsQuantity>,
}

#[derive(Debug, Serialize)]
pub struct OcdsQuantity {
    pub value: OcdsNumber,
    pub unit: OcdsSimpleUnit,
}

#[derive(Debug, Serialize)]
pub struct OcdsSimpleUnit {
    pub scheme: &'static str,
    pub id: &'static str,
}

#[derive(Debug, Serialize)]
pub struct OcdsContainer {
    pub name: &'static str,
}
