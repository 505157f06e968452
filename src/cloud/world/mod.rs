//! What has happened, as one transaction sees it: the tables of the store with the rules that keep them consistent.

mod activity; // history
mod address; // private and public addresses
mod address_set; // those of a block that are in use
mod attachment; // what is attached to instances, and what becomes of it
mod batch; // instances of one pool, image and moment
mod billed_fleet; // what a bill says of fleets, deleted ones included
mod counter; // numbers that a region gives
mod counts; // what is counted in memory and written once
mod disk; // disks as they are kept
mod eip; // elastic addresses
mod ended_fleet; // fleets of EC2 that were deleted
mod ended_instance; // instances that ended lately
mod fault; // faults of the scenario, counted
mod fleet; // groups and reservations
mod fleet_target; // the units that fleets wanted, over time
mod id_series; // ids that were used
mod identity; // ids, tokens and request ids
mod instance_event; // when instances held stock
mod instance_page; // instances as they are kept
mod instance_part; // ids of what an instance has from the beginning
mod key_pair; // those that were made, and those that exist anyway
mod launch; // making and ending instances
mod launch_template;
mod listed_instance; // instances by launch, with what they were launched with
mod listing; // instances as operations show them
mod market_changes; // rules about the market, for every caller
mod nat_gateway; // NAT gateways and SNAT entries
mod network; // networks as they are kept, default ones included
mod network_interface; // network interfaces and their addresses
mod object_tags; // the tags of an object of any kind
mod overview; // what exists in a world, region by region
mod pool_use; // stock and quota in use
mod ram; // roles and policies of the account, and the roles of instances
mod reset; // an empty world is a new world
mod resource; // VPCs, vSwitches and other objects that are not instances, one document each
mod route; // route entries that calls made
mod scaling; // scaling groups and their configurations
mod scenario; // the scenario that a world remembers
mod shortfall; // units that `maintain` groups are short of
mod single_instance; // instances that were launched by themselves
mod stand_in; // objects that are kept and not simulated

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

pub(crate) use activity::{HistoryMark, add_instance_facts};
pub(crate) use address::AddressClaim;
use address::public_address;
pub(crate) use batch::{Addressing, Batch, BatchSpec};
pub(crate) use billed_fleet::BilledFleet;
use counts::Counts;
pub(crate) use disk::DiskDocument;
pub(crate) use eip::{EipDocument, is_given_by_cloud};
pub(crate) use ended_fleet::EndedFleetDocument;
pub(crate) use fault::{FaultDecision, InjectedFault, check_fault, count_success};
pub(crate) use fleet::{Fleet, FleetRequest, Outcome, RecordedPlan, ReservationPlacement, Schedule};
pub(crate) use identity::{IdSource, NewCall, TokenUse, fingerprint, identify, new_call, new_id_series};
pub(crate) use instance_event::{UsagePeriod, usage_periods};
pub(crate) use instance_page::{InstanceRow, InstanceRowState};
pub(crate) use instance_part::{network_interface_id, part_id};
pub(crate) use key_pair::{KeyPairDocument, key_pair_id};
pub(crate) use launch::Launcher;
pub(crate) use launch_template::{LaunchTemplateDocument, StoredVersion};
pub(crate) use listed_instance::ListedInstance;
pub(crate) use listing::{numbered_name, or_default};
pub(crate) use nat_gateway::{NatGatewayDocument, SnatEntryDocument};
pub(crate) use network::{
    DEFAULT_SECURITY_GROUP, SecurityGroupDocument, VSwitch, VSwitchDocument, VpcDocument, default_vpc_id,
    default_vswitches, is_default_vswitch,
};
pub(crate) use network_interface::NetworkInterfaceDocument;
pub(crate) use overview::{contents, summary};
pub(crate) use pool_use::PoolKey;
pub(crate) use ram::{
    InstanceRoleDocument, PolicyDocument, RoleDocument, RolePolicyDocument, instance_role_key, policy_key, role_key,
};
pub(crate) use resource::{ResourceKind, Stored};
pub(crate) use route::RouteEntryDocument;
pub(crate) use scaling::{LaunchEra, ScalingConfigurationDocument, ScalingFleetRequest, ScalingRuleDocument};
pub(crate) use shortfall::Shortfall;
pub(crate) use single_instance::{ChangedInstance, is_single_instance};
pub(crate) use stand_in::StandInDocument;

use super::error::CloudError;
use super::store::{Tx, WorldError, WorldRow, damaged};
use crate::base::{Decimal, RegionId, Seed, Time, WorldId};
use crate::market::{Market, PoolSeries};

