//! `simcloud_world_fork`: a copy of the world that time has passed in, for as long as a command runs.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::clock::Span;
use crate::cloud::model::{ForkRequest, ForkScenario};
use crate::provider::block;
use crate::provider::framework::check::text;
use crate::provider::framework::configured::Configured;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::{data_source, diagnostic};
use crate::tf::ephemeral::OpenResponse;
use crate::tf::{Attribute, Diagnostics, EphemeralResource, Path, Schema, Value};

#[derive(Debug)]
pub(crate) struct WorldForkEphemeral {
    context: Arc<ProviderContext>,
}

impl WorldForkEphemeral {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

const ADVANCE_BY: &str = "advance_by";

#[async_trait]
impl EphemeralResource for WorldForkEphemeral {
    fn schema(&self) -> Schema {
        Schema::new(
            "A copy of the provider's world in which time has passed, to ask what would be: configure a second provider \
             alias with `world`, and read data sources with it, such as `simcloud_launch_forecast`. The provider's own \
             world stays as it is.\n\nThe copy lies beside the world and is removed when the CLI closes it. If a command \
             is killed, the next one that opens a fork of the same world removes what was left. Resources cannot be made \
             with an alias whose world is a fork, because their state would name what is gone.",
        )
        .attributes([
            Attribute::string(ADVANCE_BY).optional().description(
                "How much time passes in the copy, such as `27h` or `1d3h`, counted from the world's clock or from the \
                 provider's if that is later. Default: none.",
            ),
            Attribute::dynamic("scenario").optional().description(
                "What the cloud is like in the copy: an object like the provider's `scenario`. An alias that names no \
                 `scenario` uses it, without its `faults` and `stand_ins`. Default: the provider's, or else the one that the \
                 world remembers.",
            ),
            Attribute::string("world").computed().sensitive().description(
                "Where the copy is, for the argument `world` of a provider block.",
            ),
            Attribute::string("time").computed().description("The copy's clock, RFC 3339."),
        ])
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        span(config, diagnostics);
        let scenario = config.get("scenario");
        if scenario.is_wholly_known() {
            block::checked_scenario(scenario, diagnostics);
        }
    }

    async fn open(&self, config: &Value, response: &mut OpenResponse) {
        let diagnostics = &mut response.diagnostics;
        let Some(configured) = data_source::configured(&self.context, diagnostics) else { return };
        let Some(request) = request(config, &configured, diagnostics) else { return };
        let fork = configured.cloud.fork_world(request).await;
        let Some(fork) = data_source::reply("fork the world", &configured, fork, diagnostics) else { return };
        response.result.set("world", fork.location().to_argument());
        response.result.set("time", fork.clock.to_string());
        let name = fork.location().to_string();
        response.private = name.clone().into_bytes();
        self.context.keep_fork(name, fork);
    }

    async fn close(&self, private: &[u8], diagnostics: &mut Diagnostics) {
        let name = String::from_utf8_lossy(private);
        let Some(configured) = data_source::configured(&self.context, diagnostics) else { return };
        let Some(fork) = self.context.take_fork(&name) else {
            return diagnostics.error(
                "Fork Not Open",
                "The fork to close was not opened by this process. The next command that opens a fork of its world removes \
                 it.",
            );
        };
        if let Err(error) = configured.cloud.remove_fork(fork).await {
            diagnostic::cloud_error("remove the fork of the world", &error, diagnostics);
        }
    }
}

fn request(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<ForkRequest> {
    let advance_by = span(config, diagnostics)?;
    let scenario = match config.get("scenario") {
        Value::Null if configured.refuses_scenario => {
            Some(ForkScenario { scenario: Arc::clone(&configured.scenario), document: None })
        }
        Value::Null => None,
        given => Some(block::fork_scenario(given, diagnostics)?),
    };
    Some(ForkRequest { advance_by, scenario })
}

/// The time that passes; `None` after an error, which is reported.
fn span(config: &Value, diagnostics: &mut Diagnostics) -> Option<Span> {
    let Some(given) = text(config, ADVANCE_BY) else { return Some(Span::ZERO) };
    let span = Span::parse(given);
    if span.is_err() {
        diagnostics.error_at(
            Path::root(ADVANCE_BY),
            "Invalid Duration",
            format!("{ADVANCE_BY} is {given:?}, which is not a duration such as \"27h\", \"1d3h\" or \"90m\"."),
        );
    }
    span.ok()
}
