//! Formats: each takes rows one by one and holds none, or a bounded number, of them.

use crate::codes::Codes;
use crate::columns::{Column, Kind, Value};
use crate::error::{Error, failed, table};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Look, Workbook};
use std::io::Write;
use std::sync::Arc;

/// Where rows go.
pub trait Sink {
    /// Writes a row, whose cells are in the order of the columns.
    ///
    /// # Errors
    /// When it cannot be written.
    fn row(&mut self, values: &[Value]) -> Result<(), Error>;

    /// Writes what is left.
    ///
    /// # Errors
    /// When it cannot be written.
    fn finish(&mut self) -> Result<(), Error>;
}

/// One object a line.
pub struct JsonLines<W> {
    out: W,
    columns: Vec<Column>,
}

impl<W: Write> JsonLines<W> {
    /// Of these columns.
    pub fn new(out: W, columns: Vec<Column>) -> Self {
        Self { out, columns }
    }
}

/// An object with the columns in their order.
fn object(out: &mut impl Write, columns: &[Column], values: &[Value]) -> std::io::Result<()> {
    for (i, (column, value)) in columns.iter().zip(values).enumerate() {
        let start = if i == 0 { '{' } else { ',' };
        write!(out, "{start}\"{}\":{}", column.name, value.json())?;
    }
    write!(out, "}}")
}

impl<W: Write> Sink for JsonLines<W> {
    fn row(&mut self, values: &[Value]) -> Result<(), Error> {
        object(&mut self.out, &self.columns, values)?;
        Ok(writeln!(self.out)?)
    }

    fn finish(&mut self) -> Result<(), Error> {
        Ok(self.out.flush()?)
    }
}

/// How a table of text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Commas, for programs.
    Plain,
    /// Commas, byte order mark, CRLF; what Excel would take for a formula is led by an apostrophe.
    Excel,
    /// Tabs and no header, as GDELT has it.
    Gdelt,
}

/// A table of text.
pub struct Table<W: Write> {
    out: csv::Writer<W>,
    dialect: Dialect,
}

impl<W: Write> Table<W> {
    /// Begins a table with its header.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(mut out: W, columns: &[Column], dialect: Dialect, hxl: bool) -> Result<Self, Error> {
        if dialect == Dialect::Excel {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut builder = csv::WriterBuilder::new();
        match dialect {
            Dialect::Plain => {}
            Dialect::Excel => drop(builder.terminator(csv::Terminator::CRLF)),
            Dialect::Gdelt => drop(builder.delimiter(b'\t').quote_style(csv::QuoteStyle::Never)),
        }
        let mut out = builder.from_writer(out);
        if dialect != Dialect::Gdelt {
            out.write_record(columns.iter().map(|c| c.name)).map_err(table)?;
            if hxl {
                out.write_record(columns.iter().map(|c| c.hxl)).map_err(table)?;
            }
        }
        Ok(Self { out, dialect })
    }
}

impl<W: Write> Sink for Table<W> {
    fn row(&mut self, values: &[Value]) -> Result<(), Error> {
        let cell = |value: &Value| {
            let text = value.cell();
            match self.dialect {
                // The words come from the web: none of them may run as a formula.
                Dialect::Excel if matches!(value, Value::Text(_) | Value::List(_)) && text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
                Dialect::Gdelt => text.replace(['\t', '\n', '\r'], " "),
                _ => text,
            }
        };
        self.out.write_record(values.iter().map(cell)).map_err(table)
    }

    fn finish(&mut self) -> Result<(), Error> {
        Ok(self.out.flush()?)
    }
}

/// A collection of features (RFC 7946). Where only an area is known, a feature is a circle of 64 corners about its middle.
pub struct GeoJson<W> {
    out: W,
    columns: Vec<Column>,
    codes: Codes,
    first: bool,
}

impl<W: Write> GeoJson<W> {
    /// Begins a collection.
    ///
    /// # Errors
    /// When it cannot be written, or our tables are damaged.
    pub fn new(mut out: W, columns: Vec<Column>) -> Result<Self, Error> {
        write!(out, "{{\"type\":\"FeatureCollection\",\"features\":[")?;
        Ok(Self { out, columns, codes: Codes::embedded()?, first: true })
    }
}

/// A circle on the sphere, in degrees, counter-clockwise; `None` where it would cross the date line or a pole.
fn circle(lat: f64, lon: f64, metres: f64) -> Option<Vec<[f64; 2]>> {
    const EARTH: f64 = 6_371_008.8;
    let round = |x: f64| (x * 1e5).round() / 1e5;
    let (angle, lat, lon) = (metres / EARTH, lat.to_radians(), lon.to_radians());
    let corner = |n: u32| {
        let bearing = -std::f64::consts::TAU * f64::from(n % 64) / 64.0;
        let y = (lat.sin() * angle.cos() + lat.cos() * angle.sin() * bearing.cos()).asin();
        let x = lon + (bearing.sin() * angle.sin() * lat.cos()).atan2(angle.cos() - lat.sin() * y.sin());
        [round(x.to_degrees()), round(y.to_degrees())]
    };
    let fits = lat.abs() + angle < std::f64::consts::FRAC_PI_2;
    let ring: Vec<[f64; 2]> = (0..=64).map(corner).collect();
    (fits && ring.iter().all(|p| p[0].abs() <= 180.0)).then_some(ring)
}

