//! Launch templates as the world keeps them: versions that never change, and which of them is the default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Result, World, read_document};
use crate::base::InstanceTypeName;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{LaunchConfiguration, LaunchTemplateReference};

/// The document of a resource of kind `launch_template`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LaunchTemplateDocument {
    pub(crate) default_version: u32,
    pub(crate) versions: BTreeMap<u32, LaunchTemplateContent>,
}

/// What one version says about instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LaunchTemplateContent {
    pub(crate) instance_type: Option<InstanceTypeName>,
    pub(crate) launch: LaunchConfiguration,
}

impl World<'_> {
    /// The version that is referred to, or the default one.
    pub(crate) fn launch_template_content(
        &mut self,
        reference: &LaunchTemplateReference,
    ) -> Result<LaunchTemplateContent> {
        let id = &reference.launch_template_id;
        let rows = self.tx.query(
            "SELECT document FROM resources WHERE resource_id = $1 AND kind = 'launch_template' AND region = $2",
            &[id.as_str().into(), self.region.as_str().into()],
        )?;
        let row = rows.first().ok_or_else(|| {
            let message = format!("there is no launch template `{id}` in `{}`", self.region);
            CloudError::of("launch_template_id", codes::INVALID_LAUNCH_TEMPLATE, message)
        })?;
        let mut template: LaunchTemplateDocument = read_document(row.text(0));
        let version = reference.version.unwrap_or(template.default_version);
        template.versions.remove(&version).ok_or_else(|| {
            let message = format!("the launch template `{id}` has no version {version}");
            CloudError::of("launch_template_version", codes::INVALID_LAUNCH_TEMPLATE_VERSION, message)
        })
    }
}
