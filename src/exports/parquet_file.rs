//! Rows as Parquet: columns are filled row by row and written a row group at a time. Numbers are DECIMAL, never floating point.
//!
//! One type, DECIMAL(38, 18), for all: publishers print up to 17 places, and the schema must stay the same.
//!
//! A file is its mark, its row groups, and an end that says where each column of them begins: so the row groups of several files in a row need
//! nothing but an end of their own to be one file.

use std::{io::Write, sync::Arc};

use jiff::civil::{Date, date};
use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as PhysicalType},
    column::writer::ColumnWriter,
    data_type::{ByteArray, FixedLenByteArray},
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, ParquetMetaDataBuilder, ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData},
        properties::WriterProperties,
        writer::SerializedFileWriter,
    },
    schema::types::{Type, TypePtr},
};
use rust_decimal::Decimal;

use super::{
    data_set::{DataSet, ExportValue, Field, FieldType},
    error::ExportError,
    text_rows::plain,
};
use crate::domain::number::exact;

/// Enough for pesos and for the binary fractions that publishers print.
pub const PRECISION: i32 = 38;
pub const SCALE: u32 = 18;
const DECIMAL_BYTES: i32 = 16;
const ROW_GROUP_ROWS: usize = 32_768;
/// After the mark.
pub const ROWS_START: u64 = 4;
/// The length of what is said of the columns, and the mark once more.
const END_BYTES: usize = 8;
/// Not the library's name and version: the same rows stay the same bytes when it is replaced by one that writes alike.
const WRITTEN_BY: &str = "termometro";

pub struct ParquetFile<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<ParquetColumn>,
    rows: usize,
}

/// One column of the row group that is being filled.
struct ParquetColumn {
    required: bool,
    kind: FieldType,
    /// 1 where there is a value.
    levels: Vec<i16>,
    values: Values,
}

enum Values {
    Text(Vec<ByteArray>),
    Long(Vec<i64>),
    Day(Vec<i32>),
    Truth(Vec<bool>),
    Decimal(Vec<FixedLenByteArray>),
}

impl<W: Write + Send> ParquetFile<W> {
    pub fn new(file: W, data_set: &DataSet) -> Result<Self, ExportError> {
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by(WRITTEN_BY.to_owned());
        let writer = SerializedFileWriter::new(file, schema(data_set)?, Arc::new(properties.build()))?;
        Ok(Self { writer, columns: data_set.fields.iter().map(ParquetColumn::new).collect(), rows: 0 })
    }

    pub fn push(&mut self, cells: &[ExportValue]) -> Result<(), ExportError> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(cell)?;
        }
        self.rows += 1;
        if self.rows == ROW_GROUP_ROWS { self.flush() } else { Ok(()) }
    }

    /// With the place at which its row groups end.
    pub fn finish(mut self) -> Result<(W, u64), ExportError> {
        self.flush()?;
        let rows_end = self.writer.bytes_written() as u64;
        Ok((self.writer.into_inner()?, rows_end))
    }

    fn flush(&mut self) -> Result<(), ExportError> {
        if std::mem::take(&mut self.rows) == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let mut writer = group.next_column()?.ok_or_else(|| wrong("a column too many"))?;
            column.write(writer.untyped())?;
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }
}

impl ParquetColumn {
    fn new(field: &Field) -> Self {
        let values = match field.kind {
            FieldType::Text | FieldType::List => Values::Text(Vec::new()),
            FieldType::Integer => Values::Long(Vec::new()),
            FieldType::Boolean => Values::Truth(Vec::new()),
            FieldType::Date => Values::Day(Vec::new()),
            FieldType::Money | FieldType::Number => Values::Decimal(Vec::new()),
        };
        Self { required: field.required, kind: field.kind, levels: Vec::new(), values }
    }

    fn push(&mut self, cell: &ExportValue) -> Result<(), ExportError> {
        let there = match (&mut self.values, cell) {
            (_, ExportValue::Missing) => false,
            (Values::Text(values), ExportValue::Text(text)) => {
                values.push(text.as_str().into());
                true
            }
            (Values::Text(values), ExportValue::List(_)) => {
                values.push(plain(self.kind, cell).as_str().into());
                true
            }
            (Values::Long(values), ExportValue::Integer(number)) => {
                values.push(*number);
                true
            }
            (Values::Truth(values), ExportValue::Boolean(truth)) => {
                values.push(*truth);
                true
            }
            (Values::Day(values), ExportValue::Date(day)) => {
                values.push(days_since_1970(*day)?);
                true
            }
            (Values::Decimal(values), ExportValue::Decimal(number)) => {
                let unscaled = unscaled(*number);
                if unscaled.is_none() {
                    tracing::warn!(%number, "export: number beyond DECIMAL(38, 18) left out of the Parquet file");
                }
                values.extend(unscaled.map(|number| FixedLenByteArray::from(number.to_be_bytes().to_vec())));
                unscaled.is_some()
            }
            _ => return Err(wrong("a cell of another kind than its field").into()),
        };
        if self.required && !there {
            return Err(wrong("a required field is missing").into());
        }
        self.levels.push(i16::from(there));
        Ok(())
    }

