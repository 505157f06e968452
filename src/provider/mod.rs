//! Joins the simulated cloud to Terraform: one file per resource, data source and function.
//!
//! The only layer that knows both; `diagnostic` alone turns the cloud's errors into what people read.

mod catalogue_check;
mod check;
mod config;
mod config_alicloud;
mod data_available_resources;
mod data_caller_identity;
mod data_images;
mod data_instance_metadata;
mod data_instance_types;
mod data_instances;
mod data_launch_forecast;
mod data_security_groups;
mod data_source;
mod data_spot_price_history;
mod data_vpcs;
mod data_vswitches;
mod data_zones;
mod diagnostic;
pub mod docs;
mod document;
mod function_allocate;
mod function_argument;
mod function_instance_type;
mod function_round_robin;
mod healing;
mod identity;
mod key_file;
mod object_resource;
mod promise;
mod renamed;
mod resource_auto_provisioning_group;
mod resource_ecs_key_pair;
mod resource_ecs_launch_template;
mod resource_run_instances;
mod resource_security_group;
mod resource_security_group_rule;
mod resource_vpc;
mod resource_vswitch;
mod scenario;
mod shared;
mod spelling;
mod timeouts;
mod update_plan;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

pub use self::config::{DEFAULT_WORLD, Setting, Settings};
use self::object_resource::{CloudObject, ObjectResource};
use self::shared::Shared;
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
        if self.name == ALICLOUD { config_alicloud::schema() } else { config::schema() }
    }

    fn resources(&self) -> BTreeMap<String, Arc<dyn Resource>> {
        let shared = &self.shared;
        let resources: [(&str, Arc<dyn Resource>); 6] = [
            (
                "auto_provisioning_group",
                Arc::new(resource_auto_provisioning_group::AutoProvisioningGroupResource::new(shared)),
            ),
            ("run_instances", Arc::new(resource_run_instances::RunInstancesResource::new(shared))),
            ("security_group", object::<resource_security_group::SecurityGroupObject>(shared)),
            ("security_group_rule", object::<resource_security_group_rule::SecurityGroupRuleObject>(shared)),
            ("vpc", object::<resource_vpc::VpcObject>(shared)),
            ("vswitch", object::<resource_vswitch::VSwitchObject>(shared)),
        ];
        let key_pair = Arc::new(ObjectResource::<resource_ecs_key_pair::KeyPairObject>::new(shared));
        let template = Arc::new(ObjectResource::<resource_ecs_launch_template::LaunchTemplateObject>::new(shared));
        resources
            .into_iter()
            .chain(renamed::both(&self.name, "ecs_key_pair", "key_pair", key_pair))
            .chain(renamed::both(&self.name, "ecs_launch_template", "launch_template", template))
            .map(|(name, resource)| (format!("{}_{name}", self.name), resource))
            .collect()
    }

    fn data_sources(&self) -> BTreeMap<String, Arc<dyn DataSource>> {
        let shared = &self.shared;
        let sources: [(&str, Arc<dyn DataSource>); 12] = [
            ("available_resources", Arc::new(data_available_resources::AvailableResourcesDataSource::new(shared))),
            ("caller_identity", Arc::new(data_caller_identity::CallerIdentityDataSource::new(shared))),
            ("images", Arc::new(data_images::ImagesDataSource::new(shared))),
            ("instance_metadata", Arc::new(data_instance_metadata::InstanceMetadataDataSource::new(shared))),
            ("instance_types", Arc::new(data_instance_types::InstanceTypesDataSource::new(shared))),
            ("instances", Arc::new(data_instances::InstancesDataSource::new(shared))),
            ("launch_forecast", Arc::new(data_launch_forecast::LaunchForecastDataSource::new(shared))),
            ("security_groups", Arc::new(data_security_groups::SecurityGroupsDataSource::new(shared))),
            ("spot_price_history", Arc::new(data_spot_price_history::SpotPriceHistoryDataSource::new(shared))),
            ("vpcs", Arc::new(data_vpcs::VpcsDataSource::new(shared))),
            ("vswitches", Arc::new(data_vswitches::VSwitchesDataSource::new(shared))),
            ("zones", Arc::new(data_zones::ZonesDataSource::new(shared))),
        ];
        sources.into_iter().map(|(name, source)| (format!("{}_{name}", self.name), source)).collect()
    }

    fn functions(&self) -> BTreeMap<String, Arc<dyn Function>> {
        let functions: [(&str, Arc<dyn Function>); 3] = [
            ("allocate", Arc::new(function_allocate::AllocateFunction)),
            ("instance_type", Arc::new(function_instance_type::InstanceTypeFunction)),
            ("round_robin", Arc::new(function_round_robin::RoundRobinFunction)),
        ];
        functions.into_iter().map(|(name, function)| (name.to_owned(), function)).collect()
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if self.name == ALICLOUD {
            config_alicloud::validate(config, diagnostics);
        } else {
            config::validate(config, diagnostics);
        }
    }

    async fn configure(&self, request: &ConfigureRequest, diagnostics: &mut Diagnostics) {
        let configured = config::configure(&request.config, &self.settings, diagnostics);
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
    config::cloud_config(&Value::Null, settings, &mut diagnostics).ok_or_else(|| {
        diagnostics.iter().map(|diagnostic| format!("{}: {}", diagnostic.summary, diagnostic.detail)).collect()
    })
}
