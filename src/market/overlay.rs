//! A scenario's stock and prices for one pool, by time: later rules win, and an event applies from its time on.

use super::scenario::{EventKind, PriceRule, Scenario, Selector, StockRule};
use crate::base::{Decimal, Time};
use crate::catalogue::{InstanceType, Zone};

/// What the scenario sets for one pool; empty where it sets nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    pub(super) stock_pay_as_you_go: TimedValues<u32>,
    pub(super) stock_spot: TimedValues<u32>,
    pub(super) price_pay_as_you_go: TimedValues<Decimal>,
    pub(super) price_spot: TimedValues<Decimal>,
}

impl Overlay {
    pub(super) fn new(scenario: &Scenario, zone: &Zone, instance_type: &InstanceType) -> Self {
        let mut overlay = Self::default();
        let is_selected = |pools: &Selector| pools.includes(zone.id, instance_type.name);
        for rule in scenario.stock.iter().filter(|rule| is_selected(&rule.pools)) {
            overlay.set_stock(ALWAYS, rule);
        }
        for rule in scenario.prices.iter().filter(|rule| is_selected(&rule.pools)) {
            overlay.set_prices(ALWAYS, rule);
        }
        let mut events: Vec<_> = scenario.events.iter().collect();
        events.sort_by_key(|event| event.at);
        for event in events {
            let from = Time::START.plus(event.at);
            match &event.what {
                EventKind::Stock(rule) if is_selected(&rule.pools) => overlay.set_stock(from, rule),
                EventKind::Prices(rule) if is_selected(&rule.pools) => overlay.set_prices(from, rule),
                _ => {}
            }
        }
        overlay
    }

    fn set_stock(&mut self, from: Time, rule: &StockRule) {
        self.stock_pay_as_you_go.set(from, rule.pay_as_you_go);
        self.stock_spot.set(from, rule.spot);
    }

    fn set_prices(&mut self, from: Time, rule: &PriceRule) {
        self.price_pay_as_you_go.set(from, rule.pay_as_you_go);
        self.price_spot.set(from, rule.spot);
    }
}

/// The values of one number, in order of the time from which they apply.
#[derive(Clone, Debug)]
pub(super) struct TimedValues<T>(Vec<(Time, T)>);

impl<T: Copy> TimedValues<T> {
    /// The value that applies at `time`, if any.
    pub(super) fn at(&self, time: Time) -> Option<T> {
        self.0.iter().rev().find(|(from, _)| *from <= time).map(|(_, value)| *value)
    }

    fn set(&mut self, from: Time, value: Option<T>) {
        if let Some(value) = value {
            self.0.push((from, value));
        }
    }
}

impl<T> Default for TimedValues<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Rules without a time always apply.
const ALWAYS: Time = Time::from_unix_seconds(i64::MIN);
