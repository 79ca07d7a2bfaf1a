//! Encodes reports for PostgreSQL's binary COPY into one buffer, without a boxed value per cell.

use std::error::Error;

use bytes::{BufMut, Bytes, BytesMut};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use tokio_postgres::types::{ToSql, Type};

use crate::{
    domain::{
        law::listed::{InvoiceUnit, Operation, SismedReport},
        verdict::verdict_code::VerdictCode,
    },
    store::postgres::error::StoreError,
    text::hex::hex,
};

/// Columns in the order of `copy_reports.sql` and of the statement that a partition is filled by.
pub const COLUMNS: &str = "part, id, source_file_id, line, judged, expediente, consecutive, period_from, period_until, actor_role, transaction, \
     operation, unit, flags, minimum, maximum, units, value, reporter_nit, counterparty_nit, seller_nit";
const COLUMN_COUNT: i16 = 21;
/// So much is sent at once.
pub(super) const BYTES_MAX: usize = 1 << 20;
pub(super) const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Day 0 of a PostgreSQL date.
const EPOCH: Date = date(2000, 1, 1);

/// The place of a row, its flags and its verdict.
pub struct RowVerdict<'a> {
    pub part: i64,
    pub file: i64,
    pub line: i32,
    pub judged: VerdictCode,
    pub flags: i16,
    pub nits: [Option<&'a str>; 3],
}

#[derive(Default)]
pub struct ReportRows {
    buffer: BytesMut,
    pub rows: u64,
    digest: RowsDigest,
}

/// SHA-256 of what `copy_log_reports.sql` will give for these rows: all columns but the flags, which later imports may set.
#[derive(Default)]
struct RowsDigest {
    hash: Sha256,
    last_line: i32,
    /// Lines that do not grow are read back in another order.
    is_in_order: bool,
}

/// Unique over all files: the file and the line in it.
pub fn report_id(file: i64, line: i32) -> i64 {
    file << 32 | i64::from(line)
}

impl ReportRows {
    /// True when it is time to send.
    pub fn push(&mut self, place: &RowVerdict<'_>, report: &SismedReport) -> Result<bool, StoreError> {
        if self.buffer.is_empty() {
            self.buffer.reserve(BYTES_MAX + 4096);
            self.buffer.put_slice(SIGNATURE);
        }
        self.encode(place, report).map_err(StoreError::Bug)?;
        self.digest.is_in_order = place.line > self.digest.last_line && (self.digest.is_in_order || self.digest.last_line == 0);
        self.digest.last_line = place.line;
        self.rows += 1;
        Ok(self.buffer.len() >= BYTES_MAX)
    }

    /// A whole COPY, or nothing.
    pub fn take(&mut self) -> Option<Bytes> {
        if self.buffer.is_empty() {
            return None;
        }
        self.buffer.put_i16(-1);
        self.rows = 0;
        Some(self.buffer.split().freeze())
    }

    /// Of all rows there were. `None` when only the database can tell it.
    pub fn digest(&self) -> Option<String> {
        let RowsDigest { hash, is_in_order, .. } = &self.digest;
        is_in_order.then(|| hex(&hash.clone().chain_update((-1_i16).to_be_bytes()).finalize()))
    }

    fn encode(&mut self, place: &RowVerdict<'_>, report: &SismedReport) -> Result<(), Box<dyn Error + Send + Sync>> {
        let buffer = &mut self.buffer;
        buffer.put_i16(COLUMN_COUNT);
        let first = buffer.len();
        long(buffer, place.part);
        long(buffer, report_id(place.file, place.line));
        long(buffer, place.file);
        int(buffer, place.line);
        int(buffer, place.judged.0);
        int(buffer, report.cum.expediente);
        int(buffer, report.cum.consecutive);
        day(buffer, report.period.from);
        day(buffer, report.period.until);
        short(buffer, i16::from(report.actor_role));
        short(buffer, i16::from(report.transaction));
        short(buffer, operation_number(report.operation));
        short(buffer, unit_number(report.unit));
        let flags = buffer.len();
        short(buffer, place.flags);
        let amounts = buffer.len();
        for amount in [report.minimum, report.maximum, report.units, report.value] {
            number(buffer, amount)?;
        }
        for nit in place.nits {
            text(buffer, nit);
        }
        let hash = &mut self.digest.hash;
        if self.digest.last_line == 0 {
            hash.update(SIGNATURE);
        }
        hash.update((COLUMN_COUNT - 1).to_be_bytes());
        hash.update(&buffer[first..flags]);
        hash.update(&buffer[amounts..]);
        Ok(())
    }
}

fn operation_number(operation: Operation) -> i16 {
    match operation {
        Operation::Purchase => 0,
        Operation::Sale => 1,
        Operation::Reimbursement => 2,
    }
}

fn unit_number(unit: InvoiceUnit) -> i16 {
    match unit {
        InvoiceUnit::Pack => 0,
        InvoiceUnit::PrimaryPack => 1,
        InvoiceUnit::DispensingUnit => 2,
        InvoiceUnit::RegulatedUnit => 3,
    }
}

pub(super) fn long(buffer: &mut BytesMut, value: i64) {
    buffer.put_i32(8);
    buffer.put_i64(value);
}