impl<W: Write> Sink for GeoJson<W> {
    fn row(&mut self, values: &[Value]) -> Result<(), Error> {
        let at = |name: &str| self.columns.iter().position(|c| c.name == name).and_then(|i| values.get(i)).unwrap_or(&Value::Null);
        let precision = if let Value::Text(kind) = at("geo_precision") { self.codes.precision(kind) } else { None };
        let geometry = match (at("lat"), at("lon")) {
            (Value::Real(lat), Value::Real(lon)) => match precision.filter(|p| p.area).and_then(|p| circle(*lat, *lon, f64::from(p.radius))) {
                Some(ring) => serde_json::json!({"type": "Polygon", "coordinates": [ring]}),
                None => serde_json::json!({"type": "Point", "coordinates": [lon, lat]}),
            },
            _ => serde_json::Value::Null,
        };
        let comma = if self.first { "" } else { "," };
        write!(self.out, "{comma}\n{{\"type\":\"Feature\",\"id\":{},\"geometry\":{geometry},\"properties\":", at("id").json())?;
        self.first = false;
        object(&mut self.out, &self.columns, values)?;
        Ok(write!(self.out, "}}")?)
    }

    fn finish(&mut self) -> Result<(), Error> {
        writeln!(self.out, "\n]}}")?;
        Ok(self.out.flush()?)
    }
}

/// Rows that Excel has in a sheet.
const SHEET: u32 = 1_048_576;
/// UTF-16 units that Excel has in a cell.
const CELL: usize = 32_767;

/// A workbook; what one sheet does not hold goes on in the next.
pub struct Xlsx<W> {
    out: W,
    book: Workbook,
    columns: Vec<Column>,
    table: &'static str,
    hxl: bool,
    sheets: usize,
    row: u32,
}

impl<W: Write + Send> Xlsx<W> {
    /// Begins a workbook.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W, columns: Vec<Column>, table: &'static str, hxl: bool) -> Result<Self, Error> {
        let mut book = Workbook::new();
        // Not the clock's time: the same ledger gives the same file.
        let day = ExcelDateTime::from_ymd(2026, 1, 1).map_err(failed("xlsx"))?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&day));
        let mut new = Self { out, book, columns, table, hxl, sheets: 0, row: 0 };
        new.sheet()?;
        Ok(new)
    }

    fn sheet(&mut self) -> Result<(), Error> {
        self.sheets += 1;
        let name = if self.sheets == 1 { self.table.to_owned() } else { format!("{} {}", self.table, self.sheets) };
        let sheet = self.book.add_worksheet_with_constant_memory().map_err(failed("xlsx"))?;
        sheet.set_name(name).map_err(failed("xlsx"))?;
        let bold = Look::new().set_bold();
        let heads = 1 + u32::from(self.hxl);
        sheet.set_freeze_panes(heads, 1).map_err(failed("xlsx"))?;
        for (row, text) in [|c: &Column| c.name, |c: &Column| c.hxl].into_iter().take(heads as usize).enumerate() {
            for (at, column) in self.columns.iter().enumerate() {
                sheet.write_string_with_format(row as u32, at as u16, text(column), &bold).map_err(failed("xlsx"))?;
            }
        }
        self.row = heads;
        Ok(())
    }
}

/// The beginning of a text that a cell of Excel can hold, with `…` where more follows.
fn short(text: &str) -> String {
    if text.encode_utf16().count() <= CELL {
        return text.to_owned();
    }
    let mut units = 1;
    text.chars().take_while(|c| { units += c.len_utf16(); units <= CELL }).chain(['…']).collect()
}

impl<W: Write + Send> Sink for Xlsx<W> {
    fn row(&mut self, values: &[Value]) -> Result<(), Error> {
        if self.row == SHEET {
            self.sheet()?;
        }
        let sheet = self.book.worksheet_from_index(self.sheets - 1).map_err(failed("xlsx"))?;
        for (at, value) in values.iter().enumerate() {
            let at = at as u16;
            match value {
                Value::Null => continue,
                Value::Int(n) => sheet.write_number(self.row, at, *n as f64),
                Value::Real(n) => sheet.write_number(self.row, at, *n),
                Value::Bool(yes) => sheet.write_boolean(self.row, at, *yes),
                Value::Text(_) | Value::List(_) => sheet.write_string(self.row, at, short(&value.cell())),
            }
            .map_err(failed("xlsx"))?;
        }
        self.row += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.book.save_to_writer(&mut self.out).map_err(failed("xlsx"))?;
        Ok(self.out.flush()?)
    }
}

