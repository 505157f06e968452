//! The compact file: the reply with schemas in parts, one for each type, and where each of them stands.
//!
//! A part is an encoded reply with one type, so that all parts, one after the other, are the reply with all types: it
//! is sent without being decoded. The file has a magic text, the offset of the index, the parts, and the index as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use prost::Message;
use serde::{Deserialize, Serialize};

use super::json::{self, Part, SchemaJsonError};
use super::wire;
use crate::base::collect::IntoOrdered;
use crate::base::order::Order;
use crate::plugin::convert;
use crate::plugin::proto::tfplugin6::get_provider_schema;
use crate::tf::{Schema, SchemaKind, SchemaSource};

/// The name beside the executable. It does not begin as an executable's does, by which the CLIs find that.
pub const FILE_NAME: &str = "stand-in-schemas.bin";

/// How the file begins; the number changes with the form.
const MAGIC: &[u8; 20] = b"stand-in schemas 1.0";

/// Bytes before the first part: the magic text and the offset of the index.
const HEADER: u64 = MAGIC.len() as u64 + 8;

/// A part of the file: its offset and its length in bytes.
type ByteRange = (u64, u64);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Index {
    /// Where the provider stood that the schemas are of: `registry.terraform.io/aliyun/alicloud`.
    address: String,
    provider: Option<ByteRange>,
    resources: BTreeMap<String, ByteRange>,
    data_sources: BTreeMap<String, ByteRange>,
}

impl Index {
    fn places(&self, kind: SchemaKind) -> &BTreeMap<String, ByteRange> {
        match kind {
            SchemaKind::Resource => &self.resources,
            SchemaKind::DataSource => &self.data_sources,
        }
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub address: String,
    pub resources: usize,
    pub data_sources: usize,
}

trait Readable: Read + Seek + Send {}

impl<T: Read + Seek + Send> Readable for T {}

/// An open compact file. It stays the same while it is open, even if another one takes its name.
pub struct SchemaFile {
    bytes: Mutex<Box<dyn Readable>>,
    index: OnceLock<Result<Index, String>>,
}

impl fmt::Debug for SchemaFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaFile").finish_non_exhaustive()
    }
}

impl SchemaFile {
    /// Writes the schemas of one provider, found by `NAMESPACE/NAME` or by its name alone, without the types for which
    /// `is_offered` holds. `json` opens the text, which is read twice.
    ///
    /// # Errors
    /// The text is not what a CLI prints, has no such provider, or the file cannot be written.
    pub fn write<R: BufRead>(
        json: impl Fn() -> io::Result<R>,
        (namespace, name): (Option<&str>, &str),
        is_offered: &dyn Fn(SchemaKind, &str) -> bool,
        to: &mut (impl Write + Seek),
    ) -> Result<Written, SchemaJsonError> {
        let address = json::find_provider(json()?, namespace, name)?;
        let mut index = Index { address: address.clone(), ..Index::default() };
        to.write_all(MAGIC)?;
        to.write_all(&[0; 8])?;
        let mut end = HEADER;
        let mut failure = None;
        json::read_provider(json()?, &address, &mut |part| {
            let reply = match &part {
                Part::Type(kind, name, _) if is_offered(*kind, name) => return,
                Part::Provider(schema) => reply_with_provider(schema),
                Part::Type(kind, name, schema) => reply_with_type(*kind, name, schema),
            };
            let bytes = reply.encode_to_vec();
            let place = (end, bytes.len() as u64);
            end += place.1;
            if let Err(error) = to.write_all(&bytes) {
                failure.get_or_insert(error);
            }
            match part {
                Part::Provider(_) => index.provider = Some(place),
                Part::Type(SchemaKind::Resource, name, _) => drop(index.resources.insert(name, place)),
                Part::Type(SchemaKind::DataSource, name, _) => drop(index.data_sources.insert(name, place)),
            }
        })?;
        if let Some(error) = failure {
            return Err(error.into());
        }
        serde_json::to_writer(&mut *to, &index).map_err(io::Error::from)?;
        to.seek(SeekFrom::Start(MAGIC.len() as u64))?;
        to.write_all(&end.to_le_bytes())?;
        to.flush()?;
        Ok(Written { address, resources: index.resources.len(), data_sources: index.data_sources.len() })
    }

