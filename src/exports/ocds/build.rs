//! Builds releases: an order of the virtual store with its lines, and a contract with what happened to it.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::{
    medicine,
    release::{
        OcdsAmendment, OcdsAward, OcdsClassification, OcdsContract, OcdsIdentifier, OcdsItem, OcdsLinks, OcdsPackage, OcdsParty,
        OcdsPublisher, OcdsReference, OcdsRelease, OcdsTender, OcdsUnit, OcdsValue, ocds_number,
    },
};
use crate::{
    domain::item_text::token::TextToken,
    exports::data_set::LICENCE_URL,
    read_model::purchases::{
        contracts::{ContractEventView, ContractView},
        lines::{PurchaseView, SellerView},
    },
};

/// No prefix is registered for this service: who runs it and wants one asks the Open Contracting Partnership for it.
const OCID_PREFIX: &str = "termometro";
const EXTENSION: &str =
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_medicine_extension/master/extension.json";
const NATURAL_PERSON: &str = "persona natural";
/// Currencies that purchases were seen in; the schema has a closed list.
const CURRENCIES: [&str; 3] = ["COP", "USD", "EUR"];

/// Which edition of a publisher's file a release speaks for.
#[derive(Clone, Debug)]
pub struct OcdsEdition {
    pub source_file_id: i64,
    pub recorded_at: Timestamp,
}

/// A line with what its text was read as.
#[derive(Clone, Debug)]
pub struct ReadPurchase {
    pub line: PurchaseView,
    pub tokens: Vec<TextToken>,
}

pub fn package(uri: String, published_at: Timestamp, releases: Vec<OcdsRelease>, next: Option<String>) -> OcdsPackage {
    OcdsPackage {
        uri,
        version: "1.1",
        extensions: vec![EXTENSION],
        published_date: published_at.to_string(),
        publisher: OcdsPublisher { name: "Termómetro" },
        license: LICENCE_URL,
        releases,
        links: next.map(|next| OcdsLinks { next }),
    }
}

/// The lines of one order, in the order of the file; `None` of none. What came back is no item of it.
pub fn order(lines: &[ReadPurchase], edition: &OcdsEdition) -> Option<OcdsRelease> {
    let first = &lines.first()?.line;
    let process = format!("tvec-{}", first.order_id);
    let buyer = organisation(&first.buyer_nit, &first.buyer_name);
    let mut sellers: Vec<&SellerView> = Vec::new();
    for one in lines {
        if !sellers.contains(&&one.line.seller) {
            sellers.push(&one.line.seller);
        }
    }
    let status = if first.cancelled { "cancelled" } else { "active" };
    let mut parties = vec![party(&first.buyer_nit, &first.buyer_name, "buyer")];
    let (mut awards, mut contracts) = (Vec::new(), Vec::new());
    for (number, seller) in (1..).zip(sellers) {
        let id = format!("{process}-{number}");
        let own = lines.iter().filter(|one| one.line.seller == *seller && !one.line.is_return);
        parties.extend(seller_party(seller));
        awards.push(OcdsAward {
            id: id.clone(),
            status,
            date: Some(midnight(first.ordered_on)),
            suppliers: supplier(seller).into_iter().collect(),
            items: own.map(item).collect(),
        });
        contracts.push(OcdsContract {
            id: id.clone(),
            award_id: id,
            description: None,
            status: Some(status),
            date_signed: Some(midnight(first.ordered_on)),
            value: None,
            items: Vec::new(),
            amendments: Vec::new(),
        });
    }
    let tender = OcdsTender { id: process.clone(), procurement_method_details: first.framework.clone() };
    Some(release(&process, vec!["award", "contract"], edition, Parts { parties, buyer, tender, awards, contracts }))
}

/// A contract of SECOP with its events as amendments, which carry no amount: the schema has none for them, and nothing proves what theirs mean.
pub fn contract(contract: &ContractView, events: &[ContractEventView], edition: &OcdsEdition) -> OcdsRelease {
    let process = format!("secop-{}", contract.contract_id);
    let status = if contract.is_draft { "pending" } else { "active" };
    let items = contract.category.iter().map(|category| OcdsItem {
        id: "1".to_owned(),
        description: contract.object.clone().unwrap_or_default(),
        classification: Some(OcdsClassification { scheme: "UNSPSC", id: category.clone() }),
        ..OcdsItem::default()
    });
    let amendments = events.iter().map(|event| OcdsAmendment {
        id: event.event_id.clone(),
        date: event.recorded_on.map(midnight),
        rationale: event.kind_text.clone(),
        description: event.description.clone(),
    });
    let award = OcdsAward {
        id: process.clone(),
        status,
        date: contract.signed_on.map(midnight),
        suppliers: supplier(&contract.seller).into_iter().collect(),
        items: Vec::new(),
    };
    let signed = OcdsContract {
        id: contract.contract_id.clone(),
        award_id: process.clone(),
        description: contract.object.clone(),
        status: Some(status),
        date_signed: contract.signed_on.map(midnight),
        value: value(contract.value, "COP"),
        items: items.collect(),
        amendments: amendments.collect(),
    };
    let mut parties = vec![party(&contract.buyer_nit, &contract.buyer_name, "buyer")];
    parties.extend(seller_party(&contract.seller));
    let tag = if events.is_empty() { vec!["contract"] } else { vec!["contract", "contractAmendment"] };
    let parts = Parts {
        parties,
        buyer: organisation(&contract.buyer_nit, &contract.buyer_name),
        tender: OcdsTender {
            id: contract.process_id.clone().unwrap_or_else(|| process.clone()),
            procurement_method_details: None,
        },
        awards: vec![award],
        contracts: vec![signed],
    };
    release(&process, tag, edition, parts)
}

