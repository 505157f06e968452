//! Schemas of other providers: read from what a CLI prints, kept in a compact file beside the executable, and read from
//! there one by one.

mod file; // the compact file
mod json; // what `terraform providers schema -json` prints
mod location; // which file a process uses
mod text_encoding; // UTF-8 and UTF-16
mod wire; // messages of the protocol as schemas

pub use file::{FILE_NAME, SchemaFile, Written};
pub use json::SchemaJsonError;
pub use location::{LocatedSchemas, SchemaFileError};
