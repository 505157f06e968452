//! What the layers below report while a command runs: warnings on stderr, such as what a long wait is for.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use super::output::Output;

/// Installs it for this process.
pub(super) fn install() {
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Warnings));
}

struct Warnings;

impl<S: Subscriber> Layer<S> for Warnings {
    /// Only those of this crate.
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        *metadata.level() <= LevelFilter::WARN && metadata.target().starts_with("simcloud")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        Output::default().error(&format!("warning: {}{}\n", text.message, text.facts));
    }
}

/// The sentence, and the facts that come with it.
#[derive(Default)]
struct Text {
    message: String,
    facts: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            // Writing to a text cannot fail.
            let _ = write!(self.facts, "; {}: {value:?}", field.name());
        }
    }
}
