//! The operations, one file or folder per family: what each checks, does and answers.

pub(super) mod administration; // what people do to a world by hand
mod describe; // what only looks: instances, the catalogue and the market
mod disk; // disks and where they are attached
mod ec2_fleet; // EC2's fleets
mod group; // auto provisioning groups
mod instance; // instances that are launched one by one
mod key_pair; // key pairs, made here or imported
mod launch_template; // launch templates and their versions
mod network; // VPCs, vSwitches, security groups and their rules
mod network_interface; // network interfaces and where they are attached
mod outlook; // the launch of a fleet in many markets
mod page;
mod planned_change; // what a forecast announced
mod ram; // roles and policies of the account
mod release_instances; // DeleteInstances
mod reservation; // RunInstances and what it made
mod scaling; // scaling groups and their configurations
mod stand_in; // objects that are kept and not simulated
mod suggestion; // what would fit instead
mod tags; // tags of objects of any kind

use page::page;

use super::check;

/// Overwrites a field if the request sets it.
fn set<T: Clone>(member: &mut T, change: Option<&T>) {
    if let Some(value) = change {
        member.clone_from(value);
    }
}

/// Changes a member; an empty text takes away what there was.
fn set_text(member: &mut Option<String>, change: Option<&String>) {
    if let Some(text) = change {
        *member = Some(text.clone()).filter(|text| !text.is_empty());
    }
}
