//! A scenario's numbers for one pool, by time: later rules win, and an event holds from its moment on.

use super::scenario::{EventKind, PriceRule, Scenario, Selector, StockRule};
use crate::base::{Decimal, Time};
use crate::catalogue::{InstanceType, Zone};

/// What the scenario sets for one pool; empty where it says nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    pub(super) stock_pay_as_you_go: Settings<u32>,
    pub(super) stock_spot: Settings<u32>,
    pub(super) price_pay_as_you_go: Settings<Decimal>,
    pub(super) price_spot: Settings<Decimal>,
}

impl Overlay {
    pub(super) fn new(scenario: &Scenario, zone: &Zone, instance_type: &InstanceType) -> Self {
        let mut overlay = Self::default();
        let here = |pools: &Selector| pools.includes(zone.id, instance_type.name);
        for rule in scenario.stock.iter().filter(|rule| here(&rule.pools)) {
            overlay.set_stock(ALWAYS, rule);
        }
        for rule in scenario.prices.iter().filter(|rule| here(&rule.pools)) {
            overlay.set_prices(ALWAYS, rule);
        }
        let mut events: Vec<_> = scenario.events.iter().collect();
        events.sort_by_key(|event| event.at);
        for event in events {
            let from = Time::START.plus(event.at);
            match &event.what {
                EventKind::Stock(rule) if here(&rule.pools) => overlay.set_stock(from, rule),
                EventKind::Prices(rule) if here(&rule.pools) => overlay.set_prices(from, rule),
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

/// Values of one number in order of the time from which they hold.
#[derive(Clone, Debug)]
pub(super) struct Settings<T>(Vec<(Time, T)>);

impl<T: Copy> Settings<T> {
    /// The value that holds at `time`, if any does.
    pub(super) fn at(&self, time: Time) -> Option<T> {
        self.0.iter().rev().find(|(from, _)| *from <= time).map(|(_, value)| *value)
    }

    fn set(&mut self, from: Time, value: Option<T>) {
        if let Some(value) = value {
            self.0.push((from, value));
        }
    }
}

impl<T> Default for Settings<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Rules without a time hold at every time.
const ALWAYS: Time = Time::from_unix_seconds(i64::MIN);
