//! The progress lines of a world change, one per step of time and per instance that was taken, and its result.

use std::fmt::Write as _;

use crate::base::wording::counted;
use crate::cloud::model::{Activity, WorldChangeEffect, WorldChangeOutcome};
use crate::provider::framework::diagnostic;
use crate::tf::action::Progress;

/// Lines that are reported one by one; what is beyond is counted.
const MAX_LINES: usize = 100;

/// The lines of one change as they come.
#[derive(Debug)]
pub(super) struct Lines {
    progress: Progress,
    reported: usize,
    /// Number of activities received so far; [`Self::end`] reports the rest.
    received: usize,
}

impl Lines {
    pub(super) const fn new(progress: Progress) -> Self {
        Self { progress, reported: 0, received: 0 }
    }

    /// Reports what happened; returns whether there is room for more.
    pub(super) fn report(&mut self, activities: &[Activity]) -> bool {
        self.received += activities.len();
        for line in lines_of(activities) {
            if self.reported < MAX_LINES {
                self.progress.report(line);
            }
            self.reported += 1;
        }
        self.reported < MAX_LINES
    }

    /// Reports the activities that were not received, how many lines were left out, and what the change did in all.
    pub(super) fn end(&mut self, outcome: &WorldChangeOutcome) {
        self.report(outcome.activities.get(self.received..).unwrap_or_default());
        let left_out = self.reported.saturating_sub(MAX_LINES);
        if left_out > 0 {
            self.progress.report(format!("… and {}", counted(left_out, "more line")));
        }
        self.progress.report(diagnostic::sentence(&outcome.summary()));
        for note in notes(outcome) {
            self.progress.report(note);
        }
    }
}

/// A line per step of time, with everything that happened then, and behind it a line per instance that was taken.
fn lines_of(activities: &[Activity]) -> Vec<String> {
    let mut lines = Vec::new();
    for step in activities.chunk_by(|one, other| one.time == other.time) {
        let Some(time) = step.first().map(|activity| activity.time) else { continue };
        let mut line = format!("{time}: ");
        for (index, activity) in step.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            let _ = write!(line, "{separator}{} {}: {}", activity.kind, activity.resource_id, activity.detail);
        }
        lines.push(line);
        for activity in step.iter().filter(|activity| activity.kind.takes_instances()) {
            let participle = if activity.kind.is_termination() { "terminated" } else { "reclaimed" };
            let taken = |id| format!("{time}: {id} of {} was {participle}", activity.resource_id);
            lines.extend(activity.destroyed.iter().map(taken));
        }
    }
    lines
}

/// What a change would do, in sentences.
pub(super) fn forecast(forecast: &WorldChangeOutcome) -> String {
    let sentences = std::iter::once(diagnostic::sentence(&forecast.forecast())).chain(notes(forecast));
    sentences.collect::<Vec<_>>().join(" ")
}

/// Notes on a change: the named instances that are not running.
pub(super) fn notes(outcome: &WorldChangeOutcome) -> Vec<String> {
    let (WorldChangeEffect::Reclaimed(instances) | WorldChangeEffect::Terminated(instances)) = &outcome.effect else {
        return Vec::new();
    };
    instances.not_there_text().map(|text| diagnostic::sentence(&text)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::base::Time;
    use crate::cloud::model::{ActivityKind, TakeResult};

    fn taken(seconds: i64, ids: usize) -> Activity {
        Activity {
            launches: Vec::new(),
            terminations: Vec::new(),
            time: Time::from_unix_seconds(seconds),
            kind: ActivityKind::ReclaimSpotByHand,
            resource_id: "apg-1".to_owned(),
            detail: format!("{ids} instances were terminated"),
            created: Vec::new(),
            destroyed: (0..ids).map(|number| format!("i-{number}").into()).collect(),
        }
    }

    fn told(activities: Vec<Activity>, heard: usize) -> Vec<String> {
        let told = Arc::new(Mutex::new(Vec::new()));
        let progress = {
            let told = Arc::clone(&told);
            Progress::new(move |line| told.lock().unwrap().push(line))
        };
        let mut lines = Lines::new(progress);
        lines.report(&activities[..heard]);
        let result = TakeResult { taken: 2, of: 3, is_limited: false, not_there: vec!["i-x".into()] };
        let time = Time::START;
        let effect = WorldChangeEffect::Reclaimed(result);
        lines.end(&WorldChangeOutcome { from: time, to: time, effect, activities });
        let told = told.lock().unwrap();
        told.clone()
    }

    #[test]
    fn each_step_and_each_instance_is_a_line_and_the_result_stands_last() {
        let expected = [
            "2026-01-01T00:00:00Z: ReclaimSpotByHand apg-1: 2 instances were terminated",
            "2026-01-01T00:00:00Z: i-0 of apg-1 was reclaimed",
            "2026-01-01T00:00:00Z: i-1 of apg-1 was reclaimed",
            "2 of 3 spot instances were reclaimed.",
            "1 named instance is not running: i-x.",
        ];
        for heard in [0, 1] {
            assert_eq!(told(vec![taken(1_767_225_600, 2)], heard), expected);
        }
    }

    #[test]
    fn after_a_hundred_lines_the_rest_is_counted() {
        let many = |count: i64| (0..count).map(|step| taken(1_767_225_600 + step, 1)).collect::<Vec<_>>();
        let lines = told(many(200), 60);
        assert_eq!(lines.len(), 103);
        assert_eq!(lines[99..101], ["2026-01-01T00:00:49Z: i-0 of apg-1 was reclaimed", "… and 300 more lines"]);
        assert!(!told(many(50), 0).iter().any(|line| line.contains("more line")));
    }
}
