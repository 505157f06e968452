//! The resources, one file or folder each.

pub(crate) mod auto_provisioning_group;
pub(crate) mod ecs_disk;
pub(crate) mod ecs_disk_attachment;
pub(crate) mod ecs_key_pair;
pub(crate) mod ecs_launch_template;
pub(crate) mod ecs_network_interface;
pub(crate) mod ecs_network_interface_attachment;
pub(crate) mod eip_address;
pub(crate) mod eip_association;
pub(crate) mod ess_scaling_configuration;
pub(crate) mod ess_scaling_group;
pub(crate) mod ess_scaling_rule;
pub(crate) mod instance;
pub(crate) mod nat_gateway;
pub(crate) mod ram_policy;
pub(crate) mod ram_role;
pub(crate) mod ram_role_attachment;
pub(crate) mod ram_role_policy_attachment;
pub(crate) mod route_entry;
pub(crate) mod run_instances;
pub(crate) mod security_group;
pub(crate) mod security_group_rule;
pub(crate) mod snat_entry;
pub(crate) mod vpc;
pub(crate) mod vswitch;
pub(crate) mod world_change;
