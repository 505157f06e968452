//! Terraform's words: values, types, schemas, diagnostics, paths, and the traits a provider implements.
//!
//! Has never heard of gRPC (that is `plugin`) nor of a cloud (that is `cloud`); the two meet in `provider`.

pub mod check;
pub mod codec;
pub mod diagnostic;
pub mod error;
pub mod model;
pub mod number;
pub mod path;
pub mod plan;
pub mod provider;
pub mod schema;
pub mod types;
pub mod value;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use error::ValueError;
pub use model::Attr;
pub use number::{Number, NumberError};
pub use path::{Path, Step};
pub use provider::{DataSource, Function, Provider, Resource};
pub use schema::{Attribute, Block, NestedBlock, Nesting, Schema};
pub use types::Type;
pub use value::Value;
