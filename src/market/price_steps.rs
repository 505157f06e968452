//! The price of one pool over a span of time, and what an instance of it costs from one time to another.

use super::pool_series::PoolSeries;
use crate::base::{Billing, Decimal, Time};

/// The hourly price of one billing of a pool as a step function of time.
#[derive(Clone, Debug)]
pub struct PriceSteps {
    /// The price from each time on, one entry per change; the first one stands at the start of the span.
    steps: Vec<(Time, Decimal)>,
    /// For each step, the sum of price × seconds from the start of the span to it.
    before: Vec<Decimal>,
}

impl PriceSteps {
    /// `change_times` are the times beside the whole hours at which a price may change, see
    /// [`Market::change_times`](super::Market::change_times).
    #[must_use]
    pub fn new(
        series: &PoolSeries,
        billing: Billing,
        change_times: impl Iterator<Item = Time>,
        from: Time,
        to: Time,
    ) -> Self {
        let mut times = vec![from];
        let mut hour = from.hour().next();
        while hour.start() <= to {
            times.push(hour.start());
            hour = hour.next();
        }
        times.extend(change_times.filter(|time| *time > from && *time <= to));
        times.sort_unstable();
        times.dedup();
        let mut steps: Vec<(Time, Decimal)> = Vec::new();
        let mut before = Vec::new();
        let mut paid = Decimal::ZERO;
        for time in times {
            let price = series.price(billing, time);
            match steps.last() {
                Some((_, last)) if *last == price => continue,
                Some((since, last)) => paid += *last * seconds(*since, time),
                None => {}
            }
            steps.push((time, price));
            before.push(paid);
        }
        Self { steps, before }
    }

    /// The price from each time on, one entry per change.
    #[must_use]
    pub fn steps(&self) -> &[(Time, Decimal)] {
        &self.steps
    }

    /// The sum of price × seconds between two times of the span; exact.
    #[must_use]
    pub fn price_seconds(&self, begin: Time, end: Time) -> Decimal {
        self.until(end) - self.until(begin)
    }

    fn until(&self, end: Time) -> Decimal {
        let index = self.steps.partition_point(|(time, _)| *time <= end).saturating_sub(1);
        let (Some((since, price)), Some(before)) = (self.steps.get(index), self.before.get(index)) else {
            return Decimal::ZERO;
        };
        *before + *price * seconds(*since, end)
    }
}

fn seconds(from: Time, to: Time) -> Decimal {
    Decimal::from(to.since(from).seconds().max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Span;
    use crate::market::{Market, Scenario};

    /// Second by second, in the day of a price change within an hour.
    #[test]
    fn w13_price_seconds_are_the_sum_over_every_second() {
        let json =
            r#"{"events": [{"at": "90m30s", "prices": {"spot": 0.0123}}, {"at": "3h1s", "prices": {"spot": 7}}]}"#;
        let scenario = Scenario::from_json(&serde_json::from_str(json).unwrap()).unwrap();
        let market = Market::new(&scenario);
        let series = market.pool("cn-heyuan-b", "ecs.s6-c1m1.small").unwrap();
        let end = Time::START.plus(Span::from_seconds(5 * 3_600));
        let steps = PriceSteps::new(&series, Billing::Spot, market.change_times(), Time::START, end);
        let at = |second: i64| Time::START.plus(Span::from_seconds(second));
        for (from, to) in [(0, 5 * 3_600), (5_000, 5_600), (5_429, 5_431), (10_800, 10_802), (77, 77)] {
            let summed: Decimal = (from..to).map(|second| series.price(Billing::Spot, at(second))).sum();
            assert_eq!(steps.price_seconds(at(from), at(to)), summed, "{from} to {to}");
        }
    }
}
