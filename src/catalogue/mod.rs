//! The catalogue: regions, zones, instance types, images and the tariff, from the data files beside this module.
//!
//! Specifications are those of the vendors; the tariff and the supply levels are simcloud's own. A file is parsed on
//! first use, and its texts are borrowed from the binary. All lists are sorted by name.

mod disk; // disk categories and the named sets of them
mod family; // what all types of a family share: architecture, level, tariff, where it is sold
mod image; // public images, named by a scheme or listed
mod instance_type; // vCPUs, memory, price, zones and disks of one type
mod network_limits; // network interfaces and addresses of one type
mod public_parameter; // parameters of EC2's parameter store that lead to images
mod region; // regions and zones
mod table; // reads the data files

pub use disk::{DEFAULT_PERFORMANCE_LEVEL, DiskCategory, smallest_gib_of_level};
pub use family::{Age, Architecture, ArchitectureKind, Family, FamilyLevel, Prevalence};
pub use image::{Image, OperatingSystem, image, images};
pub use instance_type::{DEFAULT_INSTANCE_TYPE, Gpus, InstanceType, LocalDisks, instance_type, instance_types};
pub use network_limits::NetworkLimits;
pub use public_parameter::{public_parameter, public_parameters};
pub use region::{Region, Vendor, Zone, region, regions, zone, zone_of_default_vswitch, zones};
