//! What a group delivered, lacked, lost and cost so far, in one market.

use crate::base::clock::Span;
use crate::base::money::rounded_units;
use crate::base::{Decimal, Time};

/// Units of one billing, or of all, during a span of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delivery {
    pub(super) asked: u32,
    pub(super) living: Decimal,
}

/// The account of one market, up to a moment.
#[derive(Debug)]
pub(super) struct Account {
    until: Time,
    /// Units times seconds.
    asked: Decimal,
    delivered: Decimal,
    /// Prices times seconds.
    cost: Decimal,
    shortage: Span,
    longest_shortage: Span,
    pub(super) lost_instances: u32,
}

impl Delivery {
    pub(super) fn is_short(self) -> bool {
        rounded_units(self.living) < Decimal::from(self.asked)
    }
}

impl Account {
    pub(super) const fn new(from: Time) -> Self {
        Self {
            until: from,
            asked: Decimal::ZERO,
            delivered: Decimal::ZERO,
            cost: Decimal::ZERO,
            shortage: Span::ZERO,
            longest_shortage: Span::ZERO,
            lost_instances: 0,
        }
    }

    pub(super) const fn until(&self) -> Time {
        self.until
    }

    /// Accounts for a span up to a moment, in which nothing changed; `cost` is the sum of prices over its seconds. What
    /// one billing delivers beyond what was asked does not make up for the other.
    pub(super) fn advance(&mut self, to: Time, deliveries: &[Delivery], cost: Decimal) {
        let span = to.since(self.until);
        let seconds = Decimal::from(span.seconds());
        let mut is_short = false;
        for delivery in deliveries {
            is_short |= delivery.is_short();
            let asked = Decimal::from(delivery.asked);
            self.asked += asked * seconds;
            self.delivered += rounded_units(delivery.living).min(asked) * seconds;
        }
        self.shortage =
            if is_short { Span::from_seconds(self.shortage.seconds() + span.seconds()) } else { Span::ZERO };
        self.longest_shortage = self.longest_shortage.max(self.shortage);
        self.cost += cost;
        self.until = to;
    }

    /// Delivered unit-hours of those asked; 1 if none were asked.
    pub(super) fn delivered_share(&self) -> Decimal {
        if self.asked.is_zero() { Decimal::ONE } else { self.delivered / self.asked }
    }

    pub(super) fn longest_shortage_hours(&self) -> Decimal {
        hours(Decimal::from(self.longest_shortage.seconds()))
    }

    pub(super) fn total_cost(&self) -> Decimal {
        hours(self.cost)
    }
}

fn hours(seconds: Decimal) -> Decimal {
    seconds / Decimal::from(Span::HOUR.seconds())
}
