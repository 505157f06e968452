//! Joins the simulated cloud to Terraform: one file per resource, data source and function; actions share one.
//!
//! The only layer that knows both; `framework/diagnostic` turns the cloud's errors into what people read.

mod actions;
mod block;
mod catalogue_page; // the page that lists the catalogue
mod data_sources;
pub mod docs;
mod ephemeral_resources;
mod framework;
mod functions;
mod lists;
mod resources;
mod stand_ins;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;

use self::actions::WorldChangeAction;
pub use self::block::alicloud::DEFAULT_REGION as ALICLOUD_DEFAULT_REGION;
pub use self::block::{DEFAULT_REGION, DEFAULT_WORLD, Setting, Settings};
pub use self::framework::advice::error_text;
use self::framework::aliases;
use self::framework::configured::Configured;
use self::framework::context::ProviderContext;
use self::framework::list_resource::{ListedObject, ObjectList};
use self::framework::listing::ListingDataSource;
use self::framework::object_resource::{CloudObject, ObjectResource};
use self::framework::world_change::ChangeKind;
use self::stand_ins::StandIns;
use crate::base::collect::IntoOrdered;
use crate::catalogue::Vendor;
use crate::cloud::CloudConfig;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, CreateScalingGroupRequest, ScalingContent};
use crate::tf::provider::ConfigureRequest;
use crate::tf::{
    Action, DataSource, Diagnostics, EphemeralResource, Function, ListResource, Path, Provider, Resource, Schema,
    SchemaSource, TypesOnDemand, Value,
};

/// The provider, under the name it was started as.
#[derive(Debug)]
pub struct SimcloudProvider {
    name: String,
    settings: Settings,
    context: Arc<ProviderContext>,
    schemas: Option<Arc<dyn SchemaSource>>,
    stand_ins: OnceLock<Option<Arc<StandIns>>>,
}

const SIMCLOUD: &str = "simcloud";
/// The name of the real provider whose modules are rehearsed.
const ALICLOUD: &str = "alicloud";

impl SimcloudProvider {
    /// A provider whose resources are called `<name>_…`; nothing is opened before a call needs it. As `alicloud` it
    /// takes that provider's configuration block.
    #[must_use]
    pub fn new(name: impl Into<String>, settings: Settings) -> Self {
        Self { name: name.into(), settings, context: Arc::default(), schemas: None, stand_ins: OnceLock::new() }
    }

    /// The same provider with stand-ins for the types whose schemas it does not offer itself.
    #[must_use]
    pub fn with_stand_ins(self, schemas: Arc<dyn SchemaSource>) -> Self {
        Self { schemas: Some(schemas), ..self }
    }

    /// Whether the provider has types of its own under this name.
    fn is_simulated(&self) -> bool {
        [SIMCLOUD, ALICLOUD].contains(&self.name.as_str())
    }

    fn stand_ins(&self) -> Option<&Arc<StandIns>> {
        let make = || {
            let offered = [self.resources().into_keys().collect(), self.data_sources().into_keys().collect()];
            let schemas = Arc::clone(self.schemas.as_ref()?);
            Some(Arc::new(StandIns::new(&self.context, schemas, offered, self.list_resources())))
        };
        self.stand_ins.get_or_init(make).as_ref()
    }
}

/// The request of an auto provisioning group as `terraform show -json` has it in a plan.
///
/// # Errors
/// A value does not fit the group's schema.
pub fn group_of_plan(values: &serde_json::Value) -> Result<CreateAutoProvisioningGroupRequest, String> {
    resources::auto_provisioning_group::forecast::creation_of_plan(values)
}

/// The request of a scaling group as `terraform show -json` has it in a plan.
///
/// # Errors
/// A value does not fit the schema.
pub fn scaling_group_of_plan(values: &serde_json::Value) -> Result<CreateScalingGroupRequest, String> {
    resources::ess_scaling_group::creation_of_plan(values)
}

/// What a scaling configuration launches, as `terraform show -json` has it in a plan.
///
/// # Errors
/// A value does not fit the schema.
pub fn scaling_content_of_plan(values: &serde_json::Value) -> Result<ScalingContent, String> {
    resources::ess_scaling_configuration::content_of_plan(values)
}

#[async_trait]
impl Provider for SimcloudProvider {
    fn schema(&self) -> Schema {
        match self.name.as_str() {
            ALICLOUD => block::alicloud::schema(),
            SIMCLOUD => block::schema(),
            // What cannot be read is reported by the calls that name a type.
            _ => self.schemas.as_ref().and_then(|schemas| schemas.provider_schema().ok()).flatten().unwrap_or_default(),
        }
    }

