//! The times at which something can happen (W5).

use crate::base::clock::Span;
use crate::base::{Hour, Time};
use crate::market::Scenario;
use crate::market::scenario::{ScenarioEvent, ScenarioEventKind};

/// The events of the scenario that reclaim or terminate instances at a step, by time. The market follows the events
/// about prices and stock by itself.
pub(crate) fn due_events(scenario: &Scenario, step: Time) -> impl Iterator<Item = &ScenarioEventKind> {
    let mut due: Vec<_> =
        scenario.events.iter().filter(|event| takes_instances(event) && time_of(event) == step).collect();
    due.sort_by_key(|event| event.at);
    due.into_iter().map(|event| &event.what)
}

/// Whether an event that takes instances lies in the past of a clock, so that it happens no more.
pub(crate) fn has_passed(event: &ScenarioEvent, now: Time) -> bool {
    takes_instances(event) && time_of(event) <= now
}

fn takes_instances(event: &ScenarioEvent) -> bool {
    matches!(event.what, ScenarioEventKind::ReclaimSpot { .. } | ScenarioEventKind::TerminateInstances { .. })
}

/// When an event takes instances. At `0s` it does so in the first second: whenever the clock first moves (W5).
fn time_of(event: &ScenarioEvent) -> Time {
    Time::START.plus(event.at.max(SECOND))
}

/// The smallest move of a clock.
const SECOND: Span = Span::from_seconds(1);

/// The whole hours, the times of events, and the beginning or end of the next window, in (from, to].
pub(crate) struct Steps {
    hour: Hour,
    /// Ascending.
    events: std::iter::Peekable<std::vec::IntoIter<Time>>,
    to: Time,
}

impl Steps {
    /// A window that should have begun or ended by `from` does so at the next second (G11).
    pub(crate) fn new(scenario: &Scenario, next_window: Option<Time>, from: Time, to: Time) -> Self {
        let at =
            |event: &ScenarioEvent| if takes_instances(event) { time_of(event) } else { Time::START.plus(event.at) };
        let window = next_window.map(|at| at.max(from.plus(SECOND)));
        let at = scenario.events.iter().map(at).chain(window);
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
