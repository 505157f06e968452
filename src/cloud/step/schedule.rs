//! The moments at which something can happen (W5).

use crate::base::clock::Span;
use crate::base::{Hour, Time};
use crate::market::Scenario;
use crate::market::scenario::EventKind;

/// The events of the scenario that reclaim or terminate instances at a step, by time. The market follows the events
/// about prices and stock by itself.
pub(crate) fn due_events(scenario: &Scenario, step: Time) -> impl Iterator<Item = &EventKind> {
    let first = step == first_step(scenario);
    let mut due: Vec<_> = scenario
        .events
        .iter()
        .filter(|event| matches!(event.what, EventKind::ReclaimSpot { .. } | EventKind::TerminateInstances { .. }))
        .filter(|event| {
            let at = Time::START.plus(event.at);
            at == step || first && at == Time::START
        })
        .collect();
    due.sort_by_key(|event| event.at);
    due.into_iter().map(|event| &event.what)
}

/// The first step of a world, at which the events of `at = "0s"` happen.
fn first_step(scenario: &Scenario) -> Time {
    let events = scenario.events.iter().map(|event| Time::START.plus(event.at)).filter(|at| *at > Time::START);
    events.chain([Time::START.plus(Span::HOUR)]).min().unwrap_or(Time::START)
}

/// The whole hours and the event times in (from, to].
pub(crate) struct Steps {
    hour: Hour,
    /// Ascending.
    events: std::iter::Peekable<std::vec::IntoIter<Time>>,
    to: Time,
}

impl Steps {
    pub(crate) fn new(scenario: &Scenario, from: Time, to: Time) -> Self {
        let at = scenario.events.iter().map(|event| Time::START.plus(event.at));
        let mut events: Vec<Time> = at.filter(|at| *at > from && *at <= to).collect();
        events.sort_unstable();
        events.dedup();
        Self { hour: from.hour().next(), events: events.into_iter().peekable(), to }
    }
}

impl Iterator for Steps {
    type Item = Time;

    fn next(&mut self) -> Option<Time> {
        let hour = self.hour.start();
        let step = match self.events.peek() {
            Some(event) if *event < hour => self.events.next()?,
            Some(event) if *event == hour => {
                self.events.next();
                self.hour = self.hour.next();
                hour
            }
            _ => {
                self.hour = self.hour.next();
                hour
            }
        };
        (step <= self.to).then_some(step)
    }
}