    fn resources(&self) -> BTreeMap<String, Arc<dyn Resource>> {
        if !self.is_simulated() {
            return BTreeMap::new();
        }
        let context = &self.context;
        let resources: [(&str, Arc<dyn Resource>); 19] = [
            (
                "auto_provisioning_group",
                Arc::new(resources::auto_provisioning_group::AutoProvisioningGroupResource::new(context)),
            ),
            ("eip_association", object::<resources::eip_association::EipAssociationObject>(context)),
            ("nat_gateway", object::<resources::nat_gateway::NatGatewayObject>(context)),
            ("ram_policy", object::<resources::ram_policy::PolicyObject>(context)),
            ("ram_role", object::<resources::ram_role::RoleObject>(context)),
            ("ram_role_attachment", object::<resources::ram_role_attachment::InstanceRoleObject>(context)),
            ("ram_role_policy_attachment", object::<resources::ram_role_policy_attachment::RolePolicyObject>(context)),
            ("route_entry", object::<resources::route_entry::RouteEntryObject>(context)),
            (
                "ess_scaling_configuration",
                object::<resources::ess_scaling_configuration::ScalingConfigurationObject>(context),
            ),
            ("ess_scaling_group", object::<resources::ess_scaling_group::ScalingGroupObject>(context)),
            ("ess_scaling_rule", object::<resources::ess_scaling_rule::ScalingRuleObject>(context)),
            ("instance", object::<resources::instance::InstanceObject>(context)),
            ("run_instances", Arc::new(resources::run_instances::RunInstancesResource::new(context))),
            ("security_group", object::<resources::security_group::SecurityGroupObject>(context)),
            ("security_group_rule", object::<resources::security_group_rule::SecurityGroupRuleObject>(context)),
            ("snat_entry", object::<resources::snat_entry::SnatEntryObject>(context)),
            ("vpc", object::<resources::vpc::VpcObject>(context)),
            ("vswitch", object::<resources::vswitch::VSwitchObject>(context)),
            ("world_change", Arc::new(resources::world_change::WorldChangeResource::new(context))),
        ];
        let disk = object::<resources::ecs_disk::DiskObject>(context);
        let attachment = object::<resources::ecs_disk_attachment::DiskAttachmentObject>(context);
        let interface = object::<resources::ecs_network_interface::NetworkInterfaceObject>(context);
        let interface_attachment =
            object::<resources::ecs_network_interface_attachment::NetworkInterfaceAttachmentObject>(context);
        let key_pair = Arc::new(ObjectResource::<resources::ecs_key_pair::KeyPairObject>::new(context));
        let template = Arc::new(ObjectResource::<resources::ecs_launch_template::LaunchTemplateObject>::new(context));
        let eip = object::<resources::eip_address::EipObject>(context);
        resources
            .map(|(name, resource)| aliases::under_name(context, name, resource))
            .into_iter()
            .chain(aliases::under_names(context, ["eip_address", "eip"], &eip))
            .chain(aliases::under_names(context, ["ecs_disk", "disk"], &disk))
            .chain(aliases::under_names(context, ["ecs_disk_attachment", "disk_attachment"], &attachment))
            .chain(aliases::under_names(context, ["ecs_network_interface", "network_interface"], &interface))
            .chain(aliases::under_names(
                context,
                ["ecs_network_interface_attachment", "network_interface_attachment"],
                &interface_attachment,
            ))
            .chain(aliases::with_alias(context, &self.name, ["ecs_key_pair", "key_pair"], key_pair))
            .chain(aliases::with_alias(context, &self.name, ["ecs_launch_template", "launch_template"], template))
            .map(|(name, resource)| (format!("{}_{name}", self.name), resource))
            .into_map()
    }

