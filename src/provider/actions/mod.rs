//! The actions: changes of the world that a configuration asks for (Terraform 1.14 and later).

use std::sync::Arc;

use async_trait::async_trait;

use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::world_change::{self, ChangeKind};
use crate::tf::action::Progress;
use crate::tf::{Action, Diagnostics, Path, Schema, Value};

/// The action of one kind of change.
#[derive(Debug)]
pub(crate) struct WorldChangeAction {
    kind: ChangeKind,
    context: Arc<ProviderContext>,
}

impl WorldChangeAction {
    pub(crate) fn new(kind: ChangeKind, context: &Arc<ProviderContext>) -> Self {
        Self { kind, context: Arc::clone(context) }
    }
}

#[async_trait]
impl Action for WorldChangeAction {
    fn schema(&self) -> Schema {
        Schema::new(format!("{} Actions need Terraform 1.14 or later.", world_change::description(self.kind)))
            .attributes(self.kind.attributes())
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        world_change::validate(self.kind, config, &Path::default(), diagnostics);
    }

    async fn plan(&self, config: &Value, diagnostics: &mut Diagnostics) {
        world_change::warn_of(self.kind, config, &self.context, diagnostics).await;
    }

    async fn invoke(&self, config: &Value, progress: &Progress, diagnostics: &mut Diagnostics) {
        world_change::make(self.kind, config, &Path::default(), &self.context, progress, diagnostics).await;
    }
}
