//! Writes logs to stderr in the form that the CLI reads: one hclog JSON object per line.
//!
//! Level, message and timestamp must be strings, and the timestamp must have six fraction digits; otherwise the CLI
//! crashes or shows the line raw.

use crate::base::collect::IntoOrdered;
use std::fmt;
use std::io::Write;
use std::time::SystemTime;

use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// The longest text of one field.
const MAX_TEXT_BYTES: usize = 8 * 1024;

/// The longest line. The CLI splits lines at 64 KiB.
const MAX_LINE_BYTES: usize = 60 * 1024;

/// Installs the log. Does nothing if the level is `OFF` or another subscriber is installed.
pub(super) fn install(level: LevelFilter) {
    if level != LevelFilter::OFF {
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(HclogLayer { level }));
    }
}

struct HclogLayer {
    level: LevelFilter,
}

impl<S: Subscriber> Layer<S> for HclogLayer {
    /// Only events of this crate are logged, not those of libraries.
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        *metadata.level() <= self.level && metadata.target().starts_with("simcloud")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = line(event, &now());
        line.push('\n');
        // A closed stderr cannot be reported anywhere.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}

#[expect(clippy::disallowed_methods, reason = "log lines have the real time")]
fn now() -> String {
    let now = jiff::Timestamp::try_from(SystemTime::now()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    timestamp(now)
}

fn timestamp(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

fn line(event: &Event<'_>, timestamp: &str) -> String {
    let mut fields = Fields::default();
    event.record(&mut fields);
    let header = [
        ("@level", level(*event.metadata().level())),
        ("@message", fields.message.as_str()),
        ("@module", event.metadata().target()),
        ("@timestamp", timestamp),
    ];
    let header: Map<_, _> = header.into_iter().map(|(key, text)| (key.to_owned(), json!(text))).into_json_map();
    fields.others.extend(header.clone());
    let line = Value::Object(fields.others).to_string();
    if line.len() <= MAX_LINE_BYTES { line } else { Value::Object(header).to_string() }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::TRACE => "trace",
        Level::DEBUG => "debug",
        Level::INFO => "info",
        Level::WARN => "warn",
        Level::ERROR => "error",
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    fn insert(&mut self, field: &Field, value: Value) {
        match value {
            Value::String(text) if field.name() == "message" => self.message = text,
            other if field.name() == "message" => self.message = other.to_string(),
            // Keys that begin with `@` belong to hclog.
            other => drop(self.others.insert(field.name().trim_start_matches('@').to_owned(), other)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, json!(truncated(value)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, json!(value));
    }
}

fn truncated(text: &str) -> &str {
    let end = (0..=text.len().min(MAX_TEXT_BYTES)).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Collects lines instead of writing them.
    #[derive(Clone, Default)]
    struct LineCollector(Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber> Layer<S> for LineCollector {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            self.0.lock().unwrap().push(line(event, "then"));
        }
    }

    fn lines(log: impl FnOnce()) -> Vec<String> {
        let collector = LineCollector::default();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(collector.clone()), log);
        collector.0.lock().unwrap().clone()
    }

    #[test]
    fn a_line_has_the_keys_of_hclog() {
        let lines = lines(|| tracing::info!(target: "simcloud::test", tf_rpc = "ReadResource", count = 3, "done"));
        let expected = json!({
            "@level": "info", "@message": "done", "@module": "simcloud::test", "@timestamp": "then",
            "count": 3, "tf_rpc": "ReadResource",
        });
        assert_eq!(serde_json::from_str::<Value>(&lines[0]).unwrap(), expected);
    }

    #[test]
    fn header_values_are_always_strings() {
        let lines = lines(|| tracing::error!(message = 5));
        assert_eq!(serde_json::from_str::<Value>(&lines[0]).unwrap()["@message"], json!("5"));
    }

    #[test]
    fn long_lines_are_shortened() {
        let long = "\u{1}é".repeat(100_000);
        let lines = lines(|| tracing::info!(a = long, b = long, c = long, "{long}"));
        assert!(lines[0].len() < 64 * 1024, "{}", lines[0].len());
        assert!(serde_json::from_str::<Value>(&lines[0]).is_ok());
    }

    #[test]
    fn timestamps_have_six_fraction_digits() {
        let time = jiff::Timestamp::from_millisecond(1_767_225_600_500).unwrap();
        assert_eq!(timestamp(time), "2026-01-01T00:00:00.500000Z");
    }
}
