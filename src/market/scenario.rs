//! The scenario: an overlay over catalogue and market, set by a provider configuration.
//!
//! In each list a missing selector means any, and later rules win.

use std::collections::BTreeMap;

use super::limit::Limit;
use super::operation::Operation;
use super::record::PoolRecord;
use crate::base::clock::Span;
use crate::base::{Billing, Decimal, ImageId, InstanceTypeName, KeyPairName, ZoneId};
use crate::catalogue::{Architecture, DiskCategory};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    pub seed: u64,
    pub stock: Vec<StockRule>,
    pub prices: Vec<PriceRule>,
    pub offers: Vec<OfferRule>,
    pub quotas: Vec<Quota>,
    /// Overrides of service limits (L1).
    pub limits: BTreeMap<Limit, u64>,
    pub faults: Vec<Fault>,
    /// In the order written; they happen in order of `at`, those of the same time in the order written.
    pub events: Vec<ScenarioEvent>,
    pub key_pairs: Vec<ScenarioKeyPair>,
    pub product_codes: Vec<String>,
    pub images: Vec<ScenarioImage>,
    /// What was recorded of pools; of two records of a pool the later one counts (M8).
    pub series: Vec<PoolRecord>,
    /// By how many whole hours the record is read ahead (M10).
    pub series_offset: Span,
    /// What stand-ins of a type are like (W12).
    pub stand_ins: BTreeMap<String, StandInRule>,
}

/// The pools that a rule applies to; `None` is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    pub zone_id: Option<ZoneId>,
    pub instance_type: Option<InstanceTypeName>,
}

impl Selector {
    /// Whether the rule applies to this pool.
    #[must_use]
    pub fn includes(&self, zone_id: &str, instance_type: &str) -> bool {
        self.zone_id.as_ref().is_none_or(|zone| zone == zone_id)
            && self.instance_type.as_ref().is_none_or(|name| name == instance_type)
    }
}

/// Supply in instances; `None` leaves that billing unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StockRule {
    pub pools: Selector,
    pub pay_as_you_go: Option<u32>,
    pub spot: Option<u32>,
}

/// Hourly prices of one instance; `None` leaves that billing unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceRule {
    pub pools: Selector,
    pub pay_as_you_go: Option<Decimal>,
    pub spot: Option<Decimal>,
}

/// What is sold where; `disk_categories: Some([])` means none, `None` leaves them unchanged (N3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferRule {
    pub pools: Selector,
    pub on_sale: Option<bool>,
    pub disk_categories: Option<Vec<DiskCategory>>,
}

/// The account's vCPU quota in each region; `charge_type: None` is both billings, each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    pub charge_type: Option<Billing>,
    pub vcpus: u64,
}

/// What a fault lets fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultTarget {
    Operation(Operation),
    /// What makes, changes and deletes stand-ins of a type (W12).
    StandIn(String),
}

impl FaultTarget {
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Operation(operation) => operation.name(),
            Self::StandIn(type_name) => type_name,
        }
    }
}

/// The named operation fails `times` times after `skip` successes; with `after_commit` it does its work and its reply is
/// lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub operation: FaultTarget,
    /// One of [`ERROR_CODES`](crate::market::ERROR_CODES).
    pub error_code: &'static str,
    pub times: u32,
    pub skip: u32,
    pub after_commit: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioEvent {
    /// Since the start of the world.
    pub at: Span,
    pub what: ScenarioEventKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioEventKind {
    ReclaimSpot { pools: Selector, count: Option<u32> },
    TerminateInstances { pools: Selector, count: Option<u32> },
    Stock(StockRule),
    Prices(PriceRule),
}

/// What stand-ins of a type are like, whatever their types and names mean to those who have their schemas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StandInRule {
    /// Values that are not made up.
    pub values: BTreeMap<String, serde_json::Value>,
    /// What makes a new object when it changes.
    pub replace: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioKeyPair {
    pub name: KeyPairName,
    pub public_key: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioImage {
    pub image_id: ImageId,
    pub name: Option<String>,
    pub architecture: Option<Architecture>,
    pub product_code: Option<String>,
}
