//! The market: supply and price of every pool at every hour, and what is sold where, under a scenario.
//!
//! It is a pure function of catalogue, scenario, seed and time; nothing of it is stored, and it does not know which
//! instances are in use.

mod change; // rules that a world keeps, for every caller
mod error_codes; // the codes of the API
mod json_path; // paths of values in a JSON text: `stock[0].zone_id`
mod limit; // the names of the service limits
mod limits; // the service limits that a scenario can change
mod noise; // mean-reverting noise, any hour alone
mod offer; // whether a zone sells a type, and the disk categories it takes
mod operation; // the operations of the API
mod overlay; // a scenario's stock and prices for one pool, by time
mod pool_event; // what scenario and world do to one pool, by time
mod pool_series; // supply and price of one pool, by hour
mod price; // the tariff, and a spot price between 10 and 100 % of it
mod price_history; // recorded prices as the services' CLIs print them
mod price_steps; // the price of a pool over a span of time, and what it adds up to
#[cfg(test)]
mod properties; // tests over all pools and many hours
mod record; // prices and supply that were recorded, hour by hour
pub mod scenario; // the types
mod scenario_document; // the text that a world remembers
mod scenario_lines; // the line of a JSON text at which a path stands
mod scenario_reader; // a scenario from JSON, with every mistake and its path
mod seasonality; // how the hour of the day and the day of the week change spot supply
mod shock; // hours in which a zone or a family loses most of its spot supply
#[cfg(test)]
mod statistics; // tests of what 200 pools show over 90 days
mod supply; // how many instances of a pool can exist at once

pub use change::{MarketChange, MarketRules};
pub use error_codes::{ERROR_CODES, codes};
pub use limit::Limit;
pub use limits::Limits;
pub use offer::{Offer, Sale};
pub use operation::Operation;
pub use pool_event::PoolEvent;
pub use pool_series::PoolSeries;
pub use price_history::{PriceHistory, PriceHistoryError, PriceHistoryReader};
pub use price_steps::PriceSteps;
pub use record::{MAX_RECORD_HOURS, PoolRecord, RecordSpan};
pub use scenario::Scenario;
pub use scenario_document::ScenarioDocument;
pub use scenario_reader::ScenarioError;

use self::scenario::{Quota, ScenarioImage};
use crate::base::clock::Span;
use crate::base::{Billing, Decimal, Time};
use crate::catalogue::{self, Image, OperatingSystem};

/// The market under a scenario, and under the changes that a world keeps; constructing one costs nothing.
///
/// Every method returns `None` for a zone or an instance type that the catalogue does not have.
#[derive(Clone, Debug)]
pub struct Market<'s> {
    scenario: &'s Scenario,
    /// The scenario's, unless another one was set.
    seed: u64,
    /// The number of hours by which the record is read ahead.
    record_offset_hours: i64,
    /// In the order in which they were made; they win over the whole scenario (W10).
    changes: Vec<MarketChange>,
}

impl<'s> Market<'s> {
    #[must_use]
    pub const fn new(scenario: &'s Scenario) -> Self {
        let record_offset_hours = scenario.series_offset.seconds() / Span::HOUR.seconds();
        Self { scenario, seed: scenario.seed, record_offset_hours, changes: Vec::new() }
    }

    /// The market `number` of an outlook: its seed is higher by that number, and it is that many hours further in the record (M10).
    #[must_use]
    pub fn of_outlook(scenario: &'s Scenario, number: u32) -> Self {
        let market = Self::new(scenario);
        Self {
            seed: market.seed.wrapping_add(u64::from(number)),
            record_offset_hours: market.record_offset_hours + i64::from(number),
            ..market
        }
    }

    /// The seed of noise and ids.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The same under the changes of a world, instead of those it had.
    #[must_use]
    pub fn with_changes(self, changes: Vec<MarketChange>) -> Self {
        Self { changes, ..self }
    }

    /// The changes that the world keeps, the oldest first; some may have been taken back.
    #[must_use]
    pub fn changes(&self) -> &[MarketChange] {
        &self.changes
    }

    /// The vCPUs that the account may have of this billing in each region; `None` is no quota (N2).
    #[must_use]
    pub fn quota(&self, billing: Billing) -> Option<u64> {
        let changed = self.rules_in_force().flat_map(|rules| &rules.quotas);
        let quotas: Vec<&Quota> = self.scenario.quotas.iter().chain(changed).collect();
        let concerns = |quota: &&&Quota| quota.charge_type.is_none_or(|charged| charged == billing);
        quotas.iter().rev().find(concerns).map(|quota| quota.vcpus)
    }

