//! Batches: the instances of one fleet, pool, image and moment, and what they have in common.

use std::collections::BTreeMap;

use super::instance_page::InstanceRowState;
use super::pool_use::{billing_number, billing_of};
use super::{PoolKey, Result, World, WorldTx, decimal};
use crate::base::collect::IntoOrdered;
use crate::base::money::rounded_units;
use crate::base::{Billing, Decimal, ImageId, InstanceTypeName, KeyPairName, RegionId, Time, VSwitchId, ZoneId};
use crate::cloud::model::SpotStrategy;
use crate::cloud::store::{Row, SqlValue, damaged};

/// What a launch of equal instances is made from.
#[derive(Clone, Debug)]
pub(crate) struct BatchSpec {
    pub(crate) zone_id: ZoneId,
    pub(crate) instance_type: InstanceTypeName,
    pub(crate) vcpus: u32,
    pub(crate) billing: Billing,
    pub(crate) vswitch_id: VSwitchId,
    pub(crate) image_id: ImageId,
    pub(crate) key_name: Option<KeyPairName>,
    pub(crate) system_disk_category: String,
    /// Above which market price a spot instance is reclaimed (W6).
    pub(crate) price_limit: Option<Decimal>,
    pub(crate) hourly_price: Decimal,
    /// Units that one instance delivers.
    pub(crate) weight: Decimal,
    pub(crate) addressing: Addressing,
    /// Reclaimed instances stop instead of ending (W6).
    pub(crate) stops_on_reclaim: bool,
    /// Pending until the clock moves (R16).
    pub(crate) starts_pending: bool,
    /// The market does not reclaim it in its first hour (W6).
    pub(crate) is_protected: bool,
}

/// Which addresses instances have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addressing {
    Private,
    PrivateAndPublic,
    /// `direct` of the 2007 API: a public one alone (R21).
    PublicOnly,
}

#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) id: i64,
    pub(crate) fleet_id: String,
    pub(crate) region: RegionId,
    pub(crate) launch_time: Time,
    /// Instances that hold stock and deliver.
    pub(crate) live: u32,
    pub(crate) stopped: u32,
    pub(crate) spec: BatchSpec,
}

const BATCH_COLUMNS: &str = "batch_id, fleet_id, region, zone, instance_type, \
    billing, vswitch, image, key_name, disk_category, price_limit, price, weight, vcpus, addressing, stops_on_reclaim, starts_pending, \
    launch_time, live, stopped, is_protected";

impl World<'_, '_> {
    pub(super) fn insert_batch(&mut self, fleet_id: &str, batch: &BatchSpec, live: u32) -> Result<i64> {
        let batch_id = self.next_batch_id()?;
        self.whole.tx.execute(
            "INSERT INTO batches (batch_id, fleet_id, region, zone, instance_type, billing, vswitch, image, key_name,
                 disk_category, spot_strategy, price_limit, price, weight, vcpus, addressing, stops_on_reclaim, starts_pending, launch_time,
                 live, stopped, is_protected)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 0, $21)",
            &[
                batch_id.into(),
                fleet_id.into(),
                self.region.as_str().into(),
                batch.zone_id.as_str().into(),
                batch.instance_type.as_str().into(),
                billing_number(batch.billing).into(),
                batch.vswitch_id.as_str().into(),
                batch.image_id.as_str().into(),
                batch.key_name.as_ref().map(KeyPairName::as_str).into(),
                batch.system_disk_category.as_str().into(),
                batch.spot_strategy().name().into(),
                batch.price_limit.map(|limit| limit.to_string()).into(),
                batch.hourly_price.to_string().into(),
                batch.weight.to_string().into(),
                batch.vcpus.into(),
                batch.addressing.name().into(),
                batch.stops_on_reclaim.into(),
                batch.starts_pending.into(),
                self.whole.now.unix_seconds().into(),
                live.into(),
                batch.is_protected.into(),
            ],
        )?;
        Ok(batch_id)
    }

    /// The batches of this region, oldest first.
    pub(super) fn batches_of_region(&mut self) -> Result<Vec<Batch>> {
        let region = self.region.as_str().into();
        self.batches_where("region = $1 ORDER BY batch_id", &[region])
    }
}

