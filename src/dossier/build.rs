//! Builds the bundle. The content must pass the verifier's own checks before it is sealed.

use serde_json::Value;

pub use super::seal::Signature;
use super::{
    consistency,
    container::{self, ZipEntry},
    evidence,
    files::{self, CASE, MANIFEST, PAGE, PUBLIC_KEY, README, SIGNATURE},
    json::{Node, pretty},
    page,
    report::{DossierFault, Report},
    seal,
};
use crate::text::hex::sha256;

const README_TEXT: &str = include_str!("leame.txt");

#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    #[error("the case does not follow from its evidence: {}", listed(.0))]
    DoesNotFollow(Vec<DossierFault>),
    #[error("the bundle would exceed {} entries or {} bytes", container::ENTRIES_MAX, container::BYTES_MAX)]
    TooBig,
}

fn listed(faults: &[DossierFault]) -> String {
    faults.iter().take(5).map(DossierFault::to_string).collect::<Vec<_>>().join("; ")
}

impl From<DossierFault> for DossierError {
    fn from(fault: DossierFault) -> Self {
        Self::DoesNotFollow(vec![fault])
    }
}

/// The same content signed by the same key gives the same bytes.
///
/// # Errors
/// When a figure does not follow from its evidence, or the bundle is beyond the limits of the format.
pub fn build(content: &Value, sign: &dyn Fn(&[u8]) -> Signature) -> Result<Vec<u8>, DossierError> {
    let content = in_order(content);
    let mut report = Report::default();
    consistency::check(&content, &mut report);
    if !report.is_sound() {
        return Err(DossierError::DoesNotFollow(report.faults));
    }
    let mut entries = sealed(&content)?;
    let manifest = seal::manifest(&content, &entries)?;
    let Signature { kid, public_key, jws } = sign(&manifest);
    entries.push(entry(MANIFEST, manifest));
    entries.push(entry(SIGNATURE, jws.into_bytes()));
    entries.push(entry(PUBLIC_KEY, seal::public_key_file(&kid, &public_key)));
    container::write(&entries).ok_or(DossierError::TooBig)
}

/// Every file that the manifest names, in the order of the zip.
fn sealed(content: &Value) -> Result<Vec<ZipEntry<'static>>, DossierFault> {
    let case = pretty(content);
    let page = page::page(content, &sha256(&case));
    let mut entries = vec![entry(README, README_TEXT.into()), entry(CASE, case), entry(PAGE, page.into_bytes())];
    entries.extend(files::copies(content)?.into_iter().map(|(name, value)| entry(&name, pretty(&value))));
    Ok(entries)
}

fn entry(name: &str, data: Vec<u8>) -> ZipEntry<'static> {
    ZipEntry { name: name.to_owned(), data: data.into() }
}

/// PostgreSQL's `jsonb` forgets the order of keys, and the digest of a basis is over its text: steps that say the same
/// as those worked out again are written in the order of these.
fn in_order(content: &Value) -> Value {
    let mut ordered = content.clone();
    let rows = ordered.get_mut("evidence").and_then(Value::as_array_mut);
    for row in rows.into_iter().flatten() {
        let node = Node::root(row, CASE);
        let Ok(law) = evidence::law(&node) else { continue };
        let Ok(prices) = evidence::prices(&node, &law) else { continue };
        if let Some(steps) = row.pointer_mut("/basis/law_steps") {
            take_order(steps, Value::Array(law.steps));
        }
        for stated in row.get_mut("prices").and_then(Value::as_array_mut).into_iter().flatten() {
            let price = prices.iter().find(|price| stated["which"] == price.which.code());
            if let (Some(price), Some(steps)) = (price, stated.get_mut("worksheet")) {
                take_order(steps, Value::Array(price.worksheet.clone()));
            }
        }
    }
    ordered
}

fn take_order(stated: &mut Value, computed: Value) {
    if *stated == computed {
        *stated = computed;
    }
}