pub(super) fn int(buffer: &mut BytesMut, value: i32) {
    buffer.put_i32(4);
    buffer.put_i32(value);
}

pub(super) fn short(buffer: &mut BytesMut, value: i16) {
    buffer.put_i32(2);
    buffer.put_i16(value);
}

pub(super) fn day(buffer: &mut BytesMut, day: Date) {
    let hours = day.duration_since(EPOCH).as_hours();
    int(buffer, i32::try_from(hours / 24).unwrap_or_default());
}

pub(super) fn text(buffer: &mut BytesMut, value: Option<&str>) {
    match value {
        None => buffer.put_i32(-1),
        Some(value) => {
            buffer.put_i32(i32::try_from(value.len()).unwrap_or(i32::MAX));
            buffer.put_slice(value.as_bytes());
        }
    }
}

pub(super) fn number(buffer: &mut BytesMut, value: Option<Decimal>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let Some(value) = value else {
        buffer.put_i32(-1);
        return Ok(());
    };
    if let Ok(mantissa) = u64::try_from(value.mantissa())
        && value.scale() <= SHORT_SCALE_MAX
    {
        short_number(buffer, mantissa, value.scale());
        return Ok(());
    }
    let start = buffer.len();
    buffer.put_i32(0);
    value.to_sql(&Type::NUMERIC, buffer)?;
    // The library keeps groups of zeros at the end; PostgreSQL drops them on arrival, and does not give them back.
    while buffer.len() > start + 12 && buffer.ends_with(&[0, 0]) {
        buffer.truncate(buffer.len() - 2);
        let groups = u16::from_be_bytes([buffer[start + 4], buffer[start + 5]]) - 1;
        buffer[start + 4..start + 6].copy_from_slice(&groups.to_be_bytes());
    }
    let length = i32::try_from(buffer.len() - start - 4)?;
    buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

const SHORT_SCALE_MAX: u32 = 12;
const GROUP: u64 = 10_000;

/// A number of at most 64 bits as PostgreSQL's numeric: groups of four decimal digits, the decimal point between two groups.
fn short_number(buffer: &mut BytesMut, mantissa: u64, scale: u32) {
    let whole = mantissa / 10_u64.pow(scale);
    // The fraction, filled up to whole groups.
    let groups_after = scale.div_ceil(4);
    let fraction = mantissa % 10_u64.pow(scale) * 10_u64.pow(groups_after * 4 - scale);
    let mut digits = [0_u16; 8];
    let mut count = 0;
    let mut before = 0_i16;
    let mut power = 4;
    while power > 0 && whole < GROUP.pow(power) {
        power -= 1;
    }
    if whole > 0 {
        before = i16::try_from(power).unwrap_or_default() + 1;
        for at in (0..=power).rev() {
            digits[count] = group(whole, at);
            count += 1;
        }
    }
    for at in (0..groups_after).rev() {
        digits[count] = group(fraction, at);
        count += 1;
    }
    let first = digits[..count].iter().position(|digit| *digit != 0).unwrap_or(count);
    let last = digits[..count].iter().rposition(|digit| *digit != 0).map_or(first, |at| at + 1);
    let shown = &digits[first..last];
    let weight = before - 1 - i16::try_from(first).unwrap_or_default();
    buffer.put_i32(8 + 2 * i32::try_from(shown.len()).unwrap_or_default());
    buffer.put_i16(i16::try_from(shown.len()).unwrap_or_default());
    buffer.put_i16(if shown.is_empty() { 0 } else { weight });
    buffer.put_i16(0);
    buffer.put_i16(i16::try_from(scale).unwrap_or_default());
    shown.iter().for_each(|digit| buffer.put_u16(*digit));
}

fn group(number: u64, at: u32) -> u16 {
    u16::try_from(number / GROUP.pow(at) % GROUP).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn numbers_are_written_as_the_library_writes_them(mantissa in any::<u128>(), shift in 32_u32..128, scale in 0_u32..=28) {
            // Zeros mean "not reported" and are never written.
            let value = Decimal::from_i128_with_scale(i128::try_from(mantissa >> shift).unwrap().max(1), scale);
            let mut library = BytesMut::new();
            value.to_sql(&Type::NUMERIC, &mut library).unwrap();
            let mut ours = BytesMut::new();
            number(&mut ours, Some(value)).unwrap();
            // The library keeps groups of zeros at the end; PostgreSQL drops them on arrival.
            let mut library = library.to_vec();
            while library.len() > 8 && library.ends_with(&[0, 0]) {
                library.truncate(library.len() - 2);
                library[1] -= 1;
            }
            prop_assert_eq!(&ours[4..], &library[..]);
            prop_assert_eq!(ours[..4].to_vec(), i32::try_from(library.len()).unwrap().to_be_bytes().to_vec());
        }
    }

    #[test]
    fn days_are_counted_from_the_year_2000() {
        for (text, days) in
            [("2000-01-01", 0), ("2000-01-02", 1), ("1999-12-31", -1), ("2026-11-23", 9_823), ("1990-01-01", -3_652)]
        {
            let mut buffer = BytesMut::new();
            day(&mut buffer, text.parse().unwrap());
            assert_eq!(&buffer[4..], &i32::to_be_bytes(days)[..], "{text}");
        }
    }
}
