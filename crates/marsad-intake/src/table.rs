//! Tables in Parquet: rows one by one, a page of the wanted columns at a time.

use crate::{Columns, Documents, Refusal, admit};
use marsad_format::Document;
use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The library panics on some damage that it does not check for; that costs the file, not the program.
fn guarded<T>(work: impl FnOnce() -> parquet::errors::Result<T>) -> parquet::errors::Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(parquet::errors::ParquetError::General("its bytes contradict one another".to_owned())))
}

/// Rows that are decoded together.
const ROWS: usize = 64;

/// Whether a column holds texts, numbers, days or times.
fn readable(column: &Type) -> bool {
    let texts = || matches!(column.get_basic_info().converted_type(), ConvertedType::UTF8 | ConvertedType::NONE) || matches!(column.get_basic_info().logical_type_ref(), Some(LogicalType::String));
    column.is_primitive()
        && !(column.get_basic_info().has_repetition() && column.get_basic_info().repetition() == parquet::basic::Repetition::REPEATED)
        && match column.get_physical_type() {
            Physical::BYTE_ARRAY => texts(),
            Physical::INT32 | Physical::INT64 | Physical::INT96 => true,
            _ => false,
        }
}

/// The documents of a Parquet file.
///
/// # Errors
/// When it is damaged, or has no column of the body: the message names the columns there are.
pub fn documents(file: File, name: &str, columns: &Columns) -> Result<Documents, Refusal> {
    let refuse = |reason: String| Refusal { file: name.to_owned(), line: None, reason };
    let damaged = |e: parquet::errors::ParquetError| refuse(format!("the Parquet file is damaged ({e}); get it again"));
    let reader = guarded(|| SerializedFileReader::new(file)).map_err(damaged)?;
    let schema = reader.metadata().file_metadata().schema().clone();
    let there = || schema.get_fields().iter().map(|f| f.name()).take(20).collect::<Vec<_>>().join(", ");
    let find = |wanted: &str| {
        let fields = schema.get_fields();
        fields.iter().find(|f| f.name() == wanted).or_else(|| fields.iter().find(|f| f.name().eq_ignore_ascii_case(wanted))).cloned()
    };
    let wanted = [&columns.text, &columns.id, &columns.title, &columns.source, &columns.published].map(String::as_str).into_iter().chain(["url", "author", "lang"]);
    let found: Vec<Option<Arc<Type>>> = wanted.map(find).collect();
    let needed = format!("needed is {:?} with the body; read are also id, title, source, published, url, author, lang", columns.text);
    let Some(body) = found[0].as_ref() else { return Err(refuse(format!("no column {:?} (there are: {}); {needed}; name the one of the body with --text-column", columns.text, there()))) };
    if !readable(body) || body.get_physical_type() != Physical::BYTE_ARRAY {
        return Err(refuse(format!("the column {:?} holds no text (columns: {}); {needed}; name the one of the body with --text-column", body.name(), there())));
    }
    // The fields in the order of `wanted`, each with its place among the columns that are read.
    let mut read: Vec<Arc<Type>> = Vec::new();
    let places: Vec<Option<usize>> = found
        .into_iter()
        .map(|column| {
            let column = column.filter(|c| readable(c))?;
            Some(read.iter().position(|r| r.name() == column.name()).unwrap_or_else(|| {
                read.push(column);
                read.len() - 1
            }))
        })
        .collect();
    // A projection keeps the file's order.
    let order: Vec<String> = schema.get_fields().iter().filter(|f| read.iter().any(|r| r.name() == f.name())).map(|f| f.name().to_owned()).collect();
    let fields = schema.get_fields().iter().filter(|f| order.iter().any(|o| o == f.name())).cloned().collect();
    let places: Vec<Option<usize>> = places.into_iter().map(|p| p.and_then(|p| order.iter().position(|o| *o == read[p].name()))).collect();
    let projection = Type::group_type_builder(schema.name()).with_fields(fields).build().map_err(damaged)?;
    let mut rows = guarded(|| Ok(RowIter::from_file_into(Box::new(reader)).project(Some(projection))?.with_batch_size(ROWS))).map_err(damaged)?;
    let (name, mut number, mut over) = (name.to_owned(), 0usize, false);
    Ok(Box::new(std::iter::from_fn(move || {
        if over {
            return None;
        }
        let refuse = |reason: String| Refusal { file: name.clone(), line: None, reason };
        let Some(row) = guarded(|| rows.next().transpose()).transpose() else {
            over = true;
            return (number == 0).then(|| Err(refuse("it holds no row; give a table with articles".to_owned())));
        };
        number += 1;
        Some(match row {
            Err(e) => {
                over = true;
                Err(refuse(format!("row {number}: the Parquet file is damaged there ({e}); get it again (what stands before is read)")))
            }
            Ok(row) => document(row, &places).map_err(refuse).and_then(|d| admit(d, &name, None)).map_err(|r| Refusal { reason: format!("row {number}: {}", r.reason), ..r }),
        })
    })))
}

fn document(row: Row, places: &[Option<usize>]) -> Result<Document, String> {
    let mut values: Vec<Option<String>> = row.into_columns().into_iter().map(|(_, field)| value(field)).collect();
    // One column may be asked for twice.
    let take = |field: usize| places.get(field).copied().flatten().and_then(|p| values.get(p).cloned().flatten());
    let (id, title, source, published, url, author, lang) = (take(1), take(2), take(3), take(4), take(5), take(6), take(7));
    let text = places[0].and_then(|p| values.get_mut(p)?.take()).ok_or("the text is empty; give the article's body")?;
    Ok(Document { id: id.unwrap_or_default(), text, title, source, published, url, author, lang })
}

/// A cell as text; days and times as documents have them.
fn value(field: Field) -> Option<String> {
    let time = |t: Result<jiff::Timestamp, jiff::Error>| t.ok().map(|t| t.to_string());
    match field {
        Field::Str(s) => Some(s),
        Field::Bytes(b) => crate::decode(b.data()).ok(),
        Field::Int(n) => Some(n.to_string()),
        Field::Long(n) => Some(n.to_string()),
        Field::UInt(n) => Some(n.to_string()),
        Field::ULong(n) => Some(n.to_string()),
        Field::Date(days) => jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok().map(|d| d.to_string()),
        Field::TimestampMillis(n) => time(jiff::Timestamp::from_millisecond(n)),
        Field::TimestampMicros(n) => time(jiff::Timestamp::from_microsecond(n)),
        _ => None,
    }
    .filter(|s| !s.is_empty())
}