impl WorldTx<'_> {
    /// A fleet's batches that have instances, lost ones included, oldest first.
    pub(crate) fn batches_of(&mut self, fleet_id: &str) -> Result<Vec<Batch>> {
        self.batches_where("fleet_id = $1 ORDER BY batch_id", &[fleet_id.into()])
    }

    /// The batches of a deleted fleet whose instances keep running; none of any other fleet.
    pub(crate) fn left_batches(&mut self, fleet_id: &str) -> Result<Vec<Batch>> {
        self.batches_where(
            "fleet_id = $1 AND (live > 0 OR stopped > 0)
             AND EXISTS (SELECT 1 FROM fleets WHERE fleets.fleet_id = batches.fleet_id AND phase = 'left')
             ORDER BY batch_id",
            &[fleet_id.into()],
        )
    }

    /// Units that a fleet's living instances deliver, per billing.
    pub(crate) fn live_units_of(&mut self, fleet_id: &str) -> Result<BTreeMap<Billing, Decimal>> {
        let rows = self.tx.query(
            "SELECT billing, weight, live FROM batches WHERE fleet_id = $1 AND live > 0 ORDER BY batch_id",
            &[fleet_id.into()],
        )?;
        let mut units: BTreeMap<Billing, Decimal> = BTreeMap::new();
        for row in &rows {
            *units.entry(billing_of(row.number(0))).or_default() += decimal(row.text(1)) * Decimal::from(row.count(2));
        }
        Ok(units.into_iter().map(|(billing, sum)| (billing, rounded_units(sum))).into_map())
    }

    /// Writes what a batch of one instance is changed to.
    pub(super) fn update_single_batch(&mut self, id: i64, spec: &BatchSpec, state: InstanceRowState) -> Result<()> {
        let (holding, stopped) = (u32::from(state.holds_stock()), u32::from(state == InstanceRowState::Stopped));
        self.tx.execute(
            "UPDATE batches SET instance_type = $1, vswitch = $2, image = $3, key_name = $4, price = $5, vcpus = $6,
                 addressing = $7, stops_on_reclaim = $8, live = $9, stopped = $10 WHERE batch_id = $11",
            &[
                spec.instance_type.as_str().into(),
                spec.vswitch_id.as_str().into(),
                spec.image_id.as_str().into(),
                spec.key_name.as_ref().map(KeyPairName::as_str).into(),
                spec.hourly_price.to_string().into(),
                spec.vcpus.into(),
                spec.addressing.name().into(),
                spec.stops_on_reclaim.into(),
                holding.into(),
                stopped.into(),
                id.into(),
            ],
        )?;
        Ok(())
    }

    pub(super) fn batch(&mut self, id: i64) -> Result<Option<Batch>> {
        Ok(self.batches_where("batch_id = $1", &[id.into()])?.pop())
    }

    /// A pool's batches with living instances that were launched by then, youngest first: enough of them for `count`
    /// instances, and all of the last launch time (W6).
    pub(crate) fn live_batches_youngest_first(
        &mut self,
        pool: PoolKey,
        billing: Billing,
        launched_by: Time,
        count: Option<u32>,
    ) -> Result<Vec<Batch>> {
        self.batches_where(
            "zone = $1 AND instance_type = $2 AND billing = $3 AND launch_time <= $4 AND live > 0 AND launch_time >=
                 (SELECT min(launch_time) FROM
                     (SELECT launch_time FROM batches
                      WHERE zone = $1 AND instance_type = $2 AND billing = $3 AND launch_time <= $4 AND live > 0
                      ORDER BY launch_time DESC LIMIT $5) AS youngest)
             ORDER BY launch_time DESC, batch_id",
            &[
                pool.zone_id.into(),
                pool.instance_type.into(),
                billing_number(billing).into(),
                launched_by.unix_seconds().into(),
                count.map_or(i64::MAX, i64::from).into(),
            ],
        )
    }

    /// Those of a spot pool whose instances were launched with a price limit and by then, or whenever if nothing protects
    /// them; youngest first.
    pub(crate) fn limited_batches_youngest_first(&mut self, pool: PoolKey, launched_by: Time) -> Result<Vec<Batch>> {
        self.batches_where(
            "zone = $1 AND instance_type = $2 AND price_limit IS NOT NULL
             AND (launch_time <= $3 OR is_protected = 0) AND live > 0
             ORDER BY launch_time DESC, batch_id",
            &[pool.zone_id.into(), pool.instance_type.into(), launched_by.unix_seconds().into()],
        )
    }

    /// The living batches of a spot pool that nothing protects and that were launched after that time; youngest first.
    pub(crate) fn unprotected_batches_after(&mut self, pool: PoolKey, after: Time) -> Result<Vec<Batch>> {
        self.batches_where(
            "zone = $1 AND instance_type = $2 AND billing = $3 AND launch_time > $4 AND is_protected = 0 AND live > 0
             ORDER BY launch_time DESC, batch_id",
            &[
                pool.zone_id.into(),
                pool.instance_type.into(),
                billing_number(Billing::Spot).into(),
                after.unix_seconds().into(),
            ],
        )
    }

    /// The batches whose ids lie between these two, both included.
    pub(super) fn batches_between(&mut self, first: i64, last: i64) -> Result<Vec<Batch>> {
        self.batches_where("batch_id >= $1 AND batch_id <= $2 ORDER BY batch_id", &[first.into(), last.into()])
    }

    fn batches_where(&mut self, condition: &'static str, parameters: &[SqlValue]) -> Result<Vec<Batch>> {
        let rows = self.tx.query(&format!("SELECT {BATCH_COLUMNS} FROM batches WHERE {condition}"), parameters)?;
        Ok(rows.iter().map(read_batch).collect())
    }

    /// All batches with instances that hold stock.
    pub(super) fn live_batches(&mut self) -> Result<Vec<Batch>> {
        self.batches_where("live > 0 ORDER BY batch_id", &[])
    }

    /// All batches with stopped instances.
    pub(crate) fn stopped_batches(&mut self) -> Result<Vec<Batch>> {
        self.batches_where("stopped > 0 ORDER BY batch_id", &[])
    }

    /// The lowest price limit that a living instance was launched with, pool by pool.
    pub(crate) fn lowest_price_limits(&mut self) -> Result<BTreeMap<PoolKey, Decimal>> {
        let rows = self.tx.query(
            "SELECT DISTINCT zone, instance_type, price_limit FROM batches WHERE live > 0 AND price_limit IS NOT NULL",
            &[],
        )?;
        let mut lowest: BTreeMap<PoolKey, Decimal> = BTreeMap::new();
        for row in &rows {
            if let Some(pool) = PoolKey::named(row.text(0), row.text(1)) {
                let limit = decimal(row.text(2));
                lowest.entry(pool).and_modify(|known| *known = limit.min(*known)).or_insert(limit);
            }
        }
        Ok(lowest)
    }
}