    /// A compact file that is open; `None` if it does not begin as one.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn of(mut bytes: impl Read + Seek + Send + 'static) -> io::Result<Option<Self>> {
        let mut magic = Vec::new();
        (&mut bytes).take(MAGIC.len() as u64).read_to_end(&mut magic)?;
        let file = Self { bytes: Mutex::new(Box::new(bytes)), index: OnceLock::new() };
        Ok((magic == MAGIC).then_some(file))
    }

    fn index(&self) -> Result<&Index, String> {
        self.index.get_or_init(|| self.read_index().map_err(|error| error.to_string())).as_ref().map_err(Clone::clone)
    }

    fn read_index(&self) -> io::Result<Index> {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.seek(SeekFrom::Start(MAGIC.len() as u64))?;
        let mut start = [0; 8];
        bytes.read_exact(&mut start)?;
        bytes.seek(SeekFrom::Start(u64::from_le_bytes(start)))?;
        let mut text = Vec::new();
        bytes.read_to_end(&mut text)?;
        serde_json::from_slice(&text).map_err(io::Error::from)
    }

    fn read(&self, (start, length): ByteRange) -> Result<Vec<u8>, String> {
        let read = || -> io::Result<Vec<u8>> {
            let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            bytes.seek(SeekFrom::Start(start))?;
            let mut part = Vec::new();
            (&mut *bytes).take(length).read_to_end(&mut part)?;
            if part.len() as u64 == length { Ok(part) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
        };
        read().map_err(|error| error.to_string())
    }

    fn decode(&self, place: ByteRange) -> Result<get_provider_schema::Response, String> {
        get_provider_schema::Response::decode(self.read(place)?.as_slice()).map_err(|error| error.to_string())
    }
}

impl SchemaSource for SchemaFile {
    fn names(&self, kind: SchemaKind) -> Result<BTreeSet<String>, String> {
        Ok(self.index()?.places(kind).keys().cloned().collect())
    }

    fn schema(&self, kind: SchemaKind, name: &str) -> Result<Option<Schema>, String> {
        let Some(place) = self.index()?.places(kind).get(name) else { return Ok(None) };
        let reply = self.decode(*place)?;
        let schema = reply.resource_schemas.into_values().chain(reply.data_source_schemas.into_values()).next();
        Ok(schema.map(wire::read_schema))
    }

    fn provider_schema(&self) -> Result<Option<Schema>, String> {
        let Some(place) = self.index()?.provider else { return Ok(None) };
        Ok(self.decode(place)?.provider.map(wire::read_schema))
    }

    fn encoded(&self, wanted: &dyn Fn(SchemaKind, &str) -> bool) -> Result<Vec<u8>, String> {
        let index = self.index()?;
        let kinds = [SchemaKind::Resource, SchemaKind::DataSource];
        let parts =
            kinds.iter().flat_map(|kind| index.places(*kind).iter().map(move |(name, place)| (*kind, name, place)));
        let mut places: Vec<ByteRange> =
            parts.filter(|(kind, name, _)| wanted(*kind, name)).map(|(_, _, place)| *place).collect();
        places.order();
        let mut encoded = Vec::new();
        for run in joined(places) {
            encoded.append(&mut self.read(run)?);
        }
        Ok(encoded)
    }
}

/// Parts sorted by offset; those that adjoin are merged.
fn joined(places: Vec<ByteRange>) -> Vec<ByteRange> {
    let mut runs: Vec<ByteRange> = Vec::new();
    for (start, length) in places {
        match runs.last_mut() {
            Some(last) if last.0 + last.1 == start => last.1 += length,
            _ => runs.push((start, length)),
        }
    }
    runs
}

fn reply_with_provider(schema: &Schema) -> get_provider_schema::Response {
    get_provider_schema::Response { provider: Some(convert::schema(schema)), ..Default::default() }
}

fn reply_with_type(kind: SchemaKind, name: &str, schema: &Schema) -> get_provider_schema::Response {
    let schemas = [(name.to_owned(), convert::schema(schema))].into_iter().into_map();
    match kind {
        SchemaKind::Resource => get_provider_schema::Response { resource_schemas: schemas, ..Default::default() },
        SchemaKind::DataSource => get_provider_schema::Response { data_source_schemas: schemas, ..Default::default() },
    }
}
