//! Joins the simulated cloud to Terraform: one file per resource, data source and function.
//!
//! The only layer that knows both; `diagnostic` alone turns the cloud's errors into what people read.

mod block;
mod data_sources;
pub mod docs;
mod framework;
mod functions;
mod resources;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

pub use self::block::alicloud::DEFAULT_REGION as ALICLOUD_DEFAULT_REGION;
pub use self::block::{DEFAULT_REGION, DEFAULT_WORLD, Setting, Settings};
use self::framework::aliases;
use self::framework::context::Shared;
use self::framework::object_resource::{CloudObject, ObjectResource};
use crate::cloud::CloudConfig;
use crate::tf::provider::ConfigureRequest;
use crate::tf::{DataSource, Diagnostics, Function, Provider, Resource, Schema, Value};

/// The provider, under the name it was started as.
#[derive(Debug)]
pub struct Simcloud {
    name: String,
    settings: Settings,
    shared: Arc<Shared>,
}

/// The name of the real provider whose modules are rehearsed.
const ALICLOUD: &str = "alicloud";

impl Simcloud {
    /// A provider whose resources are called `<name>_…`; nothing is opened before a call needs it. As `alicloud` it
    /// takes that provider's configuration block.
    #[must_use]
    pub fn new(name: impl Into<String>, settings: Settings) -> Self {
        Self { name: name.into(), settings, shared: Arc::default() }
    }
}

#[async_trait]
impl Provider for Simcloud {
    fn schema(&self) -> Schema {
        if self.name == ALICLOUD { block::alicloud::schema() } else { block::schema() }
    }

    fn resources(&self) -> BTreeMap<String, Arc<dyn Resource>> {
        let shared = &self.shared;
        let resources: [(&str, Arc<dyn Resource>); 6] = [
            (
                "auto_provisioning_group",
                Arc::new(resources::auto_provisioning_group::AutoProvisioningGroupResource::new(shared)),
            ),
            ("run_instances", Arc::new(resources::run_instances::RunInstancesResource::new(shared))),
            ("security_group", object::<resources::security_group::SecurityGroupObject>(shared)),
            ("security_group_rule", object::<resources::security_group_rule::SecurityGroupRuleObject>(shared)),
            ("vpc", object::<resources::vpc::VpcObject>(shared)),
            ("vswitch", object::<resources::vswitch::VSwitchObject>(shared)),
        ];
        let key_pair = Arc::new(ObjectResource::<resources::ecs_key_pair::KeyPairObject>::new(shared));
        let template = Arc::new(ObjectResource::<resources::ecs_launch_template::LaunchTemplateObject>::new(shared));
        resources
            .into_iter()
            .chain(aliases::with_alias(&self.name, "ecs_key_pair", "key_pair", key_pair))
            .chain(aliases::with_alias(&self.name, "ecs_launch_template", "launch_template", template))
            .map(|(name, resource)| (format!("{}_{name}", self.name), resource))
            .collect()
    }

    fn data_sources(&self) -> BTreeMap<String, Arc<dyn DataSource>> {
        let shared = &self.shared;
        let sources: [(&str, Arc<dyn DataSource>); 12] = [
            (
                "available_resources",
                Arc::new(data_sources::available_resources::AvailableResourcesDataSource::new(shared)),
            ),
            ("caller_identity", Arc::new(data_sources::caller_identity::CallerIdentityDataSource::new(shared))),
            ("images", Arc::new(data_sources::images::ImagesDataSource::new(shared))),
            ("instance_metadata", Arc::new(data_sources::instance_metadata::InstanceMetadataDataSource::new(shared))),
            ("instance_types", Arc::new(data_sources::instance_types::InstanceTypesDataSource::new(shared))),
            ("instances", Arc::new(data_sources::instances::InstancesDataSource::new(shared))),
            ("launch_forecast", Arc::new(data_sources::launch_forecast::LaunchForecastDataSource::new(shared))),
            ("security_groups", Arc::new(data_sources::security_groups::SecurityGroupsDataSource::new(shared))),
            ("spot_price_history", Arc::new(data_sources::spot_price_history::SpotPriceHistoryDataSource::new(shared))),
            ("vpcs", Arc::new(data_sources::vpcs::VpcsDataSource::new(shared))),
            ("vswitches", Arc::new(data_sources::vswitches::VSwitchesDataSource::new(shared))),
            ("zones", Arc::new(data_sources::zones::ZonesDataSource::new(shared))),
        ];
        sources.into_iter().map(|(name, source)| (format!("{}_{name}", self.name), source)).collect()
    }

    fn functions(&self) -> BTreeMap<String, Arc<dyn Function>> {
        let functions: [(&str, Arc<dyn Function>); 3] = [
            ("allocate", Arc::new(functions::allocate::AllocateFunction)),
            ("instance_type", Arc::new(functions::instance_type::InstanceTypeFunction)),
            ("round_robin", Arc::new(functions::round_robin::RoundRobinFunction)),
        ];
        functions.into_iter().map(|(name, function)| (name.to_owned(), function)).collect()
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if self.name == ALICLOUD {
            block::alicloud::validate(config, diagnostics);
        } else {
            block::validate(config, diagnostics);
        }
    }

    async fn configure(&self, request: &ConfigureRequest, diagnostics: &mut Diagnostics) {
        let configured = block::configure(&request.config, &self.settings, diagnostics);
        self.shared.set(configured);
    }
}

fn object<O: CloudObject>(shared: &Arc<Shared>) -> Arc<dyn Resource> {
    Arc::new(ObjectResource::<O>::new(shared))
}

/// The cloud that settings alone describe, for commands.
///
/// # Errors
/// Every mistake, in words.
pub fn cloud_config(settings: &Settings) -> Result<CloudConfig, Vec<String>> {
    let mut diagnostics = Diagnostics::new();
    block::cloud_config(&Value::Null, settings, &mut diagnostics).ok_or_else(|| {
        diagnostics.iter().map(|diagnostic| format!("{}: {}", diagnostic.summary, diagnostic.detail)).collect()
    })
}
