//! Values that are one of a short list.

use super::{
    schema::{AnySchema, string},
    value::{Invalid, texts, values},
};
use crate::{
    domain::{
        cases::case_state,
        law::{
            channel::{self, Place},
            listed,
            rules::Seller,
        },
        participation::petition,
        purchases::{correction, described::DESCRIBED},
        verdict::judge,
    },
    http::base::fault_words::one_of,
};

values! {
    Channel(channel::Channel), "Channel", choice("Canal.", CHANNELS),
        |text| chosen(text.parse().ok(), "unknown_channel", CHANNELS);

    Stage(channel::Stage), "Stage", choice("Eslabón: primary, secondary or final.", STAGES),
        |text| chosen(text.parse().ok(), "unknown_stage", STAGES);

    Transaction(Place), "Transaction", choice("Transacción SISMED.", TRANSACTIONS),
        |text| transaction(text).and_then(Place::from_transaction).ok_or_else(unknown_transaction);

    TransactionFilter(u8), "Transaction", Transaction::schema(), |text| transaction(text).ok_or_else(unknown_transaction);

    Operation(listed::Operation), "Operation", choice("CM purchase, VN sale or RC reimbursement claim.", OPERATIONS),
        |text| chosen(listed::Operation::from_code(text), "invalid_value", OPERATIONS);

    Finding(judge::Verdict), "Finding", choice("Veredicto.", judge::Verdict::ALL.map(judge::Verdict::code)),
        |text| chosen(judge::Verdict::from_code(text), "invalid_value", judge::Verdict::ALL.map(judge::Verdict::code));

    SellerKind(Seller), "SellerKind", choice("Vendedor: an IPS, or another.", SELLERS),
        |text| chosen(seller(text), "unknown_seller", SELLERS);

    CaseState(case_state::CaseState), "CaseState", choice("Estado del caso.", case_states()),
        |text| chosen(case_state::CaseState::from_code(text), "invalid_value", case_states());

    PetitionState(petition::PetitionState), "PetitionState", choice("Estado de la petición.", petition_states()),
        |text| chosen(petition::PetitionState::from_code(text), "invalid_value", petition_states());

    PetitionSubject(petition::PetitionSubject), "PetitionSubject", choice("Lo que se pide.", petition_subjects()),
        |text| chosen(petition::PetitionSubject::from_code(text), "invalid_value", petition_subjects());

    PetitionDisposition(petition::Disposition), "PetitionDisposition", choice("Lo que se responde.", dispositions()),
        |text| chosen(petition::Disposition::from_code(text), "invalid_value", dispositions());

    CorrectionState(correction::CorrectionState), "CorrectionState", choice("Estado de la corrección.", correction_states()),
        |text| chosen(correction::CorrectionState::from_code(text), "invalid_value", correction_states());

    CorrectionSender(correction::CorrectionSender), "CorrectionSender", choice("Quién corrige.", correction_senders()),
        |text| chosen(correction::CorrectionSender::from_code(text), "invalid_value", correction_senders());

    CorrectionDisposition(correction::CorrectionDisposition), "CorrectionDisposition", choice("Lo que se responde.", correction_dispositions()),
        |text| chosen(correction::CorrectionDisposition::from_code(text), "invalid_value", correction_dispositions());

    Described(&'static str), "Described", choice("Qué tan bien dice la línea lo que se compró.", DESCRIBED),
        |text| chosen(DESCRIBED.into_iter().find(|code| *code == text), "invalid_value", DESCRIBED);

    OcdsProcess(&'static str), "OcdsProcess", choice("Orders of the virtual store, or contracts.", OCDS_PROCESSES),
        |text| chosen(OCDS_PROCESSES.into_iter().find(|code| *code == text), "invalid_value", OCDS_PROCESSES);

    ChangedThing(&'static str), "ChangedThing", choice("Tipo de lo que cambió.", CHANGED),
        |text| {
            let found = CHANGED.into_iter().find(|code| *code == text);
            found.ok_or_else(|| Invalid::value(("ceiling o product", "ceiling or product")))
        };
}

texts! {
    /// What a watch is told of: changes of these kinds, and data sets that are not read or wait for a person.
    WatchedThing(&'static str), |text| chosen(WATCHED.into_iter().find(|code| *code == text), "invalid_value", WATCHED);

    /// There is one order beside the usual one.
    NewestFirst(()), |text| chosen((text == "newest").then_some(()), "unknown_sort", ["newest"]);
}

const CHANNELS: [&str; 2] = ["institutional", "commercial"];
const STAGES: [&str; 3] = ["primary", "secondary", "final"];
const TRANSACTIONS: [&str; 5] = ["1", "2", "3", "4", "5"];
const OPERATIONS: [&str; 3] = ["CM", "VN", "RC"];
const SELLERS: [&str; 2] = ["ips", "other"];
const OCDS_PROCESSES: [&str; 2] = ["orders", "contracts"];
const CHANGED: [&str; 2] = ["ceiling", "product"];
pub const WATCHED: [&str; 3] = ["ceiling", "product", "feed"];

fn petition_states() -> impl Iterator<Item = &'static str> {
    petition::PetitionState::ALL.iter().map(|state| state.code())
}

fn petition_subjects() -> impl Iterator<Item = &'static str> {
    petition::PetitionSubject::ALL.iter().map(|subject| subject.code())
}

fn dispositions() -> impl Iterator<Item = &'static str> {
    petition::Disposition::ALL.iter().map(|disposition| disposition.code())
}

fn correction_states() -> impl Iterator<Item = &'static str> {
    correction::CorrectionState::ALL.iter().map(|state| state.code())
}

fn correction_senders() -> impl Iterator<Item = &'static str> {
    correction::CorrectionSender::ALL.iter().map(|sender| sender.code())
}

fn correction_dispositions() -> impl Iterator<Item = &'static str> {
    correction::CorrectionDisposition::ALL.iter().map(|disposition| disposition.code())
}

fn case_states() -> impl Iterator<Item = &'static str> {
    case_state::CaseState::ALL.iter().map(|state| state.code())
}

fn transaction(text: &str) -> Option<u8> {
    text.parse().ok().filter(|code| text.len() == 1 && (1..=5).contains(code))
}

fn unknown_transaction() -> Invalid {
    let detail = ("una transacción del SISMED es 1, 2, 3, 4 o 5", "a SISMED transaction is 1, 2, 3, 4 or 5");
    Invalid::new("unknown_transaction", detail)
}

fn seller(text: &str) -> Option<Seller> {
    match text {
        "ips" => Some(Seller::Ips),
        "other" => Some(Seller::Other),
        _ => None,
    }
}

/// One of these codes, in the document.
pub fn choice(description: &str, codes: impl IntoIterator<Item = &'static str>) -> AnySchema {
    string(description).enum_values(Some(codes)).into()
}

/// The value of a code, or the list of codes.
pub fn chosen<T>(found: Option<T>, code: &'static str, codes: impl IntoIterator<Item = &'static str>) -> Result<T, Invalid> {
    found.ok_or_else(|| Invalid::new(code, one_of(codes)))
}
