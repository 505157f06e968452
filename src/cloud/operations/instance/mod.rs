//! Instances that are launched one by one, and what is done to them later (O1–O6).

mod capacity; // whether there is one more, and what to say if there is not
mod delete;
mod describe;
mod forecast;
mod key_pair; // the key pairs of several instances
mod launch;
mod launch_set; // several instances in one call
mod launch_target; // what a request must be before capacity is looked at
mod modify;
mod outlook; // what an outlook launches, or already has
mod own_disks; // disks that an instance has from the beginning
mod power; // several instances at once
mod record_page; // a page of them
mod records; // those that ended lately included
mod security_groups; // joining and leaving them
mod template; // what a launch template says for the request

pub(super) use delete::check_protection;
pub(super) use describe::details;
pub(super) use outlook::{outlook_launch, outlook_of_existing};
pub(super) use own_disks::change_own_disk_tags;
