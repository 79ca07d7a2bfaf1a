//! The zip container: entries uncompressed, every byte of every header fixed. So a flipped bit anywhere is found, nothing can be
//! hidden between entries, nothing expands, and any unzip program still opens it.
//!
//! Byte for byte what Python's `zipfile` writes for `ZipInfo(name)` with `create_system = 3`.

use std::{borrow::Cow, collections::BTreeSet};

use super::report::{DossierFault, FaultKind};

pub(crate) const BYTES_MAX: usize = 64 * 1024 * 1024;
pub(crate) const ENTRIES_MAX: usize = 10_000;
const NAME_BYTES_MAX: usize = 200;
/// Local and central headers and names, generously.
pub(crate) const ZIP_BYTES_MAX: usize = BYTES_MAX + ENTRIES_MAX * (2 * NAME_BYTES_MAX + 128);

const VERSION: u16 = 20;
const MADE_ON_UNIX: u16 = 3 << 8;
/// 1980-01-01, the first day a zip can say: when it was made stands in the manifest.
const DAY: u16 = 0x0021;
/// Read and write for the owner.
const MODE: u32 = 0o600 << 16;
const LOCAL: &[u8; 4] = b"PK\x03\x04";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";
const LOCAL_BYTES: usize = 30;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZipEntry<'a> {
    pub name: String,
    pub data: Cow<'a, [u8]>,
}

