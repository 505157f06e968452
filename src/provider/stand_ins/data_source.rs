//! A stand-in data source: it keeps what is configured, and what it computes is made up.

use std::sync::Arc;

use async_trait::async_trait;

use super::notice;
use super::simulated_objects::SimulatedObjects;
use super::values::ValueGenerator;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::diagnostic;
use crate::tf::codec::json;
use crate::tf::{DataSource, Diagnostics, Schema, Value, plan as planning};

pub(super) struct StandInDataSource {
    context: Arc<ProviderContext>,
    type_name: String,
    schema: Schema,
    /// The objects that it lists, if those are simulated.
    objects: Option<SimulatedObjects>,
}

impl StandInDataSource {
    pub(super) fn new(
        context: &Arc<ProviderContext>,
        type_name: &str,
        schema: Schema,
        objects: Option<SimulatedObjects>,
    ) -> Self {
        Self { context: Arc::clone(context), type_name: type_name.to_owned(), schema, objects }
    }
}

#[async_trait]
impl DataSource for StandInDataSource {
    fn schema(&self) -> Schema {
        self.schema.clone()
    }

    async fn validate(&self, _config: &Value, diagnostics: &mut Diagnostics) {
        notice::warn(&self.context, &format!("data.{}", self.type_name), diagnostics);
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let Some(configured) = self.context.configured() else {
            diagnostic::not_configured(diagnostics);
            return Value::Null;
        };
        let asked = json::encode(config, &self.schema.value_type()).unwrap_or_default().to_string();
        let answer = match configured.cloud.look_up_stand_in(self.type_name.clone(), asked).await {
            Ok(context) => {
                let rule = configured.scenario.stand_ins.get(&self.type_name);
                let maker = ValueGenerator { type_name: &self.type_name, context: &context, rule, fills_lists: true };
                let mut planned = planning::plan(&self.schema, &Value::Null, config.clone(), config).state;
                if let Some(objects) = &self.objects {
                    objects.set(&self.schema, config, &mut planned, diagnostics).await;
                }
                maker.fill(&self.schema, &planned)
            }
            Err(error) => {
                diagnostic::cloud_error(&format!("read the stand-in of type {}", self.type_name), &error, diagnostics);
                Value::Null
            }
        };
        diagnostic::clock_warnings(&configured, diagnostics);
        answer
    }
}
