//! Terraform's types: values, type constraints, schemas, diagnostics, paths, and the traits that a provider implements.
//!
//! This layer does not depend on gRPC (see `plugin`) or on the simulated cloud (see `cloud`).

pub mod action;
pub mod codec;
pub mod diagnostic;
pub mod empty_texts;
pub mod ephemeral;
pub mod error;
pub mod generate;
pub mod list;
pub mod meaning;
pub mod model;
mod normal_form;
pub mod number;
pub mod on_demand;
pub mod path;
pub mod plan;
pub mod provider;
pub mod schema;
mod set_elements;
pub mod types;
pub mod validation;
pub mod value;

pub use action::Action;
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use ephemeral::EphemeralResource;
pub use error::ValueError;
pub use list::ListResource;
pub use model::Attr;
pub use number::{Number, NumberError};
pub use on_demand::{SchemaKind, SchemaSource, TypesOnDemand};
pub use path::{Path, Step};
pub use provider::{DataSource, Function, Provider, Resource};
pub use schema::{Attribute, Block, NestedBlock, Nesting, Schema};
pub use types::Type;
pub use value::Value;