/// Rows that are held until they are written as one group.
const GROUP: usize = 16_384;

/// Parquet: lists are lists, days are dates, all else is optional.
pub struct Parquet<W: Write + Send> {
    out: SerializedFileWriter<W>,
    columns: Vec<Column>,
    held: Vec<Vec<Value>>,
}

impl<W: Write + Send> Parquet<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W, columns: Vec<Column>, table: &'static str) -> Result<Self, Error> {
        let wrong = failed::<parquet::errors::ParquetError>("parquet");
        let leaf = |name: &str, physical, logical, repetition| Type::primitive_type_builder(name, physical).with_logical_type(logical).with_repetition(repetition).build().map(Arc::new);
        let field = |c: &Column| {
            let one = |physical, logical| leaf(c.name, physical, logical, Repetition::OPTIONAL);
            match c.kind {
                Kind::Text => one(Physical::BYTE_ARRAY, Some(LogicalType::String)),
                Kind::Day => one(Physical::INT32, Some(LogicalType::Date)),
                Kind::Int => one(Physical::INT64, None),
                Kind::Real => one(Physical::DOUBLE, None),
                Kind::Bool => one(Physical::BOOLEAN, None),
                Kind::List => {
                    let element = leaf("element", Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED)?;
                    let list = Type::group_type_builder("list").with_repetition(Repetition::REPEATED).with_fields(vec![element]).build()?;
                    let outer = Type::group_type_builder(c.name).with_repetition(Repetition::REQUIRED).with_logical_type(Some(LogicalType::List)).with_fields(vec![Arc::new(list)]);
                    outer.build().map(Arc::new)
                }
            }
        };
        let fields = columns.iter().map(field).collect::<Result<Vec<_>, _>>().map_err(&wrong)?;
        let schema = Type::group_type_builder(table).with_fields(fields).build().map_err(&wrong)?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
        Ok(Self { out: SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(&wrong)?, columns, held: Vec::new() })
    }

    fn group(&mut self) -> Result<(), Error> {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return Ok(());
        }
        let mut group = || -> Result<(), parquet::errors::ParquetError> {
            let mut group = self.out.next_row_group()?;
            for (at, column) in self.columns.iter().enumerate() {
                let cells = || held.iter().map(|row| &row[at]);
                let text = |s: &str| ByteArray::from(s.as_bytes().to_vec());
                match column.kind {
                    Kind::Text => optional::<ByteArrayType, W>(&mut group, cells().map(|v| if let Value::Null = v { None } else { Some(text(&v.cell())) }))?,
                    Kind::Day => optional::<Int32Type, W>(&mut group, cells().map(|v| marsad_ledger::days(&v.cell()).map(|d| d.0 as i32)))?,
                    Kind::Int => optional::<Int64Type, W>(&mut group, cells().map(|v| if let Value::Int(n) = v { Some(*n) } else { None }))?,
                    Kind::Real => optional::<DoubleType, W>(&mut group, cells().map(|v| if let Value::Real(n) = v { Some(*n) } else { None }))?,
                    Kind::Bool => optional::<BoolType, W>(&mut group, cells().map(|v| if let Value::Bool(yes) = v { Some(*yes) } else { None }))?,
                    Kind::List => {
                        let (mut values, mut there, mut goes_on) = (Vec::new(), Vec::new(), Vec::new());
                        for cell in cells() {
                            let list: &[String] = if let Value::List(list) = cell { list } else { &[] };
                            values.extend(list.iter().map(|s| text(s)));
                            there.extend(if list.is_empty() { vec![0] } else { vec![1; list.len()] });
                            goes_on.extend((0..list.len().max(1)).map(|n| i16::from(n > 0)));
                        }
                        column_of::<ByteArrayType, W>(&mut group, &values, &there, Some(&goes_on))?;
                    }
                }
            }
            group.close().map(drop)
        };
        group().map_err(failed("parquet"))
    }
}

fn optional<T: DataType, W: Write + Send>(group: &mut SerializedRowGroupWriter<'_, W>, cells: impl Iterator<Item = Option<T::T>>) -> Result<(), parquet::errors::ParquetError> {
    let (mut values, mut there) = (Vec::new(), Vec::new());
    for cell in cells {
        there.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    column_of::<T, W>(group, &values, &there, None)
}

fn column_of<T: DataType, W: Write + Send>(group: &mut SerializedRowGroupWriter<'_, W>, values: &[T::T], there: &[i16], goes_on: Option<&[i16]>) -> Result<(), parquet::errors::ParquetError> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, Some(there), goes_on)?;
        column.close()?;
    }
    Ok(())
}

impl<W: Write + Send> Sink for Parquet<W> {
    fn row(&mut self, values: &[Value]) -> Result<(), Error> {
        self.held.push(values.to_vec());
        if self.held.len() == GROUP { self.group() } else { Ok(()) }
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.group()?;
        self.out.finish().map_err(failed("parquet"))?;
        Ok(self.out.inner_mut().flush()?)
    }
}