    fn list_resources(&self) -> BTreeMap<String, Arc<dyn ListResource>> {
        if !self.is_simulated() {
            return BTreeMap::new();
        }
        let context = &self.context;
        let lists: [(&str, Arc<dyn ListResource>); 24] = [
            (
                "auto_provisioning_group",
                list::<resources::auto_provisioning_group::AutoProvisioningGroupResource>(context),
            ),
            ("ecs_key_pair", list::<resources::ecs_key_pair::KeyPairObject>(context)),
            ("ecs_launch_template", list::<resources::ecs_launch_template::LaunchTemplateObject>(context)),
            ("eip", list::<resources::eip_address::EipObject>(context)),
            ("eip_address", list::<resources::eip_address::EipObject>(context)),
            ("eip_association", list::<resources::eip_association::EipAssociationObject>(context)),
            ("instance", list::<resources::instance::InstanceObject>(context)),
            ("key_pair", list::<resources::ecs_key_pair::KeyPairObject>(context)),
            ("launch_template", list::<resources::ecs_launch_template::LaunchTemplateObject>(context)),
            ("nat_gateway", list::<resources::nat_gateway::NatGatewayObject>(context)),
            ("ram_policy", list::<resources::ram_policy::PolicyObject>(context)),
            ("ram_role", list::<resources::ram_role::RoleObject>(context)),
            ("ram_role_attachment", list::<resources::ram_role_attachment::InstanceRoleObject>(context)),
            ("ram_role_policy_attachment", list::<resources::ram_role_policy_attachment::RolePolicyObject>(context)),
            ("route_entry", list::<resources::route_entry::RouteEntryObject>(context)),
            (
                "ess_scaling_configuration",
                list::<resources::ess_scaling_configuration::ScalingConfigurationObject>(context),
            ),
            ("ess_scaling_group", list::<resources::ess_scaling_group::ScalingGroupObject>(context)),
            ("ess_scaling_rule", list::<resources::ess_scaling_rule::ScalingRuleObject>(context)),
            ("run_instances", list::<resources::run_instances::RunInstancesResource>(context)),
            ("security_group", list::<resources::security_group::SecurityGroupObject>(context)),
            ("security_group_rule", list::<resources::security_group_rule::SecurityGroupRuleObject>(context)),
            ("snat_entry", list::<resources::snat_entry::SnatEntryObject>(context)),
            ("vpc", list::<resources::vpc::VpcObject>(context)),
            ("vswitch", list::<resources::vswitch::VSwitchObject>(context)),
        ];
        lists
            .into_iter()
            .chain(list_with_alias::<resources::ecs_disk::DiskObject>(context, ["ecs_disk", "disk"]))
            .chain(list_with_alias::<resources::ecs_disk_attachment::DiskAttachmentObject>(
                context,
                ["ecs_disk_attachment", "disk_attachment"],
            ))
            .chain(list_with_alias::<resources::ecs_network_interface::NetworkInterfaceObject>(
                context,
                ["ecs_network_interface", "network_interface"],
            ))
            .chain(list_with_alias::<resources::ecs_network_interface_attachment::NetworkInterfaceAttachmentObject>(
                context,
                ["ecs_network_interface_attachment", "network_interface_attachment"],
            ))
            .map(|(name, list)| (format!("{}_{name}", self.name), list))
            .into_map()
    }

    fn data_sources(&self) -> BTreeMap<String, Arc<dyn DataSource>> {
        if !self.is_simulated() {
            return BTreeMap::new();
        }
        let context = &self.context;
        let sources: [(&str, Arc<dyn DataSource>); 19] = [
            ("account", Arc::new(data_sources::account::AccountDataSource::new(context))),
            (
                "available_resources",
                Arc::new(data_sources::available_resources::AvailableResourcesDataSource::new(context)),
            ),
            ("caller_identity", Arc::new(data_sources::caller_identity::CallerIdentityDataSource::new(context))),
            ("costs", Arc::new(data_sources::costs::CostsDataSource::new(context))),
            ("images", Arc::new(data_sources::images::ImagesDataSource::new(context))),
            ("instance_forecast", Arc::new(data_sources::instance_forecast::InstanceForecastDataSource::new(context))),
            ("instance_metadata", Arc::new(data_sources::instance_metadata::InstanceMetadataDataSource::new(context))),
            ("instance_types", Arc::new(data_sources::instance_types::InstanceTypesDataSource::new(context))),
            ("instances", Arc::new(ListingDataSource::<data_sources::instances::Instances>::new(context))),
            ("launch_forecast", Arc::new(data_sources::launch_forecast::LaunchForecastDataSource::new(context))),
            ("launch_outlook", Arc::new(data_sources::launch_outlook::LaunchOutlookDataSource::new(context))),
            ("regions", Arc::new(data_sources::regions::RegionsDataSource::new(context))),
            (
                "resource_manager_resource_groups",
                Arc::new(data_sources::resource_manager_resource_groups::ResourceGroupsDataSource::new(context)),
            ),
            ("route_tables", Arc::new(ListingDataSource::<data_sources::route_tables::RouteTables>::new(context))),
            (
                "security_groups",
                Arc::new(ListingDataSource::<data_sources::security_groups::SecurityGroups>::new(context)),
            ),
            (
                "spot_price_history",
                Arc::new(data_sources::spot_price_history::SpotPriceHistoryDataSource::new(context)),
            ),
            ("vpcs", Arc::new(ListingDataSource::<data_sources::vpcs::Vpcs>::new(context))),
            ("vswitches", Arc::new(ListingDataSource::<data_sources::vswitches::VSwitches>::new(context))),
            ("zones", Arc::new(data_sources::zones::ZonesDataSource::new(context))),
        ];
        sources.into_iter().map(|(name, source)| (format!("{}_{name}", self.name), source)).into_map()
    }