    /// When supply and prices may change within an hour.
    pub fn change_times(&self) -> impl Iterator<Item = Time> {
        let events = self.scenario.events.iter().map(|event| Time::START.plus(event.at));
        events.chain(self.changes.iter().flat_map(|change| [Some(change.from), change.until]).flatten())
    }

    #[must_use]
    pub const fn scenario(&self) -> &'s Scenario {
        self.scenario
    }

    /// Whether the zone sells the type, and the disk categories that the pool takes.
    #[must_use]
    pub fn offer(&self, zone_id: &str, instance_type: &str) -> Option<Offer> {
        let changed = self.rules_in_force().flat_map(|rules| &rules.offers);
        let rules = self.scenario.offers.iter().chain(changed);
        Some(Offer::new(rules, catalogue::zone(zone_id)?, catalogue::instance_type(instance_type)?))
    }

    /// Supply and prices of one pool; to read more than one hour, keep it.
    #[must_use]
    pub fn pool(&self, zone_id: &str, instance_type: &str) -> Option<PoolSeries> {
        let (zone, instance_type) = (catalogue::zone(zone_id)?, catalogue::instance_type(instance_type)?);
        Some(PoolSeries::new(self, zone, instance_type))
    }

    /// Instances of a pool that can exist at once at `time`, those in use included; see [`PoolSeries::supply`].
    #[must_use]
    pub fn supply(&self, zone_id: &str, instance_type: &str, billing: Billing, time: Time) -> Option<u32> {
        Some(self.pool(zone_id, instance_type)?.supply(billing, time))
    }

    /// Price of one instance for one hour at `time`; see [`PoolSeries::price`].
    #[must_use]
    pub fn price(&self, zone_id: &str, instance_type: &str, billing: Billing, time: Time) -> Option<Decimal> {
        Some(self.pool(zone_id, instance_type)?.price(billing, time))
    }

    /// The image of this id; one of the scenario (the last one written) takes precedence over the catalogue's.
    #[must_use]
    pub fn image(&self, image_id: &str) -> Option<Image> {
        let own = self.scenario.images.iter().rev().find(|own| own.image_id == *image_id);
        own.map(scenario_image).or_else(|| catalogue::image(image_id))
    }

    /// The images that can be listed, by id: the catalogue's and the scenario's.
    #[must_use]
    pub fn images(&self) -> Vec<Image> {
        let mut images = catalogue::images();
        for own in self.scenario.images.iter().map(scenario_image) {
            images.retain(|image| image.image_id != own.image_id);
            images.push(own);
        }
        images.sort_unstable_by(|a, b| a.image_id.cmp(&b.image_id));
        images
    }

    fn rules_in_force(&self) -> impl Iterator<Item = &MarketRules> {
        self.changes.iter().filter(|change| change.is_in_force()).map(|change| &change.rules)
    }
}

/// Attributes that a scenario leaves open are those of a plain Linux image made at the start of the world.
fn scenario_image(own: &ScenarioImage) -> Image {
    let image_id = own.image_id.as_str().to_owned();
    Image {
        name: own.name.clone().unwrap_or_else(|| image_id.clone()),
        image_id,
        os_name: "Linux".to_owned(),
        operating_system: OperatingSystem::Linux,
        platform: "Linux".to_owned(),
        architecture: own.architecture.unwrap_or_default(),
        size_gib: 20,
        creation_time: Time::START.to_string(),
        owner: "self".to_owned(),
        owner_id: None,
        product_code: own.product_code.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Architecture;

    #[test]
    fn images_of_the_scenario_stand_beside_the_catalogues_and_before_them() {
        let json = r#"{"images": [
            {"image_id": "m-mine", "architecture": "arm64", "product_code": "paid"},
            {"image_id": "ami-60a54009", "name": "replaced"}
        ]}"#;
        let scenario = Scenario::from_json(&serde_json::from_str(json).unwrap()).unwrap();
        let market = Market::new(&scenario);
        let mine = market.image("m-mine").unwrap();
        assert_eq!((mine.architecture, mine.product_code.as_deref()), (Architecture::Arm64, Some("paid")));
        assert_eq!((mine.name.as_str(), mine.creation_time.as_str()), ("m-mine", "2026-01-01T00:00:00Z"));
        assert_eq!(market.image("ami-60a54009").unwrap().name, "replaced");
        assert!(market.image("aliyun_3_x64_20G_alibase_20250629.vhd").is_some());
        assert_eq!(market.image("m-theirs"), None);

        let listed = market.images();
        assert_eq!(listed.len(), catalogue::images().len() + 1);
        assert!(listed.is_sorted_by(|a, b| a.image_id < b.image_id));
        assert!(listed.contains(&mine));
    }
}