    fn write(&mut self, writer: &mut ColumnWriter<'_>) -> Result<(), ExportError> {
        let levels = Some(self.levels.as_slice()).filter(|_| !self.required);
        match (&mut self.values, writer) {
            (Values::Text(values), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                writer.write_batch(values, levels, None)?;
                values.clear();
            }
            (Values::Long(values), ColumnWriter::Int64ColumnWriter(writer)) => {
                writer.write_batch(values, levels, None)?;
                values.clear();
            }
            (Values::Day(values), ColumnWriter::Int32ColumnWriter(writer)) => {
                writer.write_batch(values, levels, None)?;
                values.clear();
            }
            (Values::Truth(values), ColumnWriter::BoolColumnWriter(writer)) => {
                writer.write_batch(values, levels, None)?;
                values.clear();
            }
            (Values::Decimal(values), ColumnWriter::FixedLenByteArrayColumnWriter(writer)) => {
                writer.write_batch(values, levels, None)?;
                values.clear();
            }
            _ => return Err(wrong("a column of another type than its field").into()),
        }
        self.levels.clear();
        Ok(())
    }
}

/// The end of a file that has the row groups of several files in a row. Of each: its own end, and how many bytes its row groups are. The first
/// says the schema.
pub fn joined_end<'a>(ends: impl IntoIterator<Item = (&'a [u8], u64)>) -> Result<Vec<u8>, ExportError> {
    let (mut described, mut row_groups, mut shift) = (None, Vec::new(), 0);
    for (end, bytes) in ends {
        let metadata = ParquetMetaDataReader::decode_metadata(said(end).ok_or_else(|| wrong("an end that says nothing"))?)?;
        for group in metadata.row_groups() {
            let ordinal = i32::try_from(row_groups.len()).map_err(|_| wrong("too many row groups"))?;
            row_groups.push(shifted(group, shift, ordinal)?);
        }
        described.get_or_insert_with(|| metadata.file_metadata().clone());
        shift += i64::try_from(bytes).map_err(|_| wrong("a file that is too long"))?;
    }
    let described = described.ok_or_else(|| wrong("no file to join"))?;
    let metadata = ParquetMetaDataBuilder::new(described).set_row_groups(row_groups).build();
    let mut end = Vec::new();
    // Indexes of pages stay with the files that they are of.
    ParquetMetaDataWriter::new(&mut end, &metadata).with_preserve_page_index_locations(false).finish()?;
    Ok(end)
}

/// What an end says of the columns, without its length and mark, and without indexes of pages before it.
fn said(end: &[u8]) -> Option<&[u8]> {
    let until = end.len().checked_sub(END_BYTES)?;
    let length = end.get(until..until + 4)?.try_into().ok().map(u32::from_le_bytes)?;
    end.get(until.checked_sub(usize::try_from(length).ok()?)?..until)
}

fn shifted(group: &RowGroupMetaData, shift: i64, ordinal: i32) -> Result<RowGroupMetaData, ParquetError> {
    let mut builder = group.clone().into_builder().set_ordinal(ordinal);
    if let Some(offset) = group.file_offset() {
        builder = builder.set_file_offset(offset + shift);
    }
    let columns = builder.take_columns().into_iter().map(|column| shifted_column(column, shift));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    builder.set_column_metadata(columns).build()
}

fn shifted_column(column: ColumnChunkMetaData, shift: i64) -> Result<ColumnChunkMetaData, ParquetError> {
    let (data, dictionary) = (column.data_page_offset() + shift, column.dictionary_page_offset().map(|offset| offset + shift));
    let index = column.index_page_offset().map(|offset| offset + shift);
    let builder = column.into_builder().set_data_page_offset(data).set_dictionary_page_offset(dictionary);
    builder.set_index_page_offset(index).build()
}

fn schema(data_set: &DataSet) -> Result<TypePtr, ExportError> {
    let fields = data_set.fields.iter().map(|field| column_type(field).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder(data_set.name).with_fields(fields).build()?))
}