    fn types_on_demand(&self) -> Option<Arc<dyn TypesOnDemand>> {
        self.stand_ins().map(|stand_ins| Arc::clone(stand_ins) as Arc<dyn TypesOnDemand>)
    }

    /// None under the name of the real provider, which has none: some releases of a CLI cannot mock a provider that has.
    fn ephemeral_resources(&self) -> BTreeMap<String, Arc<dyn EphemeralResource>> {
        if self.name != SIMCLOUD {
            return BTreeMap::new();
        }
        let context = &self.context;
        let resources: [(&str, Arc<dyn EphemeralResource>); 3] = [
            (
                "instance_metadata",
                Arc::new(ephemeral_resources::instance_metadata::InstanceMetadataEphemeral::new(context)),
            ),
            ("key_pair", Arc::new(ephemeral_resources::key_pair::KeyPairEphemeral::new(context))),
            ("world_fork", Arc::new(ephemeral_resources::world_fork::WorldForkEphemeral::new(context))),
        ];
        resources.into_iter().map(|(name, resource)| (format!("{}_{name}", self.name), resource)).into_map()
    }

    fn functions(&self) -> BTreeMap<String, Arc<dyn Function>> {
        if !self.is_simulated() {
            return BTreeMap::new();
        }
        let functions: [(&str, Arc<dyn Function>); 3] = [
            ("allocate", Arc::new(functions::allocate::AllocateFunction)),
            ("instance_type", Arc::new(functions::instance_type::InstanceTypeFunction)),
            ("round_robin", Arc::new(functions::round_robin::RoundRobinFunction)),
        ];
        functions.into_iter().map(|(name, function)| (name.to_owned(), function)).into_map()
    }

    fn actions(&self) -> BTreeMap<String, Arc<dyn Action>> {
        if !self.is_simulated() {
            return BTreeMap::new();
        }
        let action = |kind| Arc::new(WorldChangeAction::new(kind, &self.context)) as Arc<dyn Action>;
        ChangeKind::ALL.map(|kind| (format!("{}_{}", self.name, kind.action_name()), action(kind))).into()
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        match self.name.as_str() {
            ALICLOUD => block::alicloud::validate(config, diagnostics),
            SIMCLOUD => block::validate(config, diagnostics),
            _ => {}
        }
    }

    async fn stop(&self) {
        crate::cloud::request_stop();
    }

    /// The CLI does not close what is open when a command fails.
    fn shut_down(&self) {
        for fork in self.context.take_forks() {
            if let Err(error) = fork.remove() {
                tracing::warn!(%error, "a fork of the world cannot be removed");
            }
        }
    }

    async fn configure(&self, request: &ConfigureRequest, diagnostics: &mut Diagnostics) {
        let config = if self.is_simulated() { &request.config } else { &block::of_another_provider(&request.config) };
        let vendor = (self.name == ALICLOUD).then_some(Vendor::Alibaba);
        let configured = block::configure(config, &self.settings, diagnostics);
        let configured = match configured.map(|configured| Configured { vendor, ..configured }) {
            Some(configured) => Some(block::with_fork_scenario(configured, config).await),
            None => None,
        };
        if let Some(configured) = &configured {
            let path = if config.get("scenario").is_null() { Path::default() } else { Path::root("scenario") };
            stand_ins::check_rules(self.stand_ins().map(Arc::as_ref), &configured.scenario, &path, diagnostics);
        }
        self.context.set(configured, block::unknown_arguments(config));
    }

    fn unknown_arguments(&self) -> Vec<&'static str> {
        self.context.unknown_arguments()
    }
}

fn list<O: ListedObject>(context: &Arc<ProviderContext>) -> Arc<dyn ListResource> {
    Arc::new(ObjectList::<O>::new(context))
}

/// The list of a kind of object under both names of its resource.
fn list_with_alias<O: ListedObject>(
    context: &Arc<ProviderContext>,
    names: [&'static str; 2],
) -> [(&'static str, Arc<dyn ListResource>); 2] {
    names.map(|name| (name, list::<O>(context)))
}

fn object<O: CloudObject>(context: &Arc<ProviderContext>) -> Arc<dyn Resource> {
    Arc::new(ObjectResource::<O>::new(context))
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