struct Parts {
    parties: Vec<OcdsParty>,
    buyer: OcdsReference,
    tender: OcdsTender,
    awards: Vec<OcdsAward>,
    contracts: Vec<OcdsContract>,
}

/// A later edition makes a later release of the same process.
fn release(process: &str, tag: Vec<&'static str>, edition: &OcdsEdition, parts: Parts) -> OcdsRelease {
    let ocid = format!("{OCID_PREFIX}-{process}");
    let Parts { parties, buyer, tender, awards, contracts } = parts;
    OcdsRelease {
        id: format!("{ocid}-{}", edition.source_file_id),
        ocid,
        date: edition.recorded_at.to_string(),
        language: "es",
        tag,
        initiation_type: "tender",
        parties: each_once(parties),
        buyer,
        tender: Some(tender),
        awards,
        contracts,
    }
}

/// Who buys and sells in the same order is one party in two roles.
fn each_once(parties: Vec<OcdsParty>) -> Vec<OcdsParty> {
    let mut found: Vec<OcdsParty> = Vec::new();
    for party in parties {
        match found.iter_mut().find(|known| known.id == party.id) {
            Some(known) => known.roles.extend(party.roles),
            None => found.push(party),
        }
    }
    found
}

fn item(one: &ReadPurchase) -> OcdsItem {
    let line = &one.line;
    let reading = line.reading.as_ref();
    let unit = OcdsUnit { name: line.unit_text.clone(), value: value(line.price, &line.currency) };
    let mut item = OcdsItem {
        // Lines that are alike in everything share an id: the line of the file tells them apart.
        id: format!("{}-{}", line.id, line.line),
        description: line.item_text.clone(),
        classification: reading
            .and_then(|reading| reading.cum)
            .map(|cum| OcdsClassification { scheme: "CO-CUM", id: cum.to_string() }),
        additional_classifications: reading
            .and_then(|reading| reading.market.clone())
            .map(|id| OcdsClassification { scheme: "CO-MERCADO-RELEVANTE", id })
            .into_iter()
            .collect(),
        quantity: line.quantity.and_then(ocds_number),
        unit: (unit.name.is_some() || unit.value.is_some()).then_some(unit),
        ..OcdsItem::default()
    };
    medicine::describe(&mut item, &one.tokens);
    item
}

fn value(amount: Option<Decimal>, currency: &str) -> Option<OcdsValue> {
    let amount = amount.filter(|_| CURRENCIES.contains(&currency)).and_then(ocds_number)?;
    Some(OcdsValue { amount, currency: currency.to_owned() })
}

fn midnight(day: Date) -> String {
    format!("{day}T00:00:00-05:00")
}

fn party_id(nit: &str) -> String {
    format!("CO-NIT-{nit}")
}

fn organisation(nit: &str, name: &str) -> OcdsReference {
    OcdsReference { id: Some(party_id(nit)), name: name.to_owned() }
}

fn party(nit: &str, name: &str, role: &'static str) -> OcdsParty {
    let identifier = OcdsIdentifier { scheme: "CO-NIT", id: nit.to_owned(), legal_name: name.to_owned() };
    OcdsParty { id: party_id(nit), name: name.to_owned(), identifier, roles: vec![role] }
}

fn seller_party(seller: &SellerView) -> Option<OcdsParty> {
    let nit = seller.nit.as_ref()?;
    Some(party(nit, seller.name.as_deref().unwrap_or(nit), "supplier"))
}

/// A natural person is said to be one, and not named.
fn supplier(seller: &SellerView) -> Option<OcdsReference> {
    match &seller.nit {
        Some(nit) => Some(organisation(nit, seller.name.as_deref().unwrap_or(nit))),
        None if seller.kind == "natural_person" => Some(OcdsReference { id: None, name: NATURAL_PERSON.to_owned() }),
        None => None,
    }
}
