//! What scenario and world set of stock and prices for one pool, by time: later rules win, an event applies from its time
//! on, and a change of the world after all of the scenario, from its moment on until it is taken back (W10).

use super::change::MarketChange;
use super::scenario::{PriceRule, Scenario, ScenarioEventKind, Selector, StockRule};
use crate::base::{Decimal, Time};
use crate::catalogue::{InstanceType, Zone};

/// What is set for one pool; empty where nothing is.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    pub(super) stock_pay_as_you_go: TimedValues<u32>,
    pub(super) stock_spot: TimedValues<u32>,
    pub(super) price_pay_as_you_go: TimedValues<Decimal>,
    pub(super) price_spot: TimedValues<Decimal>,
}

impl Overlay {
    pub(super) fn new(
        scenario: &Scenario,
        changes: &[MarketChange],
        zone: &Zone,
        instance_type: &InstanceType,
    ) -> Self {
        let mut overlay = Self::default();
        let is_selected = |pools: &Selector| pools.includes(zone.id, instance_type.name);
        for rule in scenario.stock.iter().filter(|rule| is_selected(&rule.pools)) {
            overlay.set_stock(Period::ALWAYS, rule);
        }
        for rule in scenario.prices.iter().filter(|rule| is_selected(&rule.pools)) {
            overlay.set_prices(Period::ALWAYS, rule);
        }
        let mut events: Vec<_> = scenario.events.iter().collect();
        events.sort_by_key(|event| event.at);
        for event in events {
            let from = Period::since(Time::START.plus(event.at));
            match &event.what {
                ScenarioEventKind::Stock(rule) if is_selected(&rule.pools) => overlay.set_stock(from, rule),
                ScenarioEventKind::Prices(rule) if is_selected(&rule.pools) => overlay.set_prices(from, rule),
                _ => {}
            }
        }
        for change in changes {
            let period = Period { from: change.from, until: change.until };
            for rule in change.rules.stock.iter().filter(|rule| is_selected(&rule.pools)) {
                overlay.set_stock(period, rule);
            }
            for rule in change.rules.prices.iter().filter(|rule| is_selected(&rule.pools)) {
                overlay.set_prices(period, rule);
            }
        }
        overlay
    }

    fn set_stock(&mut self, period: Period, rule: &StockRule) {
        self.stock_pay_as_you_go.set(period, rule.pay_as_you_go);
        self.stock_spot.set(period, rule.spot);
    }

    fn set_prices(&mut self, period: Period, rule: &PriceRule) {
        self.price_pay_as_you_go.set(period, rule.pay_as_you_go);
        self.price_spot.set(period, rule.spot);
    }
}

/// When a rule applies.
#[derive(Clone, Copy, Debug)]
struct Period {
    from: Time,
    /// Excluded; absent: it applies for ever.
    until: Option<Time>,
}

impl Period {
    /// Of rules without a time.
    const ALWAYS: Self = Self::since(Time::from_unix_seconds(i64::MIN));

    const fn since(from: Time) -> Self {
        Self { from, until: None }
    }

    fn includes(self, time: Time) -> bool {
        self.from <= time && self.until.is_none_or(|until| time < until)
    }
}

/// The values of one number; the last one that applies wins.
#[derive(Clone, Debug)]
pub(super) struct TimedValues<T>(Vec<(Period, T)>);

impl<T: Copy> TimedValues<T> {
    /// The value that applies at `time`, if any.
    pub(super) fn at(&self, time: Time) -> Option<T> {
        self.0.iter().rev().find(|(period, _)| period.includes(time)).map(|(_, value)| *value)
    }

    fn set(&mut self, period: Period, value: Option<T>) {
        if let Some(value) = value {
            self.0.push((period, value));
        }
    }
}

impl<T> Default for TimedValues<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
