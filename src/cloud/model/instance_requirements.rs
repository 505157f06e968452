//! Attributes of instance types by which a fleet of EC2 chooses them (G24).

use std::collections::BTreeSet;

use serde::Serialize;

use super::text;
use crate::base::{Decimal, api_enum};

/// Attributes that a type must have; what is absent or empty excludes nothing. Those that the catalogue does not know
/// (bandwidths, accelerator memory, hibernation) have no effect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InstanceRequirements {
    pub vcpus: Bounds,
    pub memory_mib: Bounds,
    pub memory_gib_per_vcpu: Bounds,
    /// `intel`, `amd`, `amazon-web-services`.
    pub cpu_manufacturers: BTreeSet<String>,
    /// Names, or patterns with `*`.
    pub allowed_instance_types: Vec<String>,
    pub excluded_instance_types: Vec<String>,
    /// `current`, `previous`.
    pub instance_generations: BTreeSet<String>,
    pub bare_metal: Inclusion,
    pub burstable_performance: Inclusion,
    pub local_storage: Option<Inclusion>,
    /// `hdd`, `ssd`.
    pub local_storage_types: BTreeSet<String>,
    pub total_local_storage_gb: Bounds,
    pub network_interface_count: Bounds,
    /// An upper bound of 0 excludes every type that has accelerators.
    pub accelerator_count: Bounds,
    /// `gpu`, `fpga`, `inference`.
    pub accelerator_types: BTreeSet<String>,
    /// `nvidia`, `amazon-web-services`, `xilinx`, ….
    pub accelerator_manufacturers: BTreeSet<String>,
    /// `t4`, `a100`, ….
    pub accelerator_names: BTreeSet<String>,
    /// Percent above the cheapest type of the families `c`, `m` and `r` that has the attributes; default 100.
    pub spot_max_price_percentage: Option<u32>,
    /// Instead: percent of the cheapest on-demand price of such a type.
    pub spot_max_price_percentage_of_on_demand: Option<u32>,
    /// Percent above the cheapest type likewise, for on-demand; default 20.
    pub on_demand_max_price_percentage: Option<u32>,
}

/// Bounds of a number, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bounds {
    #[serde(with = "text::optional_decimal")]
    pub min: Option<Decimal>,
    #[serde(with = "text::optional_decimal")]
    pub max: Option<Decimal>,
}

impl Bounds {
    #[must_use]
    pub fn contain(&self, number: Decimal) -> bool {
        self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max)
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }
}

api_enum! {
    /// Whether types of a kind are among those that are chosen.
    pub enum Inclusion: default Excluded {
        Included = "included",
        Required = "required",
        Excluded = "excluded",
    }
}

impl Inclusion {
    /// Whether a type that is of the kind, or is not, may be chosen.
    #[must_use]
    pub const fn allows(self, is_of_kind: bool) -> bool {
        match self {
            Self::Included => true,
            Self::Required => is_of_kind,
            Self::Excluded => !is_of_kind,
        }
    }
}

impl InstanceRequirements {
    /// Whether only types with local disks are chosen.
    #[must_use]
    pub fn needs_storage(&self) -> bool {
        self.local_storage == Some(Inclusion::Required)
            || !self.local_storage_types.is_empty()
            || !self.total_local_storage_gb.contain(Decimal::ZERO)
    }

    /// Whether only types with accelerators are chosen.
    #[must_use]
    pub fn needs_accelerators(&self) -> bool {
        !self.accelerator_count.contain(Decimal::ZERO)
            || !self.accelerator_types.is_empty()
            || !self.accelerator_manufacturers.is_empty()
            || !self.accelerator_names.is_empty()
    }

    /// Whether the request says anything about accelerators.
    #[must_use]
    pub fn mentions_accelerators(&self) -> bool {
        self.needs_accelerators() || !self.accelerator_count.is_open()
    }
}
