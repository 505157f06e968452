//! What a scenario and people do to a pool over time: its events, and the changes of the market that a world keeps.

use super::Market;
use super::change::{MarketChange, MarketRules, pools};
use super::scenario::{ScenarioEventKind, Selector};
use crate::base::Time;
use crate::base::wording::counted;

/// Something that is done to a pool at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolEvent {
    pub time: Time,
    /// What is done, without a full stop: `stock of every type in cn-heyuan-b: spot 9`.
    pub text: String,
}

impl Market<'_> {
    /// What happens to a pool up to a moment, by time; rules that always hold are no event.
    #[must_use]
    pub fn pool_events(&self, zone_id: &str, instance_type: &str, until: Time) -> Vec<PoolEvent> {
        let is_selected = |selector: &Selector| selector.includes(zone_id, instance_type);
        let of_scenario = self.scenario().events.iter().filter(|event| is_selected(event.what.pools()));
        let mut events: Vec<PoolEvent> = of_scenario
            .map(|event| PoolEvent { time: Time::START.plus(event.at), text: event.what.text() })
            .chain(self.changes().iter().flat_map(|change| of_change(change, &is_selected)))
            .filter(|event| event.time <= until)
            .collect();
        events.sort_by_key(|event| event.time);
        events
    }
}

/// A change, and that it was taken back.
fn of_change(change: &MarketChange, is_selected: &impl Fn(&Selector) -> bool) -> Vec<PoolEvent> {
    let rules = MarketRules {
        stock: change.rules.stock.iter().filter(|rule| is_selected(&rule.pools)).cloned().collect(),
        prices: change.rules.prices.iter().filter(|rule| is_selected(&rule.pools)).cloned().collect(),
        offers: change.rules.offers.iter().filter(|rule| is_selected(&rule.pools)).cloned().collect(),
        quotas: Vec::new(),
    };
    let lines = rules.lines();
    let ended = change
        .until
        .into_iter()
        .flat_map(|time| lines.iter().map(move |line| PoolEvent { time, text: format!("taken back: {line}") }));
    let begun = lines.iter().map(|line| PoolEvent { time: change.from, text: line.clone() });
    begun.chain(ended).collect()
}

impl ScenarioEventKind {
    fn pools(&self) -> &Selector {
        match self {
            Self::ReclaimSpot { pools, .. } | Self::TerminateInstances { pools, .. } => pools,
            Self::Stock(rule) => &rule.pools,
            Self::Prices(rule) => &rule.pools,
        }
    }

    fn text(&self) -> String {
        let taken = |count: &Option<u32>, noun: &str| match count {
            Some(count) => counted(*count, noun),
            None => format!("every {noun}"),
        };
        match self {
            Self::ReclaimSpot { pools: of, count } => {
                format!("reclaim of {} of {}", taken(count, "spot instance"), pools(of))
            }
            Self::TerminateInstances { pools: of, count } => {
                format!("end of {} of {}", taken(count, "instance"), pools(of))
            }
            Self::Stock(rule) => MarketRules { stock: vec![rule.clone()], ..MarketRules::default() }.lines().concat(),
            Self::Prices(rule) => MarketRules { prices: vec![rule.clone()], ..MarketRules::default() }.lines().concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::clock::Span;
    use crate::market::Scenario;

    fn at(hours: i64) -> Time {
        Time::START.plus(Span::from_seconds(3_600 * hours))
    }

    #[test]
    fn events_and_changes_of_a_pool_are_listed_by_time() {
        let json = json!({ "events": [
            { "at": "9h", "reclaim_spot": { "count": 1 } },
            { "at": "2h", "stock": { "zone_id": "cn-heyuan-b", "spot": 9 } },
            { "at": "3h", "prices": { "zone_id": "cn-heyuan-a", "spot": 9 } },
            { "at": "4h", "terminate_instances": { "instance_type": "ecs.g7.large" } },
            { "at": "30h", "prices": { "spot": 1 } }
        ] });
        let scenario = Scenario::from_json(&json).unwrap();
        let rules = json!({ "prices": [{ "spot": "0.5" }, { "zone_id": "cn-heyuan-a", "spot": "7" }],
            "quotas": [{ "vcpus": 4 }] });
        let rules = MarketRules::from_json(&rules).unwrap();
        let change = MarketChange { from: at(3), until: Some(at(5)), rules };
        let market = Market::new(&scenario).with_changes(vec![change]);
        let events = market.pool_events("cn-heyuan-b", "ecs.g7.large", at(10));
        let shown: Vec<(i64, &str)> =
            events.iter().map(|event| (event.time.hour().0 - Time::START.hour().0, event.text.as_str())).collect();
        assert_eq!(
            shown,
            [
                (2, "stock of every type in cn-heyuan-b: spot 9"),
                (3, "prices of every type in every zone: spot 0.5"),
                (4, "end of every instance of ecs.g7.large in every zone"),
                (5, "taken back: prices of every type in every zone: spot 0.5"),
                (9, "reclaim of 1 spot instance of every type in every zone"),
            ]
        );
    }
}
