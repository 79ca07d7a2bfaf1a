//! Any byte changed, anywhere: refused by both programs. And no input, however hostile, makes the verifier fall over.
use serde_json::{Value, json};
use termometro::dossier::verify::verify;

use crate::kit::{alone::size, search::Dice};

use super::{
    case::content,
    forge::{Seal, bundle, file, pack, public, rebuilt, reseal, service_key, unpack},
    python::both_refuse,
};

const RANDOM_FLIPS: usize = 400;
/// Of these flips, and of those in headers, the second program sees so many: it takes most of a second for each.
fn for_python() -> usize {
    size(25, 4)
}

#[test]
fn a_byte_changed_in_any_file_is_refused() {
    let zip = bundle(&content());
    for (name, data) in unpack(&zip) {
        let mut files = unpack(&zip);
        file(&mut files, &name)[data.len() / 2] ^= 1;
        // With the zip's own checksums made again, and as it lies.
        both_refuse(&pack(&files), &name);
        // The manifest says the new hash: the signature does not.
        if !name.starts_with("manifest") && name != "public-key.json" {
            assert!(!verify(&reseal(files, &Seal::Rehashed), None).is_sound(), "{name}");
        }
    }
}

#[test]
fn a_bit_changed_anywhere_in_the_zip_is_refused() {
    let zip = bundle(&content());
    let mut dice = Dice(20_261_123);
    for round in 0..RANDOM_FLIPS {
        let mut changed = zip.clone();
        let (at, bit) = (dice.below(zip.len()), dice.below(8));
        changed[at] ^= 1 << bit;
        if round < for_python() {
            both_refuse(&changed, &format!("byte {at}, bit {bit}"));
        } else {
            assert!(!verify(&changed, None).is_sound(), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn a_bit_changed_in_any_header_is_refused() {
    let zip = bundle(&content());
    // The directory and the end of the zip, and the first local header: where a lenient reader does not look.
    let directory = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    // Every bit of a small zip is tried beside `src/dossier/container.rs`; here some of each header of a whole bundle.
    let mut places: Vec<usize> = (0..40).chain(directory..zip.len()).collect();
    for at in places.iter().step_by(5) {
        let mut changed = zip.clone();
        changed[*at] ^= 1;
        assert!(!verify(&changed, None).is_sound(), "byte {at}");
    }
    places.retain(|at| at % 31 == 0);
    assert!(places.len() > 25);
    let step = places.len() / for_python();
    for at in places.into_iter().step_by(step) {
        let mut changed = zip.clone();
        changed[at] ^= 1;
        both_refuse(&changed, &format!("byte {at}"));
    }
}

#[test]
fn what_is_cut_added_or_no_bundle_at_all_is_refused() {
    let zip = bundle(&content());
    for cut in (0..zip.len()).step_by(997).chain([zip.len() - 1]) {
        assert!(!verify(&zip[..cut], None).is_sound(), "{cut}");
    }
    for hostile in [&b""[..], b"PK", b"PK\x05\x06", b"PK\x03\x04", &[0; 4_096], &[b"PK\x03\x04", &[0xff; 4_096][..]].concat()] {
        assert!(!verify(hostile, None).is_sound());
    }
    assert!(!verify(&[&zip[..], b"\n"].concat(), None).is_sound());
    assert!(!verify(&[b"x", &zip[..]].concat(), None).is_sound());
    let mut twice = unpack(&zip);
    twice.insert(1, twice[1].clone());
    assert!(!verify(&pack(&twice), None).is_sound());
}

/// What no figure follows from: told on the page, not judged.
const FREE: [&str; 2] = ["/case/clock", "/evidence/0/source/line"];

/// Members of a case, each of which takes every hostile value.
const POINTERS: &str = "/case /case/act /case/period /case/total_excess /case/clock /history /history/0 /evidence/0/source \
    /evidence/0/source/line /evidence/0/reported /evidence/0/reported/units /evidence/0/basis \
    /evidence/0/basis/law_steps /evidence/0/basis/law_steps/0/inputs /evidence/0/basis/law_steps/2/inputs/candidates \
    /evidence/0/basis/law_steps/2/inputs/candidates/0 /evidence/0/basis/law_steps/2/inputs/margin_rules \
    /evidence/0/basis/law_steps/2/inputs/max_age_days /evidence/0/basis/siblings /evidence/0/basis/siblings/0 \
    /evidence/0/basis/facts /evidence/0/prices /evidence/0/prices/0 /evidence/0/prices/0/worksheet \
    /evidence/0/excess /evidence/0/reported/value /evidence/0/reported/period /evidence/0/reported/cum \
    /evidence/0/basis/facts/1 /evidence/0/basis/law_steps/2/inputs/candidates/0/valid_from \
    /evidence/0/basis/law_steps/2/inputs/candidates/0/list_order";

const HOSTILE: &[&str] = &[
    "", "ñ", "99999999999999999999999999999999", "79228162514264337593543950335", "0", "0.0000000000000000000000000001",
    "2147483647", "-9223372036854775808", "9999-12-31", "2020-02-30", "\u{1b}[2J",
];

/// Signed by the right key, so that nothing but the content speaks against it.
#[test]
fn content_of_any_shape_is_refused_without_a_panic() {
    let (honest, key) = (content(), service_key());
    let zip = bundle(&honest);
    let shapes = [json!(null), json!(-1), json!(u64::MAX), json!(true), json!([]), json!({}), json!([[]])];
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let hostile: Vec<Value> = HOSTILE.iter().map(|text| json!(text)).chain(shapes).chain([deep]).collect();
    assert_eq!(hostile.len(), 19);
    let pairs = POINTERS.split(' ').flat_map(|pointer| hostile.iter().map(move |value| (pointer, value)));
    // Seven is prime to the number of values: each of them is tried, and every member with some.
    for (pointer, value) in pairs.step_by(size(1, 7)) {
        let mut altered = honest.clone();
        *altered.pointer_mut(pointer).unwrap() = value.clone();
        if altered == honest {
            continue;
        }
        let report = verify(&rebuilt(&zip, &altered, &Seal::Signed(&key)), Some(&public(&key)));
        assert!(!report.is_sound() || FREE.contains(&pointer), "{pointer}: {value}");
        assert!(report.faults.iter().all(|fault| !fault.to_string().contains('\u{1b}')), "{pointer}");
    }
}

/// A list so long that looking through it again and again would take hours.
#[test]
fn work_is_bounded() {
    let (zip, key) = (bundle(&content()), service_key());
    let mut altered = content();
    let candidates = altered.pointer_mut("/evidence/0/basis/law_steps/2/inputs/candidates").unwrap();
    let one = candidates[0].clone();
    *candidates = json!(vec![one; 20_000]);
    let report = verify(&rebuilt(&zip, &altered, &Seal::Signed(&key)), None);
    assert!(report.faults.iter().any(|fault| fault.place.ends_with("/inputs/candidates")), "{:?}", report.faults);
}
