//! The forger's tools: take a bundle apart, alter it, and put it together again with as much of the seal as the forger can make.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use termometro::dossier::{
    build::{Signature, build},
    container::{self, ZipEntry},
    files,
    json::pretty,
    page, seal,
};

/// The key that the service signs with, in these tests.
pub fn service_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

pub fn public(key: &SigningKey) -> [u8; 32] {
    key.verifying_key().to_bytes()
}

pub fn sign(key: &SigningKey, payload: &[u8]) -> Signature {
    let kid = sha256(&public(key))[..16].to_owned();
    let header = format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#);
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()).to_bytes());
    Signature { kid, public_key: public(key), jws: format!("{signed}.{signature}") }
}

pub fn bundle(content: &Value) -> Vec<u8> {
    build(content, &|payload| sign(&service_key(), payload)).unwrap()
}

pub type Files = Vec<(String, Vec<u8>)>;

pub fn unpack(zip: &[u8]) -> Files {
    let (entries, fault) = container::read(zip).unwrap();
    assert_eq!(fault, None);
    entries.into_iter().map(|entry| (entry.name, entry.data.into_owned())).collect()
}

pub fn pack(files: &Files) -> Vec<u8> {
    let entries: Vec<ZipEntry<'_>> =
        files.iter().map(|(name, data)| ZipEntry { name: name.clone(), data: data.as_slice().into() }).collect();
    container::write(&entries).unwrap()
}

pub fn file<'a>(files: &'a mut Files, name: &str) -> &'a mut Vec<u8> {
    &mut files.iter_mut().find(|(known, _)| known == name).unwrap().1
}

/// A file of a bundle that is text.
pub fn text(zip: &[u8], name: &str) -> String {
    String::from_utf8(file(&mut unpack(zip), name).clone()).unwrap()
}

pub fn sha256(data: &[u8]) -> String {
    Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How much of the seal the forger makes again.
pub enum Seal<'a> {
    /// The manifest says the new sizes and hashes; the old signature stays.
    Rehashed,
    Signed(&'a SigningKey),
}

/// The manifest of the files that come before it, and the seal.
pub fn reseal(mut files: Files, seal: &Seal<'_>) -> Vec<u8> {
    let end = files.iter().position(|(name, _)| name == "manifest.json").unwrap();
    let listed: Vec<Value> =
        files[..end].iter().map(|(name, data)| json!({"name": name, "bytes": data.len(), "sha256": sha256(data)})).collect();
    let mut manifest: Value = serde_json::from_slice(&files[end].1).unwrap();
    manifest["files"] = Value::Array(listed);
    let manifest = pretty(&manifest);
    if let Seal::Signed(key) = seal {
        let Signature { kid, public_key, jws } = sign(key, &manifest);
        *file(&mut files, "manifest.jws") = jws.into_bytes();
        *file(&mut files, "public-key.json") = seal::public_key_file(&kid, &public_key);
    }
    *file(&mut files, "manifest.json") = manifest;
    pack(&files)
}

/// A whole bundle around altered content: every copy that can be made of it, the page and the manifest follow it.
pub fn rebuilt(honest: &[u8], content: &Value, seal: &Seal<'_>) -> Vec<u8> {
    let honest = unpack(honest);
    let case = pretty(content);
    let page = page::page(content, &sha256(&case)).into_bytes();
    let mut files = vec![honest[0].clone(), ("case.json".to_owned(), case), ("caso.html".to_owned(), page)];
    files.extend(files::copies(content).unwrap_or_default().into_iter().map(|(name, value)| (name, pretty(&value))));
    let mut tail = honest[honest.len() - 3..].to_vec();
    let mut manifest: Value = serde_json::from_slice(&tail[0].1).unwrap();
    manifest["case"] = content["case"]["id"].clone();
    manifest["generated_at"] = content["generated_at"].clone();
    tail[0].1 = pretty(&manifest);
    files.extend(tail);
    reseal(files, seal)
}
