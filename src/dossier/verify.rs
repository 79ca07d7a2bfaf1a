//! Verifies a bundle: the seal, every file, and every figure, starting from the reports. Never panics.

use serde_json::Value;

use super::{
    consistency,
    container::{self, ZipEntry},
    files::{self, CASE, MANIFEST, PAGE, PUBLIC_KEY, README, SIGNATURE},
    json::{Node, pretty, strict},
    page,
    report::{Check, DossierFault, FaultKind, Note, Report},
    seal::{self, Jws},
};
use crate::text::hex::sha256;

/// The last three files seal all before them.
const SEAL: [&str; 3] = [MANIFEST, SIGNATURE, PUBLIC_KEY];

/// `pinned`: the public key that must have signed, known from elsewhere.
pub fn verify(zip: &[u8], pinned: Option<&[u8; 32]>) -> Report {
    let mut report = Report::default();
    if let Some((entries, fault)) = report.take(container::read(zip)) {
        report.did(Check::Container, 1);
        fault.into_iter().for_each(|fault| report.fault(fault));
        let checked = check(&entries, pinned, &mut report);
        report.take(checked);
    }
    report
}

fn check(entries: &[ZipEntry<'_>], pinned: Option<&[u8; 32]>, report: &mut Report) -> Result<(), DossierFault> {
    let (sealed, seal) = entries.split_at(entries.len().saturating_sub(SEAL.len()));
    let [manifest, jws, key_file] = seal else { return Err(DossierFault::new(MANIFEST, FaultKind::Missing)) };
    for (entry, name) in seal.iter().zip(SEAL) {
        if entry.name != name {
            return Err(DossierFault::differs("zip", &entry.name, name));
        }
    }
    report.did(Check::Signature, 1);
    let signer = report.take(seal::check_signature(&manifest.data, &jws.data, &key_file.data, pinned));
    report.public_key = signer.as_ref().map(|(_, key)| *key);
    if pinned.is_none() {
        report.note(Note::NotPinned);
    }
    let files = report.take(seal::check_files(&manifest.data, sealed));
    report.did(Check::Files, files.unwrap_or_default());
    let [readme, case, page, copies @ ..] = sealed else { return Err(DossierFault::new(CASE, FaultKind::Missing)) };
    for (entry, name) in [(readme, README), (case, CASE), (page, PAGE)] {
        if entry.name != name {
            return Err(DossierFault::differs("zip", &entry.name, name));
        }
    }
    let content = strict(CASE, &case.data)?;
    if seal::manifest(&content, sealed)? != *manifest.data {
        report.fault(DossierFault::new(MANIFEST, FaultKind::Malformed));
    }
    let same = check_copies(&content, copies);
    report.did(Check::Copies, copies.len());
    report.take(same);
    check_page(&content, &sha256(&case.data), &page.data, report);
    consistency::check(&content, report);
    let receipts = signer.map_or(Ok(()), |(kid, key)| check_receipts(&content, &kid, &key, report));
    report.take(receipts);
    Ok(())
}

fn check_copies(content: &Value, copies: &[ZipEntry<'_>]) -> Result<(), DossierFault> {
    let wanted = files::copies(content)?;
    for ((name, value), entry) in wanted.iter().zip(copies) {
        if *name != entry.name {
            return Err(DossierFault::differs("zip", &entry.name, name));
        }
        if pretty(value) != *entry.data {
            let found = strict(name, &entry.data)?;
            return Node::root(&found, name).expect_eq(value).and(Err(DossierFault::new(name, FaultKind::Malformed)));
        }
    }
    match copies.get(wanted.len()) {
        Some(beyond) => Err(DossierFault::new(&beyond.name, FaultKind::Unexpected)),
        None if copies.len() < wanted.len() => Err(DossierFault::new(&wanted[copies.len()].0, FaultKind::Missing)),
        None => Ok(()),
    }
}

/// The page is written from `case.json` alone, so it is written again and compared, unless another version wrote it.
fn check_page(content: &Value, case_sha256: &str, stated: &[u8], report: &mut Report) {
    report.did(Check::Page, 1);
    let text = String::from_utf8_lossy(stated);
    let same_version = text.contains(&page::generator());
    if !text.contains(case_sha256) || (same_version && page::page(content, case_sha256).as_bytes() != stated) {
        report.fault(DossierFault::differs(PAGE, sha256(stated), sha256(page::page(content, case_sha256))));
    } else if !same_version {
        report.note(Note::OtherPage);
    }
}

/// A receipt proves that the reporter sent the file: it is signed, and names who sent what.
fn check_receipts(content: &Value, kid: &str, key: &[u8; 32], report: &mut Report) -> Result<(), DossierFault> {
    for row in Node::root(content, CASE).get("evidence")?.items()? {
        let source = row.get("source")?;
        let Some(receipt) = source.optional("receipt") else { continue };
        let jws = Jws::parse(receipt.text()?).ok_or_else(|| receipt.malformed())?;
        if jws.kid != kid {
            report.note(Note::OtherReceiptKey);
            continue;
        }
        report.did(Check::Receipts, 1);
        if !jws.is_signed_by(key) {
            return Err(receipt.fault(FaultKind::BadSignature));
        }
        let payload: Value = serde_json::from_slice(&jws.payload).map_err(|_| receipt.malformed())?;
        for part in ["sha256", "submission"] {
            if let Some(signed) = payload[part].as_str() {
                source.get(part)?.must_be_text(signed)?;
            }
        }
        // A receipt writes a NIT without its check digit.
        let reporter = row.get("reported")?.get("reporter_nit")?;
        if let Some(signed) = payload["nit"].as_str()
            && reporter.text()?.split('-').next() != Some(signed)
        {
            return Err(reporter.differs(signed));
        }
    }
    Ok(())
}
