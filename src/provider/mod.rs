//! The provider itself: joins Terraform's words with the simulated cloud.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use crate::tf::provider::ConfigureRequest;
use crate::tf::{Attribute, DataSource, Diagnostics, Function, Provider, Resource, Schema, Value};

#[derive(Debug, Default)]
pub struct Simcloud;

#[async_trait]
impl Provider for Simcloud {
    fn schema(&self) -> Schema {
        Schema::new("A simulated cloud in which capacity runs out.")
            .attributes([Attribute::string("region").optional().describes("Where resources are made.")])
    }

    fn resources(&self) -> BTreeMap<String, Arc<dyn Resource>> {
        BTreeMap::new()
    }

    fn data_sources(&self) -> BTreeMap<String, Arc<dyn DataSource>> {
        BTreeMap::new()
    }

    fn functions(&self) -> BTreeMap<String, Arc<dyn Function>> {
        BTreeMap::new()
    }

    async fn validate(&self, _: &Value, _: &mut Diagnostics) {}

    async fn configure(&self, _: &ConfigureRequest, _: &mut Diagnostics) {}
}