fn read_batch(row: &Row) -> Batch {
    Batch {
        id: row.number(0),
        fleet_id: row.text(1).to_owned(),
        region: row.text(2).into(),
        spec: BatchSpec {
            zone_id: row.text(3).into(),
            instance_type: row.text(4).into(),
            billing: billing_of(row.number(5)),
            vswitch_id: row.text(6).into(),
            image_id: row.text(7).into(),
            key_name: row.optional_text(8).map(KeyPairName::from),
            system_disk_category: row.text(9).to_owned(),
            price_limit: row.optional_text(10).map(decimal),
            hourly_price: decimal(row.text(11)),
            weight: decimal(row.text(12)),
            vcpus: row.count(13),
            addressing: Addressing::named(row.text(14)),
            stops_on_reclaim: row.number(15) != 0,
            starts_pending: row.number(16) != 0,
            is_protected: row.number(20) != 0,
        },
        launch_time: row.time(17),
        live: row.count(18),
        stopped: row.count(19),
    }
}

impl BatchSpec {
    /// `None` if the catalogue does not have it any more.
    pub(crate) fn pool(&self) -> Option<PoolKey> {
        PoolKey::named(self.zone_id.as_str(), self.instance_type.as_str())
    }

    /// Zone and type.
    pub(super) fn pool_name(&self) -> (&str, &str) {
        (self.zone_id.as_str(), self.instance_type.as_str())
    }

    pub(crate) const fn spot_strategy(&self) -> SpotStrategy {
        SpotStrategy::of(self.billing, self.price_limit.is_some())
    }
}

impl Batch {
    /// Units that the living instances deliver.
    pub(crate) fn units(&self) -> Decimal {
        self.spec.weight * Decimal::from(self.live)
    }
}

impl Addressing {
    const ALL: [Self; 3] = [Self::Private, Self::PrivateAndPublic, Self::PublicOnly];

    pub(crate) const fn has_private(self) -> bool {
        !matches!(self, Self::PublicOnly)
    }

    pub(crate) const fn has_public(self) -> bool {
        !matches!(self, Self::Private)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::PrivateAndPublic => "public",
            Self::PublicOnly => "direct",
        }
    }

    fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|addressing| addressing.name() == name);
        found.unwrap_or_else(|| damaged("an addressing does not read back"))
    }
}