/// `None` when it exceeds the limits of the format.
pub fn write(entries: &[ZipEntry<'_>]) -> Option<Vec<u8>> {
    let bytes = entries.iter().map(|entry| entry.data.len()).fold(0, usize::saturating_add);
    if entries.len() > ENTRIES_MAX || bytes > BYTES_MAX || entries.iter().any(|entry| !is_name(&entry.name)) {
        return None;
    }
    let mut zip = Vec::with_capacity(bytes + entries.len() * 256);
    let mut directory = Vec::new();
    for ZipEntry { name, data } in entries {
        let offset = u32::try_from(zip.len()).ok()?;
        let fields = fields(name, data)?;
        zip.extend_from_slice(LOCAL);
        zip.extend_from_slice(&fields);
        zip.extend_from_slice(name.as_bytes());
        zip.extend_from_slice(data);
        directory.extend_from_slice(CENTRAL);
        directory.extend_from_slice(&(MADE_ON_UNIX | VERSION).to_le_bytes());
        directory.extend_from_slice(&fields);
        // No comment, disk 0, no internal attributes.
        directory.extend_from_slice(&[0; 6]);
        directory.extend_from_slice(&MODE.to_le_bytes());
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (count, start) = (u16::try_from(entries.len()).ok()?, u32::try_from(zip.len()).ok()?);
    let length = u32::try_from(directory.len()).ok()?;
    zip.append(&mut directory);
    zip.extend_from_slice(END);
    zip.extend_from_slice(&[0; 4]);
    zip.extend_from_slice(&count.to_le_bytes());
    zip.extend_from_slice(&count.to_le_bytes());
    zip.extend_from_slice(&length.to_le_bytes());
    zip.extend_from_slice(&start.to_le_bytes());
    zip.extend_from_slice(&[0; 2]);
    Some(zip)
}

/// What stands in both headers of an entry, from the version needed to the length of the extra field.
fn fields(name: &str, data: &[u8]) -> Option<[u8; LOCAL_BYTES - 4]> {
    let size = u32::try_from(data.len()).ok()?.to_le_bytes();
    let mut fields = [0; LOCAL_BYTES - 4];
    fields[0..2].copy_from_slice(&VERSION.to_le_bytes());
    // Flags 0, method 0 (stored), time 0.
    fields[8..10].copy_from_slice(&DAY.to_le_bytes());
    fields[10..14].copy_from_slice(&crc32fast::hash(data).to_le_bytes());
    fields[14..18].copy_from_slice(&size);
    fields[18..22].copy_from_slice(&size);
    fields[22..24].copy_from_slice(&u16::try_from(name.len()).ok()?.to_le_bytes());
    Some(fields)
}

/// The entries, and whether anything beside them is not as it must be.
///
/// # Errors
/// When the entries cannot be read at all.
pub fn read(zip: &[u8]) -> Result<(Vec<ZipEntry<'_>>, Option<DossierFault>), DossierFault> {
    let fault = |wrong| DossierFault::new("zip", wrong);
    if zip.len() > ZIP_BYTES_MAX {
        return Err(fault(FaultKind::TooBig));
    }
    let (mut entries, mut names, mut rest) = (Vec::new(), BTreeSet::new(), zip);
    while rest.starts_with(LOCAL) {
        if entries.len() == ENTRIES_MAX {
            return Err(fault(FaultKind::TooBig));
        }
        let (entry, after) = entry(rest).ok_or_else(|| fault(FaultKind::Malformed))?;
        if !names.insert(entry.name.clone()) {
            return Err(DossierFault::new(entry.name, FaultKind::Repeated));
        }
        entries.push(entry);
        rest = after;
    }
    if entries.is_empty() {
        return Err(fault(FaultKind::Malformed));
    }
    let same = write(&entries).is_some_and(|written| written == zip);
    Ok((entries, (!same).then(|| fault(FaultKind::Malformed))))
}

fn entry(zip: &[u8]) -> Option<(ZipEntry<'_>, &[u8])> {
    let (head, rest) = zip.split_at_checked(LOCAL_BYTES)?;
    let size = u32::from_le_bytes(head.get(18..22)?.try_into().ok()?);
    let name_length = u16::from_le_bytes(head.get(26..28)?.try_into().ok()?);
    let (name, rest) = rest.split_at_checked(usize::from(name_length))?;
    let (data, rest) = rest.split_at_checked(usize::try_from(size).ok()?)?;
    let name = std::str::from_utf8(name).ok().filter(|name| is_name(name))?.to_owned();
    Some((ZipEntry { name, data: data.into() }, rest))
}

/// At most one folder deep, plain letters only: a name that no file system reads as another place.
fn is_name(name: &str) -> bool {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain);
    name.len() <= NAME_BYTES_MAX && name.split('/').count() <= 2 && name.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, data: &[u8]) -> ZipEntry<'static> {
        ZipEntry { name: name.to_owned(), data: data.to_vec().into() }
    }

    #[test]
    fn what_is_written_is_read_back_here_and_by_an_ordinary_library() {
        let entries = [entry("LEAME.txt", b"hola"), entry("filas/1.json", b"{}"), entry("empty", b"")];
        let zip = write(&entries).unwrap();
        assert_eq!(read(&zip), Ok((entries.to_vec(), None)));
        let mut other = zip::ZipArchive::new(std::io::Cursor::new(&zip)).unwrap();
        assert_eq!(other.len(), 3);
        let mut text = String::new();
        std::io::Read::read_to_string(&mut other.by_name("filas/1.json").unwrap(), &mut text).unwrap();
        assert_eq!(text, "{}");
    }

    #[test]
    fn every_bit_counts() {
        let zip = write(&[entry("a.txt", b"one"), entry("b.txt", b"two")]).unwrap();
        for at in 0..zip.len() {
            for bit in 0..8 {
                let mut changed = zip.clone();
                changed[at] ^= 1 << bit;
                assert!(!matches!(read(&changed), Ok((_, None))), "byte {at}, bit {bit}");
            }
        }
        assert!(!matches!(read(&zip[..zip.len() - 1]), Ok((_, None))));
        assert!(!matches!(read(&[&zip[..], b"x"].concat()), Ok((_, None))));
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["../a", "/a", "a/../b", "a/b/c", "", "a/", ".a", "a\\b", "C:a", "ñ", "a\0"] {
            assert_eq!(write(&[entry(name, b"")]), None, "{name:?}");
        }
    }
}
