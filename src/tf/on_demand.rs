//! Types whose schemas are read when a call needs them: there may be more than a thousand, and a call needs one.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use super::provider::{DataSource, Resource};
use super::schema::Schema;

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchemaKind {
    Resource,
    DataSource,
}

/// Schemas by name. Each method fails with the reason why the schemas cannot be read.
pub trait SchemaSource: Debug + Send + Sync + 'static {
    /// The names of all types of a kind.
    ///
    /// # Errors
    /// The schemas cannot be read.
    fn names(&self, kind: SchemaKind) -> Result<BTreeSet<String>, String>;

    /// The schema of one type; `None` if there is no such type.
    ///
    /// # Errors
    /// The schemas cannot be read.
    fn schema(&self, kind: SchemaKind, name: &str) -> Result<Option<Schema>, String>;

    /// The schema of the provider block; `None` if the source has none.
    ///
    /// # Errors
    /// The schemas cannot be read.
    fn provider_schema(&self) -> Result<Option<Schema>, String>;

    /// The schemas of all types for which `wanted` holds, encoded as the protocol's reply with schemas. Encoded replies
    /// can be joined by writing one after the other.
    ///
    /// # Errors
    /// The schemas cannot be read.
    fn encoded(&self, wanted: &dyn Fn(SchemaKind, &str) -> bool) -> Result<Vec<u8>, String>;
}

/// Types that a provider offers beside those it names itself. Each method fails with a reason in words.
pub trait TypesOnDemand: Send + Sync + 'static {
    /// The names of all types of a kind.
    ///
    /// # Errors
    /// The schemas cannot be read.
    fn names(&self, kind: SchemaKind) -> Result<BTreeSet<String>, String>;

    /// The resource of a name; `None` if there is none.
    ///
    /// # Errors
    /// Its schema cannot be read.
    fn resource(&self, name: &str) -> Result<Option<Arc<dyn Resource>>, String>;

    /// The data source of a name; `None` if there is none.
    ///
    /// # Errors
    /// Its schema cannot be read.
    fn data_source(&self, name: &str) -> Result<Option<Arc<dyn DataSource>>, String>;

    /// All schemas, encoded as the protocol's reply with schemas ([`SchemaSource::encoded`]).
    ///
    /// # Errors
    /// The schemas cannot be read.
    fn encoded_schemas(&self) -> Result<Vec<u8>, String>;
}
