//! What is sold: regions, zones, instance types, images and the tariff, from the data files beside this module.
//!
//! Specifications are facts; the tariff and the stock levels are simcloud's own. Every file is read on first use and
//! its texts are borrowed from the binary. All listings are in order of name.

mod disk; // disk categories and the named sets of them
mod family; // what all types of a family share: architecture, level, tariff, where it is sold
mod image; // public images, named by a scheme or listed
mod instance_type; // vCPUs, memory, price, zones and disks of one type
mod place; // regions and zones
mod table; // reads the data files

pub use disk::DiskCategory;
pub use family::{Architecture, ArchitectureKind, Demand, Family, FamilyLevel};
pub use image::{Image, OperatingSystem, image, images};
pub use instance_type::{Gpus, InstanceType, LocalDisks, instance_type, instance_types};
pub use place::{Cloud, Region, Zone, region, regions, zone, zones};
