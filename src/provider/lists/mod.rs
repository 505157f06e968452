//! The list resources: which objects of each managed resource exist. One file each.

mod auto_provisioning_group;
mod ecs_disk;
mod ecs_disk_attachment;
mod ecs_key_pair;
mod ecs_launch_template;
mod ecs_network_interface;
mod ecs_network_interface_attachment;
mod eip_address;
mod eip_association;
mod ess_scaling_configuration;
mod ess_scaling_group;
mod ess_scaling_rule;
mod instance;
mod nat_gateway;
mod ram_policy;
mod ram_role;
mod ram_role_attachment;
mod ram_role_policy_attachment;
mod route_entry;
mod run_instances;
mod security_group;
mod security_group_rule;
mod snat_entry;
mod vpc;
mod vswitch;
