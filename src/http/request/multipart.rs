//! The parts of a `multipart/form-data` body (RFC 7578) that lies on disk: found by their boundary, and never held in memory whole.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    ops::Range,
};

use hyper::header::{CONTENT_TYPE, HeaderMap};
use memchr::memmem::Finder;

const MEDIA_TYPE: &str = "multipart/form-data";
/// RFC 2046.
const BOUNDARY_BYTES_MAX: usize = 70;
const BLOCK_BYTES: usize = 256 * 1024;
const HEADER_BYTES_MAX: usize = 8 * 1024;
const HEADER_END: &[u8] = b"\r\n\r\n";

/// One part: a field of a form, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    /// Of a file, as its sender calls it.
    pub file_name: Option<String>,
    /// Where its content stands in the body.
    pub content: Range<u64>,
}

/// Why a body is not one of parts.
#[derive(Debug)]
pub enum MultipartFault {
    Io(io::Error),
    TooManyParts,
    /// No boundary, no end, or a part without a name.
    Malformed,
}

impl From<io::Error> for MultipartFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The boundary that the content type names; `None` where the body is said to be something else.
pub fn boundary(headers: &HeaderMap) -> Option<Result<String, MultipartFault>> {
    let sent = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (kind, parameters) = sent.split_once(';').unwrap_or((sent, ""));
    if !kind.trim().eq_ignore_ascii_case(MEDIA_TYPE) {
        return None;
    }
    let found = parameter(parameters, "boundary").filter(|text| (1..=BOUNDARY_BYTES_MAX).contains(&text.len()));
    Some(found.ok_or(MultipartFault::Malformed))
}

/// The parts, in their order.
pub fn parts(file: &mut File, boundary: &str, parts_max: usize) -> Result<Vec<Part>, MultipartFault> {
    let delimiter = format!("\r\n--{boundary}");
    let found = delimiters(file, delimiter.as_bytes(), parts_max)?;
    let mut parts = Vec::new();
    let mut open: Option<(Vec<u8>, u64)> = None;
    for at in found {
        // The first one lacks its line break, which was thought before the first byte.
        let after = at.saturating_add_unsigned(delimiter.len() as u64).unsigned_abs();
        let header = match opening(file, after)? {
            Opening::Part { header, content } => Some((header, content)),
            Opening::End => None,
            // The boundary is the beginning of some other text.
            Opening::Neither => continue,
        };
        if let Some((header, start)) = open.take() {
            let end = u64::try_from(at).unwrap_or_default().max(start);
            parts.push(part(&header, start..end).ok_or(MultipartFault::Malformed)?);
        }
        match header {
            Some(header) => open = Some(header),
            None => return Ok(parts),
        }
    }
    Err(MultipartFault::Malformed)
}

/// Where the delimiter stands. The body is read as if a line break stood before it.
fn delimiters(file: &mut File, delimiter: &[u8], parts_max: usize) -> Result<Vec<i64>, MultipartFault> {
    file.seek(SeekFrom::Start(0))?;
    let finder = Finder::new(delimiter);
    let (mut window, mut start, mut found) = (b"\r\n".to_vec(), -2_i64, Vec::new());
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            return Ok(found);
        }
        window.extend_from_slice(block.get(..read).unwrap_or_default());
        for at in finder.find_iter(&window) {
            if found.len() > parts_max {
                return Err(MultipartFault::TooManyParts);
            }
            found.push(start.saturating_add_unsigned(at as u64));
        }
        // What may be the beginning of one more.
        let done = window.len().saturating_sub(delimiter.len() - 1);
        window.drain(..done);
        start = start.saturating_add_unsigned(done as u64);
    }
}

enum Opening {
    Part { header: Vec<u8>, content: u64 },
    End,
    Neither,
}

/// What follows a delimiter.
fn opening(file: &mut File, after: u64) -> Result<Opening, MultipartFault> {
    file.seek(SeekFrom::Start(after))?;
    let mut head = Vec::new();
    BufReader::new(&mut *file).take(HEADER_BYTES_MAX as u64).read_to_end(&mut head)?;
    if head.starts_with(b"--") {
        return Ok(Opening::End);
    }
    let blank = head.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let rest = head.get(blank..).unwrap_or_default();
    if !rest.starts_with(b"\r\n") {
        return Ok(Opening::Neither);
    }
    let end = memchr::memmem::find(rest, HEADER_END).ok_or(MultipartFault::Malformed)?;
    let content = after + (blank + end + HEADER_END.len()) as u64;
    Ok(Opening::Part { header: rest.get(..end).unwrap_or_default().to_vec(), content })
}