/// One transaction on the whole world, with the market of its caller's scenario.
pub(crate) struct WorldTx<'a> {
    pub(crate) tx: Box<dyn Tx + 'a>,
    pub(crate) market: Market<'a>,
    pub(crate) now: Time,
    pub(crate) id: WorldId,
    /// The world stays as it is when its last object goes (W1).
    pub(crate) keeps_if_empty: bool,
    /// Ids and names follow the rules of EC2 (W3), and launches those of its API (O7).
    pub(crate) follows_ec2: bool,
    /// Real time in Unix seconds, noted beside what this transaction makes.
    pub(crate) made_at: Option<i64>,
    /// The fingerprint of the scenario that the world remembers.
    scenario_fingerprint: String,
    pools: PoolCache,
    counts: Counts,
}

/// A transaction as an operation on one region sees it. What does not depend on a region comes from [`WorldTx`].
pub(crate) struct World<'w, 'a> {
    whole: &'w mut WorldTx<'a>,
    pub(crate) region: &'w RegionId,
}

/// Supply and prices of pools: pure functions, which all transactions of one call may share.
pub(crate) type PoolCache = Rc<RefCell<BTreeMap<PoolKey, Rc<PoolSeries>>>>;

impl<'a> WorldTx<'a> {
    /// Takes over the changes of the market that the world keeps.
    pub(crate) fn new(mut tx: Box<dyn Tx + 'a>, market: Market<'a>) -> Result<Self, WorldError> {
        let row = world_row(tx.as_mut())?;
        let market = market.with_changes(market_changes::read(&row.market_changes));
        Ok(Self {
            now: clock_of(&row),
            tx,
            market,
            id: row.id,
            keeps_if_empty: false,
            follows_ec2: false,
            made_at: None,
            scenario_fingerprint: row.scenario,
            pools: PoolCache::default(),
            counts: Counts::default(),
        })
    }

    /// Uses pools that other transactions under the same market have computed.
    pub(crate) fn share_pools(&mut self, pools: &PoolCache) {
        self.pools = Rc::clone(pools);
    }

    pub(crate) const fn in_region<'w>(&'w mut self, region: &'w RegionId) -> World<'w, 'a> {
        World { whole: self, region }
    }

    pub(crate) fn seed(&self) -> Seed {
        Seed::new(self.market.seed())
    }

    /// The account: 12 digits from the seed (W3).
    pub(crate) fn account_id(&self) -> String {
        let number = self.seed().derive(&["account"]).number() % 900_000_000_000 + 100_000_000_000;
        number.to_string()
    }

    pub(crate) fn set_clock(&mut self, time: Time) -> Result<(), WorldError> {
        self.tx.execute("UPDATE world SET clock = $1 WHERE id = 1", &[time.unix_seconds().into()])?;
        self.now = time;
        Ok(())
    }

    /// Gives the world another id: it is another world from now on.
    pub(crate) fn set_id(&mut self, id: WorldId) -> Result<(), WorldError> {
        self.tx.execute("UPDATE world SET world_id = $1 WHERE id = 1", &[id.as_str().into()])?;
        self.id = id;
        Ok(())
    }
}

impl<'a> Deref for World<'_, 'a> {
    type Target = WorldTx<'a>;

    fn deref(&self) -> &WorldTx<'a> {
        self.whole
    }
}

impl<'a> DerefMut for World<'_, 'a> {
    fn deref_mut(&mut self) -> &mut WorldTx<'a> {
        self.whole
    }
}

impl fmt::Debug for WorldTx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorldTx").field("now", &self.now).finish_non_exhaustive()
    }
}

impl fmt::Debug for World<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("region", &self.region).field("now", &self.now).finish_non_exhaustive()
    }
}

/// The world's clock.
pub(crate) fn clock(tx: &mut dyn Tx) -> Result<Time, WorldError> {
    Ok(clock_of(&world_row(tx)?))
}

fn world_row(tx: &mut dyn Tx) -> Result<WorldRow, WorldError> {
    Ok(tx.world()?.unwrap_or_else(|| damaged("it has no clock or no id")))
}

fn clock_of(row: &WorldRow) -> Time {
    let seconds = row.clock;
    let clock = Time::from_unix_seconds(seconds);
    if clock >= Time::START && clock.is_representable() {
        return clock;
    }
    damaged(format!("its clock stands {seconds} s after 1970"))
}

/// Reads a document that this module wrote.
pub(crate) fn read_document<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| damaged(format!("a document does not read back: {error}")))
}

/// Reads a number that this module wrote.
fn decimal(text: &str) -> Decimal {
    let number = text.parse().ok().filter(|number: &Decimal| number.abs() <= Decimal::from(LARGEST_DECIMAL));
    number.unwrap_or_else(|| damaged("a decimal does not read back"))
}

/// No price, weight or target is larger, and products with counts do not overflow.
const LARGEST_DECIMAL: i64 = 1_000_000_000_000;

pub(crate) fn write_document<T: serde::Serialize>(document: &T) -> String {
    serde_json::to_string(document).unwrap_or_else(|error| panic!("a document cannot be written: {error}"))
}

type Result<T, E = CloudError> = std::result::Result<T, E>;
