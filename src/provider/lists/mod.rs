//! The list resources: which objects of each managed resource exist. One file each.

mod auto_provisioning_group;
mod ecs_key_pair;
mod ecs_launch_template;
mod run_instances;
mod security_group;
mod security_group_rule;
mod vpc;
mod vswitch;