fn part(header: &[u8], content: Range<u64>) -> Option<Part> {
    let text = String::from_utf8_lossy(header);
    let disposition = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then(|| value.trim())
    })?;
    let (kind, parameters) = disposition.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return None;
    }
    Some(Part { name: parameter(parameters, "name")?, file_name: parameter(parameters, "filename"), content })
}

/// The value of `name=value` or `name="value"` among parameters.
fn parameter(parameters: &str, wanted: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        let (name, after) = rest.split_once('=')?;
        let name = name.trim_matches([' ', '\t', ';']);
        let (value, next) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => {
                let (value, next) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), next)
            }
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = next;
    }
}

/// Up to the closing quote; browsers write a quote within as `%22`, other programs as `\"`.
fn quoted_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value.replace("%22", "\""), text.get(at + 1..)?)),
            '\\' if text.get(at + 1..)?.starts_with('"') => {
                letters.next();
                value.push('"');
            }
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn on_disk(name: &str, body: &[u8]) -> File {
        let path = std::env::temp_dir().join(format!("termometro-multipart-{name}-{}", std::process::id()));
        let mut file = File::options().read(true).write(true).create(true).truncate(true).open(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        file.write_all(body).unwrap();
        file
    }

    fn content(file: &mut File, part: &Part) -> Vec<u8> {
        file.seek(SeekFrom::Start(part.content.start)).unwrap();
        let mut content = Vec::new();
        file.take(part.content.end - part.content.start).read_to_end(&mut content).unwrap();
        content
    }

    #[test]
    fn parts_are_found_wherever_blocks_of_the_file_end() {
        // Long enough that boundaries lie across the ends of blocks.
        for long in [0, 1, BLOCK_BYTES - 90, BLOCK_BYTES - 60, BLOCK_BYTES - 40, BLOCK_BYTES, 2 * BLOCK_BYTES + 7] {
            let filled = vec![b'x'; long];
            let mut body = b"--b0undary\r\nContent-Disposition: form-data; name=\"sale\"\r\n\r\n3\r\n--b0undary \r\n".to_vec();
            body.extend(
                b"content-disposition: form-data; filename=\"a %22b\\\".csv\"; name=file\r\nContent-Type: text/csv\r\n\r\n",
            );
            body.extend(&filled);
            body.extend(b"\r\n--b0undaryX\r\nno part\r\n--b0undary--\r\nafter");
            let mut file = on_disk("blocks", &body);
            let found = parts(&mut file, "b0undary", 10).unwrap();
            let names: Vec<(&str, Option<&str>)> =
                found.iter().map(|part| (part.name.as_str(), part.file_name.as_deref())).collect();
            assert_eq!(names, [("sale", None), ("file", Some("a \"b\".csv"))], "{long}");
            assert_eq!(content(&mut file, &found[0]), b"3");
            let expected = [&filled[..], b"\r\n--b0undaryX\r\nno part"].concat();
            assert!(content(&mut file, &found[1]) == expected, "{long}");
        }
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for body in [
            "",
            "--b\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
            "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--b--",
        ] {
            assert!(matches!(parts(&mut on_disk("part", body.as_bytes()), "b", 10), Err(MultipartFault::Malformed)), "{body}");
        }
        let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
        let many = part.repeat(12) + "--b--";
        assert!(matches!(parts(&mut on_disk("many", many.as_bytes()), "b", 10), Err(MultipartFault::TooManyParts)));
        assert_eq!(parts(&mut on_disk("none", b"--b--\r\n"), "b", 10).unwrap(), []);
    }

    #[test]
    fn the_boundary_stands_in_the_content_type() {
        let of = |sent: &'static str| {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, hyper::header::HeaderValue::from_static(sent))]);
            boundary(&headers).map(|found| found.ok())
        };
        assert_eq!(of("multipart/form-data; boundary=----a1"), Some(Some("----a1".to_owned())));
        assert_eq!(of("Multipart/Form-Data; charset=utf-8; boundary=\"a;b\""), Some(Some("a;b".to_owned())));
        assert_eq!((of("multipart/form-data"), of("text/csv; boundary=x")), (Some(None), None));
    }
}