fn column_type(field: &Field) -> Result<Type, ParquetError> {
    let physical = match field.kind {
        FieldType::Text | FieldType::List => PhysicalType::BYTE_ARRAY,
        FieldType::Integer => PhysicalType::INT64,
        FieldType::Boolean => PhysicalType::BOOLEAN,
        FieldType::Date => PhysicalType::INT32,
        FieldType::Money | FieldType::Number => PhysicalType::FIXED_LEN_BYTE_ARRAY,
    };
    let scale = i32::try_from(SCALE).unwrap_or_default();
    let builder = Type::primitive_type_builder(field.name, physical);
    let builder = builder.with_repetition(if field.required { Repetition::REQUIRED } else { Repetition::OPTIONAL });
    match field.kind {
        FieldType::Text | FieldType::List => builder.with_logical_type(Some(LogicalType::String)),
        FieldType::Date => builder.with_logical_type(Some(LogicalType::Date)),
        FieldType::Money | FieldType::Number => builder
            .with_logical_type(Some(LogicalType::decimal(scale, PRECISION)))
            .with_length(DECIMAL_BYTES)
            .with_precision(PRECISION)
            .with_scale(scale),
        FieldType::Integer | FieldType::Boolean => builder,
    }
    .build()
}

/// The number in units of 10⁻¹⁸; `None` when it has more places or more digits than the type.
fn unscaled(number: Decimal) -> Option<i128> {
    let (mantissa, scale) = exact::shortest(number);
    let unscaled = mantissa.checked_mul(10_i128.checked_pow(SCALE.checked_sub(scale)?)?)?;
    let limit = 10_i128.checked_pow(PRECISION.unsigned_abs())?;
    (unscaled.checked_abs()? < limit).then_some(unscaled)
}

fn days_since_1970(day: Date) -> Result<i32, ExportError> {
    let span = date(1970, 1, 1).until(day).map_err(|error| ExportError::Stopped(error.to_string()))?;
    Ok(span.get_days())
}

fn wrong(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use bytes::Bytes;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;
    use crate::exports::{data_sets::prices_by_month::DATA_SET, scratch};

    /// A file with rows of that price, and where its row groups end.
    fn file(rows: i64) -> (Bytes, usize) {
        let mut out = ParquetFile::new(scratch::file(&std::env::temp_dir()).unwrap(), &DATA_SET).unwrap();
        for row in 0..rows {
            let cell = |field: &Field| match field.kind {
                FieldType::Integer => ExportValue::Integer(row),
                FieldType::Boolean => ExportValue::Boolean(row % 2 == 0),
                FieldType::Money => ExportValue::Decimal(Decimal::new(rows * 1_000_000 + row, 2)),
                FieldType::Text => ExportValue::text(format!("{} of {rows}", field.name)),
                _ => ExportValue::Missing,
            };
            out.push(&DATA_SET.fields.iter().map(cell).collect::<Vec<_>>()).unwrap();
        }
        let (mut file, rows_end) = out.finish().unwrap();
        let mut bytes = Vec::new();
        std::io::Seek::rewind(&mut file).unwrap();
        file.read_to_end(&mut bytes).unwrap();
        (bytes.into(), usize::try_from(rows_end).unwrap())
    }

    fn rows(file: Bytes) -> Vec<String> {
        let reader = SerializedFileReader::new(file).unwrap();
        reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect()
    }

    #[test]
    fn row_groups_in_a_row_are_one_file_with_an_end_of_their_own() {
        let files = [file(3), file(40_000), file(0), file(1)];
        let nothing = file(0);
        let mut joined = b"PAR1".to_vec();
        files.iter().for_each(|(file, rows_end)| joined.extend_from_slice(&file[4..*rows_end]));
        let ends = files.iter().map(|(file, rows_end)| (&file[*rows_end..], *rows_end as u64 - ROWS_START));
        joined.extend(joined_end([(&nothing.0[nothing.1..], 0)].into_iter().chain(ends)).unwrap());
        let joined = Bytes::from(joined);
        let metadata = SerializedFileReader::new(joined.clone()).unwrap().metadata().clone();
        assert_eq!((metadata.num_row_groups(), metadata.file_metadata().num_rows()), (4, 40_004));
        assert_eq!(metadata.file_metadata().created_by(), Some(WRITTEN_BY));
        assert!(rows(joined) == files.into_iter().flat_map(|(file, _)| rows(file)).collect::<Vec<_>>());
        assert!(joined_end([]).is_err() && joined_end([(&b"PAR1"[..], 0)]).is_err());
    }

    #[test]
    fn decimals_are_whole_numbers_of_their_last_place() {
        assert_eq!(unscaled(Decimal::new(995_750, 4)), Some(99_575 * 10_i128.pow(15)));
        assert_eq!(unscaled(Decimal::new(-1, 18)), Some(-1));
        assert_eq!(unscaled(Decimal::new(1, 19)), None);
        assert_eq!(unscaled(Decimal::MAX), None);
    }

    #[test]
    fn days_count_from_1970() {
        assert_eq!(days_since_1970(date(1970, 1, 2)).unwrap(), 1);
        assert_eq!(days_since_1970(date(2026, 11, 27)).unwrap(), 20_784);
    }
}
