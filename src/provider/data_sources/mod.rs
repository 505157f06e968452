//! The data sources, one file each.

pub(crate) mod account;
pub(crate) mod available_resources;
pub(crate) mod caller_identity;
pub(crate) mod costs;
pub(crate) mod images;
pub(crate) mod instance_forecast;
pub(crate) mod instance_metadata;
pub(crate) mod instance_types;
pub(crate) mod instances;
pub(crate) mod launch_forecast;
pub(crate) mod launch_outlook;
pub(crate) mod regions;
pub(crate) mod resource_manager_resource_groups;
pub(crate) mod route_tables;
pub(crate) mod security_groups;
pub(crate) mod spot_price_history;
pub(crate) mod vpcs;
pub(crate) mod vswitches;
pub(crate) mod zones;
